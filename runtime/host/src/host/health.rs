//! How a trigger is.

use aev_engine::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Written by the trigger, read by whoever asks.
#[derive(Default)]
pub(crate) struct Health {
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

    pub(crate) fn last_event(&self) -> Option<Timestamp> {
        Some(Timestamp(self.last_event.load(Ordering::Relaxed))).filter(|time| time.0 != 0)
    }

    pub(crate) fn acting(&self) -> usize {
        self.acting.load(Ordering::Relaxed)
    }

    pub(crate) fn firings(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Dead letters since the start.
    pub(crate) fn buried(&self) -> usize {
        self.dead.load(Ordering::Relaxed)
    }

    pub(crate) fn why_stalled(&self) -> Option<String> {
        self.reason().clone()
    }

    fn reason(&self) -> MutexGuard<'_, Option<String>> {
        self.stalled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
