//! How a trigger is; [`board`]: and how a whole process is.

pub mod board;

use crate::metrics::TriggerCounters;
use aev_engine::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Written by the trigger, read by whoever asks.
#[derive(Default)]
pub struct Health {
    last_event: AtomicI64,
    acting: AtomicUsize,
    in_flight: AtomicUsize,
    dead: AtomicUsize,
    stalled: Mutex<Option<String>>,
    /// What it has done.
    pub counters: TriggerCounters,
    /// Rings until the trigger answers.
    bell: Notify,
    /// How often it was rung for without an answer.
    unanswered: AtomicU32,
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

    /// Waits until somebody asks whether the trigger is alive. Answering is [`Health::alive`].
    pub(crate) async fn asked(&self) {
        self.bell.notified().await;
    }

    /// It is alive.
    pub(crate) fn alive(&self) {
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Asks whether it is alive; gives how often it was asked before without an answer.
    pub(crate) fn ask(&self) -> u32 {
        self.bell.notify_one();
        self.unanswered.fetch_add(1, Ordering::Relaxed)
    }

    /// How often it was asked whether it is alive, since it answered last.
    pub(crate) fn unanswered(&self) -> u32 {
        self.unanswered.load(Ordering::Relaxed)
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
