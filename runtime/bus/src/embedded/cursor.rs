//! How far a lane is.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything up to `last` is acknowledged, but for the `holes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The last position that was handed out.
    pub(super) last: u64,
    /// Handed out and not acknowledged.
    pub(super) holes: BTreeSet<u64>,
}

impl Cursor {
    /// This event is not acknowledged, whether it was handed out or not.
    pub(super) fn needs(&self, position: u64) -> bool {
        position > self.last || self.holes.contains(&position)
    }

    /// An event was handed out.
    pub(super) fn hand_out(&mut self, position: u64) {
        self.last = self.last.max(position);
        self.holes.insert(position);
    }
}
