//! What a driver offers besides publishing.

use crate::Pending;
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use crate::lane::{Lane, LaneSpec};
use crate::publish::Publish;

/// A connected bus. Cloning its handle is the driver's business; a process holds one in an `Arc`.
pub trait Bus: Publish {
    /// Opens a lane. A new one begins with the first event after this call; one that exists goes on where it was, and
    /// what it had handed out without an acknowledgement comes again.
    ///
    /// # Errors
    /// The bus is away; try again later.
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>>;

    /// The names of all lanes that the bus keeps, in order. A lane that nobody opens still holds its events.
    ///
    /// # Errors
    /// The bus is away.
    fn lanes(&self) -> Pending<'_, Result<Vec<String>, BusError>>;

    /// Forgets a lane with its records, so that it holds no events any more. Its dead letters stay. Gives how many
    /// events it had not acknowledged; nought when there is no such lane.
    ///
    /// # Errors
    /// The bus is away.
    fn forget_lane<'a>(&'a self, name: &'a str) -> Pending<'a, Result<u64, BusError>>;

    /// Dead letters of one lane or of all, oldest first, from `after` on, at most `max`.
    ///
    /// # Errors
    /// The bus is away.
    fn dead_letters<'a>(
        &'a self,
        lane: Option<&'a str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Pending<'a, Result<Vec<(DeadId, DeadLetter)>, BusError>>;

    /// Drops dead letters. One that is gone already is no error.
    ///
    /// # Errors
    /// The bus is away.
    fn drop_dead_letters<'a>(&'a self, ids: &'a [DeadId]) -> Pending<'a, Result<(), BusError>>;

    /// Stores what was asked for and lets go of everything. Later calls find the bus away.
    fn close(&self) -> Pending<'_, ()>;

    /// How it is.
    ///
    /// # Errors
    /// The bus is away.
    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>>;
}

/// How a bus is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusStatus {
    /// Events that it keeps.
    pub events: u64,
    /// Their bytes, with those of the dead letters.
    pub bytes: u64,
    /// At so many bytes it refuses new events.
    pub max_bytes: u64,
    /// Dead letters that it keeps.
    pub dead: u64,
    /// In the order of their names.
    pub lanes: Vec<LaneStatus>,
}

/// How a lane is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneStatus {
    /// Its name.
    pub name: String,
    /// Events that it has not acknowledged, counted up to [`LaneStatus::COUNTED`].
    pub lag: u64,
    /// Dead letters that came from it.
    pub dead: u64,
}

impl LaneStatus {
    /// Beyond so many events the lag is no longer counted exactly.
    pub const COUNTED: u64 = 100_000;
}
