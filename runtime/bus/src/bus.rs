//! What a driver offers besides publishing.

use crate::Pending;
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use crate::event::Subject;
use crate::lane::{Delivery, Lane, LaneSpec, Position};
use crate::publish::Publish;
use futures_util::future::try_join_all;
use std::time::SystemTime;

/// A connected bus. Cloning its handle is the driver's business; a process holds one in an `Arc`.
pub trait Bus: Publish {
    /// Opens a lane. A new one begins with the first event after this call; one that exists goes on where it was, and
    /// what it had handed out without an acknowledgement comes again.
    ///
    /// # Errors
    /// The bus is away; try again later.
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>>;

    /// Opens many lanes, in the order of the specifications. What it takes is shared among them.
    ///
    /// # Errors
    /// The bus is away; try again later.
    fn open_lanes(&self, specs: Vec<LaneSpec>) -> Pending<'_, Result<Vec<Box<dyn Lane>>, BusError>> {
        Box::pin(try_join_all(specs.into_iter().map(|spec| self.lane(spec))))
    }

    /// Gives a lane another name, with its place and its records, and with the subjects of the new specification. Gives
    /// whether there was such a lane. A handle to it is fenced off; a lane that has the new name already is left alone, and
    /// then the old one stays, too. Dead letters stay under the old name.
    ///
    /// # Errors
    /// The bus is away.
    fn rename_lane<'a>(&'a self, old: &'a str, new: LaneSpec) -> Pending<'a, Result<bool, BusError>>;

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

    /// Events that were taken in a span of time, oldest first: what a replay sends again. Also those that every lane has
    /// acknowledged, as far back as the bus keeps them.
    ///
    /// # Errors
    /// [`BusError::NoHistory`] where the bus keeps none; the bus is away.
    fn history(&self, span: Span) -> Pending<'_, Result<Vec<Delivery>, BusError>>;

    /// What it promises about an event that it has taken.
    fn guarantee(&self) -> Guarantee;

    /// Where the bus is not as its configuration wants it, each in words for people; empty when all is as wanted.
    fn drift(&self) -> Vec<String> {
        Vec::new()
    }

    /// Why it cannot be reached at this moment, if so. It comes back by itself.
    fn away(&self) -> Option<String> {
        None
    }

    /// Stores what was asked for and lets go of everything. Later calls find the bus away.
    fn close(&self) -> Pending<'_, ()>;

    /// How it is.
    ///
    /// # Errors
    /// The bus is away.
    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>>;
}

/// Which part of the history is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Events of these subjects.
    pub subjects: Vec<Subject>,
    /// Taken at this time or later.
    pub since: SystemTime,
    /// Taken before this time.
    pub until: SystemTime,
    /// Only what lies after this place: the last event of the page before.
    pub after: Option<Position>,
    /// So many events at most. A page with fewer is the last.
    pub max: usize,
}

/// What a bus promises about an event that it has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// Each lane gets it, also after a crash of any process; it comes again until it is acknowledged.
    AtLeastOnce,
    /// A lane that is connected at that moment gets it, once. Whatever is under way when a process or a connection ends is lost.
    AtMostOnce,
}

/// How a bus is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusStatus {
    /// Events that it keeps.
    pub events: u64,
    /// Their bytes, with those of the dead letters.
    pub bytes: u64,
    /// At so many bytes it refuses new events; the greatest number when it has no such limit.
    pub max_bytes: u64,
    /// Dead letters that it keeps.
    pub dead: u64,
    /// How often the bus has noticed that what it kept was deleted as a whole. What was lost with it is counted for the lanes
    /// that were open; see [`Lane::lost`].
    pub deletions: u64,
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
    /// Events that the bus let go of before it had read them; see [`Lane::lost`].
    pub lost: u64,
}

impl LaneStatus {
    /// Beyond so many events the lag is no longer counted exactly.
    pub const COUNTED: u64 = 100_000;
}
