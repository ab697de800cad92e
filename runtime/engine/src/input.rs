//! What goes into a step.

use crate::firing::{FiringId, Place, Taken};
use aev_plan::event::Event;
use aev_plan::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The bus handed out an event.
    Arrived(Arrival),
    /// An attempt ended, or an object was looked at.
    Done {
        /// Which firing, as [`crate::Effect::Act`] named it.
        firing: FiringId,
        /// Which attempt. The result of an earlier one is ignored.
        attempt: u32,
        /// What became of it.
        outcome: Outcome,
    },
    /// The time of a [`crate::Effect::Wake`] has come. Coming too often or too late does no harm.
    Due,
    /// The record was loaded: what was begun before is taken up again. The first input after a start.
    Resumed,
    /// What a join has kept is to be forgotten, as far as the bus took it before this time.
    Reset {
        /// When the join was to be reset.
        before: Timestamp,
    },
    /// Another program has worked on the join: this is what it keeps now.
    TakenOver(Vec<Part>),
    /// A firing that had failed for good is to be tried again.
    Redriven(Redriven),
}

/// An event from the bus.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The event.
    pub event: Arc<Event>,
    /// By which it is acknowledged. None when no bus brings it again, as in a replay: then its firing is stored before it acts.
    pub position: Option<Position>,
    /// When the bus took it. None when it did not come from a bus: then the time of the event counts.
    pub taken: Option<Timestamp>,
    /// 0; a replay has a number of its own, so that its firings have ids of their own.
    pub run: u32,
}

/// A part of a join, as another program keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The stream that it came by.
    pub stream: String,
    /// Its place on the bus.
    pub place: Place,
    /// The event.
    pub event: Arc<Event>,
}

/// A firing out of a dead letter. It begins with its first attempt, under its old id, once it is stored; one that acts at most
/// once begins at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Redriven {
    /// Its id.
    pub firing: FiringId,
    /// The events, as they were in the dead letter.
    pub events: Vec<Taken>,
}

/// The caller's handle of a delivery. The engine only hands it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was carried out, and nothing more can be said about it.
    Done,
    /// A call was answered. Whether that is a success is decided here.
    Answered {
        /// The HTTP status.
        status: u16,
        /// After which the target wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// An object was created, or looked at again; these are its labels.
    Observed {
        /// Labels of the object.
        labels: BTreeMap<String, String>,
    },
    /// It was not carried out.
    Failed {
        /// Another attempt can end otherwise.
        retriable: bool,
        /// Why, without payload and secrets.
        error: String,
        /// After which the target wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// It may or may not have been carried out. It counts as a failed attempt, and is repeated under the same id.
    Unknown {
        /// What happened instead of an answer.
        error: String,
    },
}
