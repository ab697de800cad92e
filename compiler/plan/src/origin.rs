//! Where a part of a plan came from.

use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// A place in one of the files that a plan was made from. Refusals, source maps and diffs point with it.
///
/// An origin is no part of what a plan means: all origins are equal, and none adds to a hash.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Origin {
    /// Index into [`crate::Plan::files`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Origin {
    /// It says no place.
    pub fn is_nowhere(&self) -> bool {
        (self.file, self.start, self.end) == (0, 0, 0)
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
