//! Sources and actions: what events come from and what they cause.
