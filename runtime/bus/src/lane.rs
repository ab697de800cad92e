//! Consuming: a lane is one trigger's cursor.

use crate::Pending;
use crate::dead::DeadLetter;
use crate::error::{BusError, CommitError};
use crate::event::{CloudEvent, Malformed, Subject};
use crate::publish::Outgoing;
use bytes::Bytes;
use std::sync::Arc;
use std::time::SystemTime;

/// One trigger's cursor over the events it reads. What it takes is bound together in a [`Commit`].
///
/// A lane that is opened again in one process takes over: the older handle is fenced off. Where several processes can have a
/// lane, they share its events; once one of them renames or forgets it, the others are fenced off.
pub trait Lane: Send {
    /// The next events, at least one and at most `max`, in the order of the bus; waits until there is one. An event that was
    /// handed out and not acknowledged comes again only after the lane was opened anew.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`BusError::Fenced`]: another handle has the lane; stop. Whoever waits learns it at once. Otherwise the bus is away; try
    /// again later.
    fn next(&mut self, max: usize) -> Pending<'_, Result<Vec<Delivery>, BusError>>;

    /// Events that the bus let go of before this lane had read them, since it was opened; at most so many where the bus cannot
    /// tell whose they were.
    fn lost(&self) -> u64 {
        0
    }

    /// What the parts of a join are now, when another program has worked on them in the form that Argo Events gives them;
    /// none while nobody has, or where the bus has no such form.
    ///
    /// # Errors
    /// The bus is away; try again later.
    fn kept(&self) -> Pending<'_, Result<Option<Vec<Kept>>, BusError>> {
        Box::pin(async { Ok(None) })
    }

    /// The record under a key, with the revision that a commit must name to replace it.
    ///
    /// # Errors
    /// The bus is away; try again later.
    fn load<'a>(&'a self, key: &'a Key) -> Pending<'a, Result<(Option<Record>, Revision), BusError>>;

    /// Every record of the lane in the order of the keys: what a process reads when it starts.
    ///
    /// # Errors
    /// The bus is away; try again later.
    fn records(&self) -> Pending<'_, Result<Vec<Stored>, BusError>>;

    /// Stores all of a commit or nothing of it. Gives the revisions of the records, in the order of the commit. When the
    /// future is dropped, it is not known whether it was stored, and the lane is to be opened anew.
    ///
    /// # Errors
    /// [`CommitError::Conflict`]: load again and decide again. [`CommitError::Fenced`]: another handle has the lane; stop.
    /// [`CommitError::Bus`]: the same commit may be tried again.
    fn commit(&mut self, commit: Commit) -> Pending<'_, Result<Vec<Revision>, CommitError>>;
}

/// Which lane is opened. The three names make it unique on the bus, and it is kept through restarts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneSpec {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of the sensor.
    pub sensor: String,
    /// Name of the trigger.
    pub trigger: String,
    /// What it reads, in the order of the trigger's condition. A lane that is opened with other subjects than before keeps its
    /// place; a subject that is new to it begins with the first event after the opening.
    pub subjects: Vec<Reads>,
}

/// One stream that a lane reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reads {
    /// Where its events come from. Several streams may read one subject.
    pub subject: Subject,
    /// Name of the stream, which Argo calls a dependency. With the sensor and the trigger it names the consumer on buses
    /// that have such.
    pub dependency: String,
}

impl LaneSpec {
    /// `<pipeline>/<sensor>/<trigger>`.
    pub fn name(&self) -> String {
        format!("{}/{}/{}", self.pipeline, self.sensor, self.trigger)
    }

    /// Each subject once, with the last dependency that reads it: that one names the consumer, as in Argo Events.
    pub fn distinct(&self) -> Vec<&Reads> {
        let mut distinct: Vec<&Reads> = Vec::with_capacity(self.subjects.len());
        for reads in &self.subjects {
            match distinct.iter_mut().find(|known| known.subject == reads.subject) {
                Some(known) => *known = reads,
                None => distinct.push(reads),
            }
        }
        distinct
    }
}

/// An event that a join keeps until its other parts have come.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Name of the stream that it came by.
    pub dependency: String,
    /// Its place on the bus.
    pub position: Position,
    /// When the bus took it.
    pub taken: SystemTime,
    /// The event, after the transformation of its stream.
    pub event: CloudEvent,
}

/// An event as a lane hands it out.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What acknowledges it.
    pub position: Position,
    /// What it was published under.
    pub subject: Subject,
    /// When the bus took it.
    pub taken: SystemTime,
    /// The event; or why it is none, and then it can only become a dead letter.
    pub event: Result<Arc<CloudEvent>, Malformed>,
    /// The event as it stands on the wire.
    pub wire: Bytes,
}

/// The place of an event on the bus. Later events have greater ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

/// Names one record within a lane.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub String);

/// What a trigger knows about one key. The bus does not look into it.
pub type Record = Vec<u8>;

/// A record with its key and revision.
pub type Stored = (Key, Record, Revision);

/// Which state of a record was read. Every change gives a new one; nought means that there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Revision(pub u64);

/// What is stored together, all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    /// Records under the revisions they were read with. `None` deletes.
    pub records: Vec<(Key, Revision, Option<Record>)>,
    /// Events for the bus.
    pub publish: Vec<Outgoing>,
    /// What failed for good.
    pub dead: Vec<DeadLetter>,
    /// Events that this lane is done with. One that was acknowledged before is no error.
    pub ack: Vec<Position>,
    /// All parts that a join keeps now; none when that has not changed. Buses that have Argo Events' form for them write it
    /// along, so that a sensor of Argo's which takes over finds them; the others ignore it.
    pub kept: Option<Vec<Kept>>,
}

impl Commit {
    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.publish.is_empty()
            && self.dead.is_empty()
            && self.ack.is_empty()
            && self.kept.is_none()
    }
}
