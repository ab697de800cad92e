//! Which events were sent when, and which have arrived.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Numbers beyond this one are not told apart; no run has so many.
const MOST: usize = 4_000_000;
/// In the place of a time: it has arrived.
const DONE: u64 = u64::MAX;

/// One run's events, by their numbers.
pub struct Ledger {
    begun: Instant,
    next: AtomicU64,
    /// When each was sent, in microseconds since the beginning and one more, so that nought is never.
    sent: Vec<AtomicU64>,
    accepted: AtomicUsize,
    refused: AtomicUsize,
    arrived: Mutex<Arrived>,
}

/// What has arrived.
#[derive(Clone, Default)]
struct Arrived {
    /// Each event at its first arrival: microseconds from sending to arriving.
    took: Vec<u32>,
    again: usize,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// What came of a run.
pub struct Outcome {
    /// Answered with 2xx.
    pub accepted: usize,
    /// Answered otherwise.
    pub refused: usize,
    /// Events that arrived.
    pub arrived: usize,
    /// Arrivals beyond the first of each.
    pub again: usize,
    /// From the beginning to the last arrival.
    pub until_last: Duration,
    /// From the first arrival to the last.
    pub spread: Duration,
    /// Microseconds from sending to arriving, sorted.
    pub took: Vec<u32>,
}

impl Ledger {
    /// A new run begins now.
    pub fn new() -> Ledger {
        let mut sent = Vec::new();
        sent.resize_with(MOST, AtomicU64::default);
        Ledger {
            begun: Instant::now(),
            next: AtomicU64::new(0),
            sent,
            accepted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            arrived: Mutex::default(),
        }
    }

    /// The number of the next event.
    pub fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// It was sent, or should have been, at this time.
    pub fn sent(&self, number: u64, at: Instant) {
        let micros = at.saturating_duration_since(self.begun).as_micros();
        if let Some(slot) = self.slot(number) {
            slot.store(u64::try_from(micros).unwrap_or(DONE - 2) + 1, Ordering::Release);
        }
    }

    fn slot(&self, number: u64) -> Option<&AtomicU64> {
        self.sent.get(usize::try_from(number).ok()?)
    }

    /// It was answered.
    pub fn answered(&self, accepted: bool) {
        let counter = if accepted { &self.accepted } else { &self.refused };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// It has arrived. Numbers that this run has not sent count for nothing: they are of the run before.
    pub fn arrived(&self, number: u64) {
        let now = Instant::now();
        let Some(slot) = self.slot(number) else { return };
        let sent = slot.load(Ordering::Acquire);
        if sent == 0 {
            return;
        }
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        if sent == DONE || slot.swap(DONE, Ordering::AcqRel) == DONE {
            arrived.again += 1;
            return;
        }
        let since = u64::try_from((now - self.begun).as_micros()).unwrap_or(DONE);
        arrived.took.push(u32::try_from(since.saturating_sub(sent - 1)).unwrap_or(u32::MAX));
        arrived.first.get_or_insert(now);
        arrived.last = Some(now);
    }

    /// How many have arrived.
    pub fn count(&self) -> usize {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).took.len()
    }

    /// How many were answered with 2xx.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Waits until so many have arrived, but not for longer than this.
    pub async fn wait(&self, count: usize, patience: Duration) {
        let until = Instant::now() + patience;
        while self.count() < count && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// What came of it.
    pub fn outcome(&self) -> Outcome {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone();
        arrived.took.sort_unstable();
        let between = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
            (Some(from), Some(to)) => to.saturating_duration_since(from),
            _ => Duration::ZERO,
        };
        Outcome {
            accepted: self.accepted(),
            refused: self.refused.load(Ordering::Relaxed),
            arrived: arrived.took.len(),
            again: arrived.again,
            until_last: between(Some(self.begun), arrived.last),
            spread: between(arrived.first, arrived.last),
            took: arrived.took,
        }
    }
}

impl Outcome {
    /// The time within which so many in a thousand arrived, in milliseconds.
    pub fn percentile(&self, thousandth: usize) -> f64 {
        let index = (self.took.len() * thousandth / 1000).min(self.took.len().saturating_sub(1));
        f64::from(self.took.get(index).copied().unwrap_or_default()) / 1000.0
    }
}
