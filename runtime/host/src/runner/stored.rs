//! What lies on the bus of a trigger, and how far it is.

use aev_bus::Revision;
use aev_engine::FiringId;
use aev_engine::firing::{Firing, State};

/// A firing on the bus.
pub(super) struct StoredFiring {
    pub(super) revision: Revision,
    pub(super) place: Place,
}

/// How far a firing is.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Place {
    fallback: bool,
    attempt: u32,
    state: State,
}

impl Place {
    pub(super) fn of(firing: &Firing) -> Place {
        Place { fallback: firing.failure.is_some(), attempt: firing.attempt, state: firing.state }
    }

    /// It waits for a time or for its event, and must not begin anew after a restart. What is under way is on the bus until
    /// it is over.
    pub(super) fn rests(&self) -> bool {
        match self.state {
            State::Waiting(_) | State::Over(_) => true,
            State::Looking { at, .. } => at.is_some(),
            State::Acting => false,
        }
    }
}

/// What a record in a commit is.
pub(super) enum Change {
    State,
    Firing(FiringId, Place),
    Over(FiringId),
}
