//! How a trigger is.

use aev_engine::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Written by the trigger, read by whoever asks.
#[derive(Default)]
pub struct Health {
    last_event: AtomicI64,
    acting: AtomicUsize,
    in_flight: AtomicUsize,
    dead: AtomicUsize,
    stalled: Mutex<Option<String>>,
}

impl Health {
    pub(crate) fn event(&self, now: Timestamp) {
        self.last_event.store(now.0, Ordering::Relaxed);
    }

    pub(crate) fn in_flight(&self, acting: usize, in_flight: usize) {
        self.acting.store(acting, Ordering::Relaxed);
        self.in_flight.store(in_flight, Ordering::Relaxed);
    }

    pub(crate) fn dead(&self, count: usize) {
        self.dead.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn stalled(&self, reason: &str) {
        *self.reason() = Some(reason.to_owned());
    }

    pub(crate) fn works(&self) {
        *self.reason() = None;
    }

    /// When it took an event last, since the start.
    pub fn last_event(&self) -> Option<Timestamp> {
        Some(Timestamp(self.last_event.load(Ordering::Relaxed))).filter(|time| time.0 != 0)
    }

    /// Actions under way or about to begin.
    pub fn acting(&self) -> usize {
        self.acting.load(Ordering::Relaxed)
    }

    /// Firings that are not over.
    pub fn firings(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Dead letters since the start.
    pub fn buried(&self) -> usize {
        self.dead.load(Ordering::Relaxed)
    }

    /// Why it does not go on, if it does not.
    pub fn why_stalled(&self) -> Option<String> {
        self.reason().clone()
    }

    fn reason(&self) -> MutexGuard<'_, Option<String>> {
        self.stalled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
