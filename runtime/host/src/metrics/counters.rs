//! What is counted: cheap to count, read only when somebody asks.

use crate::decision::{Outcome, What};
use aev_engine::note::Decision;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The upper bounds of the classes of durations, in seconds.
pub(super) const BOUNDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// How long something took, by classes.
#[derive(Debug, Default)]
pub struct Durations {
    /// One for each of [`BOUNDS`], and one for what took longer.
    classes: [Counter; BOUNDS.len() + 1],
    micros: Counter,
}

impl Durations {
    pub(crate) fn add(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let class = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        if let Some(class) = self.classes.get(class) {
            class.add(1);
        }
        self.micros.add(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    }

    /// How many there were up to each bound, and in all.
    pub(super) fn cumulated(&self) -> Vec<u64> {
        let mut sum = 0;
        let add = |class: &Counter| {
            sum += class.get();
            sum
        };
        self.classes.iter().map(add).collect()
    }

    pub(super) fn seconds(&self) -> f64 {
        Duration::from_micros(self.micros.get()).as_secs_f64()
    }
}

/// What a trigger has done since the process started.
#[derive(Debug, Default)]
pub struct TriggerCounters {
    /// Events that it read.
    pub received: Counter,
    /// Events that passed a stream; one that passes two counts twice.
    pub matched: Counter,
    /// Events that did not pass a stream.
    pub filtered: Counter,
    /// Events that it knew already.
    pub repeated: Counter,
    /// Messages that are no events.
    pub unreadable: Counter,
    /// Times its condition was met.
    pub fired: Counter,
    /// Attempts that were begun.
    pub attempts: Counter,
    /// Attempts that failed, or of which nobody knows what became.
    pub attempts_failed: Counter,
    /// Actions that are done.
    pub done: Counter,
    /// Actions that have failed for good.
    pub failed: Counter,
    /// Firings that became dead letters.
    pub dead: Counter,
    /// Dead letters that were sent again.
    pub redriven: Counter,
    /// Times that what a join had kept was forgotten.
    pub resets: Counter,
    /// How long attempts took.
    pub took: Durations,
}

impl TriggerCounters {
    /// Counts what was decided or done.
    pub(crate) fn count(&self, what: &What) {
        let counter = match what {
            What::Unreadable { .. } => {
                self.dead.add(1);
                &self.unreadable
            }
            What::Result(attempted) => {
                self.took.add(attempted.took);
                match attempted.result {
                    Outcome::Failed(_) | Outcome::Unknown(_) => &self.attempts_failed,
                    _ => return,
                }
            }
            What::Note(note) => match &note.decision {
                Decision::Received { .. } => &self.received,
                Decision::Matched { .. } => &self.matched,
                Decision::Filtered { .. } => &self.filtered,
                Decision::Repeated { .. } => &self.repeated,
                Decision::Fired { .. } => &self.fired,
                Decision::Attempt { .. } => &self.attempts,
                Decision::Done { .. } => &self.done,
                Decision::Failed { .. } => &self.failed,
                Decision::DeadLettered { .. } => &self.dead,
                Decision::Reset { .. } => &self.resets,
                Decision::Redriven { .. } => &self.redriven,
                Decision::Waiting { .. } | Decision::Retry { .. } => return,
            },
        };
        counter.add(1);
    }
}

/// What came in at one event of a source since the process started.
#[derive(Debug, Default)]
pub struct SourceCounters {
    /// Events that the source kept from the bus.
    pub filtered: Counter,
    /// Events that the bus took.
    pub published: Counter,
    /// Events that the bus had already.
    pub duplicates: Counter,
    /// Events that the bus turned away.
    pub turned_away: Counter,
    /// Requests that were refused, by HTTP status. It has the statuses that aev answers and no others.
    refused: Mutex<BTreeMap<u16, u64>>,
    /// How long the bus took.
    pub took: Durations,
}

impl SourceCounters {
    pub(crate) fn refused(&self, status: u16) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }

    /// Requests that were refused, by HTTP status.
    pub fn refusals(&self) -> BTreeMap<u16, u64> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
