//! What the process says it has decided and done: received, matched, filtered because …, waiting for …, fired, attempt,
//! result, dead-lettered. It is for the user; nothing of it goes to a log.

use crate::records::Records;
use crate::trace::Tracer;
use aev_engine::Timestamp;
use aev_engine::note::{Decision, EventRef, Note};
use aev_plan::finished::{Finished, LoggedEvent};
use serde::{Serialize, Serializer};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::sleep;

/// So many decisions wait for a slow reader at most; then he misses the oldest, and is told how many.
const WAITING: usize = 8192;

/// How long decisions gather for a reader who wants many at once.
const GATHER: Duration = Duration::from_millis(20);

/// One decision, with its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decided {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of the sensor.
    pub sensor: String,
    /// Name of the trigger.
    pub trigger: String,
    /// What was decided or done.
    #[serde(flatten)]
    pub what: What,
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
        /// Its id, as far as it could be read.
        event: EventRef,
        /// Why.
        unreadable: String,
    },
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
    pub firing: String,
    /// The trigger, or its `on-failure`.
    pub action: String,
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
        Speaker { sender: broadcast::Sender::new(WAITING), records, tracer: None }
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

    pub(crate) fn say(&self, decided: impl FnOnce() -> Decided) {
        // Without listeners not even the record is made.
        if self.sender.receiver_count() > 0 {
            let _ = self.sender.send(Arc::new(decided()));
        }
    }

    /// Decisions from now on.
    pub fn listen(&self) -> Decisions {
        Decisions { receiver: self.sender.subscribe(), missed: Arc::default() }
    }
}

/// Decisions as they fall.
pub struct Decisions {
    receiver: broadcast::Receiver<Arc<Decided>>,
    missed: Arc<AtomicU64>,
}

/// The next of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A decision.
    Decided(Arc<Decided>),
    /// The reader was too slow for so many.
    Missed(u64),
    /// There are no more: the host has ended.
    End,
}

impl Decisions {
    /// Waits for the next one.
    pub async fn next(&mut self) -> Next {
        match self.receiver.recv().await {
            Ok(decided) => Next::Decided(decided),
            Err(RecvError::Lagged(count)) => self.missing(count),
            Err(RecvError::Closed) => Next::End,
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

    /// The next one that is there already.
    pub fn ready(&mut self) -> Option<Next> {
        match self.receiver.try_recv() {
            Ok(decided) => Some(Next::Decided(decided)),
            Err(TryRecvError::Lagged(count)) => Some(self.missing(count)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => None,
        }
    }

    fn missing(&self, count: u64) -> Next {
        self.missed.fetch_add(count, Ordering::Relaxed);
        Next::Missed(count)
    }

    /// The same, but not for longer than this.
    pub async fn next_within(&mut self, patience: Duration) -> Option<Next> {
        tokio::time::timeout(patience, self.next()).await.ok()
    }

    /// How many were missed so far.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}
