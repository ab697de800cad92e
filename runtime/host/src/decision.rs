//! What the process says it has decided and done: received, matched, filtered because …, waiting for …, fired, attempt,
//! result, dead-lettered. It is for the user; nothing of it goes to a log.

use crate::records::Records;
use crate::trace::Tracer;
use aev_engine::note::{Decision, Note};
use aev_engine::{FiringId, Timestamp};
use aev_plan::finished::{Finished, LoggedEvent};
use serde::{Serialize, Serializer};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::sleep;

/// Decisions are handed on in pieces, each of so many at most: one at a time would cost more than deciding.
const PIECE: usize = 16;

/// So many pieces wait for a slow reader at most; then he misses the oldest, and is told how many decisions they were.
const WAITING: usize = 1024;

/// How long decisions gather for a reader who wants many at once.
const GATHER: Duration = Duration::from_millis(20);

/// What a trigger has decided and done, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Who says it.
    pub by: Arc<By>,
    /// What was decided or done.
    pub what: Vec<What>,
    /// So many decisions came before, of all triggers.
    before: u64,
}

/// A trigger with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of the sensor.
    pub sensor: String,
    /// Name of the trigger.
    pub trigger: String,
}

/// One of them, with its place: a line of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Line<'a> {
    /// Name of the pipeline.
    pub pipeline: &'a str,
    /// Name of the sensor.
    pub sensor: &'a str,
    /// Name of the trigger.
    pub trigger: &'a str,
    /// What was decided or done.
    #[serde(flatten)]
    pub what: &'a What,
}

impl Decided {
    /// Each decision by itself.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let By { pipeline, sensor, trigger } = &*self.by;
        self.what.iter().map(|what| Line { pipeline, sensor, trigger, what })
    }
}

/// What was decided or done.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum What {
    /// A decision of the engine.
    #[serde(serialize_with = "without_trigger")]
    Note(Note),
    /// An attempt ended.
    Result(Box<Attempted>),
    /// A message on the bus is no event, and became a dead letter.
    Unreadable {
        /// Its identity, as far as it could be read.
        event: Unread,
        /// Why.
        unreadable: String,
    },
}

/// The identity of a message that is no event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Name of the source, by its subject on the bus.
    pub source: String,
    /// Name of the event within it, likewise.
    pub subject: String,
    /// Its id; empty when it has none.
    pub id: String,
}

/// The trigger stands beside it.
fn without_trigger<S: Serializer>(note: &Note, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Form<'a> {
        time: &'a Timestamp,
        #[serde(flatten)]
        decision: &'a Decision,
    }
    Form { time: &note.time, decision: &note.decision }.serialize(serializer)
}

/// An attempt that has ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attempted {
    /// The id of the firing.
    pub firing: FiringId,
    /// The trigger, or its `on-failure`.
    pub action: Arc<str>,
    /// From 1.
    pub attempt: u32,
    /// What was to be done. Secrets are there by name.
    pub finished: Arc<Finished>,
    /// What became of it.
    pub result: Outcome,
    /// How long it took; in the JSON in seconds.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub took: Duration,
}

fn seconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(took.as_secs_f64())
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// A call was answered.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// An object stands in a file.
    Written {
        /// The file.
        path: PathBuf,
    },
    /// A message has arrived.
    Published,
    /// A foreign server has carried it out.
    Executed {
        /// Why that server does not count it as a success.
        #[serde(skip_serializing_if = "Option::is_none")]
        doubted: Option<String>,
    },
    /// These events are to be shown.
    Logged(Vec<LoggedEvent>),
    /// It failed.
    Failed(String),
    /// It may or may not have happened.
    Unknown(String),
}

/// Where decisions are said. Saying never waits.
#[derive(Clone)]
pub struct Speaker {
    sender: broadcast::Sender<Arc<Decided>>,
    /// So many decisions were said.
    count: Arc<Mutex<u64>>,
    records: Option<Records>,
    tracer: Option<Tracer>,
}

impl Speaker {
    /// Nobody listens yet.
    #[expect(clippy::new_without_default, reason = "two of them are not alike: each has its own listeners")]
    pub fn new() -> Speaker {
        Speaker::keeping(None)
    }

    /// The same, and what is said is kept.
    pub fn keeping(records: Option<Records>) -> Speaker {
        Speaker { sender: broadcast::Sender::new(WAITING), count: Arc::default(), records, tracer: None }
    }

    /// The same, and what is said is traced.
    pub fn tracing(self, tracer: Option<Tracer>) -> Speaker {
        Speaker { tracer, ..self }
    }

    /// What traces it, if anything does.
    pub fn tracer(&self) -> Option<&Tracer> {
        self.tracer.as_ref()
    }

    /// What is kept of it, if anything is.
    pub fn records(&self) -> Option<&Records> {
        self.records.as_ref()
    }

    pub(crate) fn say(&self, by: &Arc<By>, what: Vec<What>) {
        if self.sender.receiver_count() == 0 {
            return;
        }
        let mut what = what.into_iter();
        // Held so that pieces are sent in the order in which they are counted.
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        while what.len() > 0 {
            let piece: Vec<What> = what.by_ref().take(PIECE).collect();
            let before = *count;
            *count += piece.len() as u64;
            // Without a listener nobody misses it.
            let _ = self.sender.send(Arc::new(Decided { by: by.clone(), what: piece, before }));
        }
    }

    /// Decisions from now on.
    pub fn listen(&self) -> Decisions {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        Decisions { receiver: self.sender.subscribe(), heard: *count, ahead: None, missed: 0 }
    }
}

/// Decisions as they fall.
pub struct Decisions {
    receiver: broadcast::Receiver<Arc<Decided>>,
    /// All up to there came, or are known to be missed.
    heard: u64,
    /// What came after some that were missed.
    ahead: Option<Arc<Decided>>,
    missed: u64,
}

/// The next of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Decisions of one trigger.
    Decided(Arc<Decided>),
    /// The reader was too slow for so many.
    Missed(u64),
    /// There are no more: the host has ended.
    End,
}

impl Decisions {
    /// Waits for the next ones. When the future is dropped, nothing is lost.
    pub async fn next(&mut self) -> Next {
        if let Some(said) = self.ahead.take() {
            return Next::Decided(said);
        }
        loop {
            match self.receiver.recv().await {
                Ok(said) => return self.heard(said),
                // How many decisions those were, the piece after them says.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Next::End,
            }
        }
    }

    /// Waits for the next ones: those that fall within a moment of the first, so that a flood of them costs few wake-ups. What
    /// is in `many` already counts as the first. When the future is dropped, nothing is lost: it is in there.
    pub async fn gather(&mut self, many: &mut Vec<Next>) {
        if many.is_empty() {
            let next = self.next().await;
            many.push(next);
        }
        sleep(GATHER).await;
        while let Some(next) = self.ready() {
            many.push(next);
        }
    }

    /// The next ones that are there already.
    pub fn ready(&mut self) -> Option<Next> {
        if let Some(said) = self.ahead.take() {
            return Some(Next::Decided(said));
        }
        loop {
            match self.receiver.try_recv() {
                Ok(said) => return Some(self.heard(said)),
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    fn heard(&mut self, said: Arc<Decided>) -> Next {
        let missed = said.before.saturating_sub(self.heard);
        self.heard = said.before + said.what.len() as u64;
        if missed == 0 {
            return Next::Decided(said);
        }
        self.ahead = Some(said);
        self.missed += missed;
        Next::Missed(missed)
    }

    /// The same, but not for longer than this.
    pub async fn next_within(&mut self, patience: Duration) -> Option<Next> {
        tokio::time::timeout(patience, self.next()).await.ok()
    }

    /// How many were missed so far.
    pub fn missed(&self) -> u64 {
        self.missed
    }
}
