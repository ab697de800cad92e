//! The language reference: its examples parse, or fail where they say so.
