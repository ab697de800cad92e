//! What a change may leave legal, and why.

/// Groups of changes with one reason.
pub const LEGAL: &[(&str, &[&str])] = &[];
