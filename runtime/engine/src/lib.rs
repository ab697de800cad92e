//! The state machine of a trigger: events in, decisions out.
