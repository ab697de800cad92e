//! What comes out of a step.

use crate::firing::{FiringId, Taken};
use crate::input::Position;
use crate::note::Note;
use aev_plan::event::Event;
use aev_plan::finished::Finished;
use aev_plan::time::Timestamp;
use std::sync::Arc;

/// What is to be done, in this order. Effects up to the first [`Effect::Act`] may be one commit.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say what was decided.
    Note(Box<Note>),
    /// Store the record. A barrier: what follows must not begin before it is durable.
    Persist,
    /// Put aside what has failed for good. It must be durable before an acknowledgement that follows.
    DeadLetter(Box<DeadLetter>),
    /// This trigger is done with the event.
    Acknowledge(Position),
    /// Carry out an attempt and come back with [`crate::Input::Done`].
    Act(Box<Act>),
    /// Look at the object that an attempt has created and come back with [`crate::Outcome::Observed`].
    Look(Box<Act>),
    /// Come back with [`crate::Input::Due`] at this time. Only the latest of these counts.
    Wake(Timestamp),
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The same for every attempt: `Idempotency-Key`, and part of the name of what is created.
    pub firing: FiringId,
    /// The trigger, or its `on-failure`.
    pub trigger: Arc<str>,
    /// From 1.
    pub attempt: u32,
    /// What is to be done.
    pub action: Finished,
    /// The newest of the events that it is done for.
    pub cause: Option<Arc<Event>>,
    /// The firing that has failed, when this is its `on-failure`.
    pub failed: Option<FiringId>,
}

/// A firing that has failed for good.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// Its id.
    pub firing: FiringId,
    /// The trigger.
    pub trigger: String,
    /// Why, in words, without payload and secrets.
    pub reason: String,
    /// Attempts made, those of `on-failure` included.
    pub attempts: u32,
    /// The events, in the order of the condition.
    pub events: Vec<Taken>,
}
