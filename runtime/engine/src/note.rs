//! What a step says it has decided: received, matched, filtered because …, waiting for …, fired, result.

use crate::firing::FiringId;
use aev_plan::eval::Reason;
use aev_plan::event::Event;
use aev_plan::time::Timestamp;
use serde::Serialize;

/// A decision, with its trigger and time.
///
/// The reason of a filter shows values of the event: it is for the user. For a log there is [`Reason::redacted`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// When.
    pub time: Timestamp,
    /// Which trigger. Not in the JSON: whoever writes a line says of which pipeline, sensor and trigger it is.
    #[serde(skip)]
    pub trigger: String,
    /// What.
    #[serde(flatten)]
    pub decision: Decision,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Decision {
    /// An event came that the trigger reads.
    Received {
        /// Which.
        event: EventRef,
    },
    /// It passed a stream.
    Matched {
        /// Which event.
        event: EventRef,
        /// Which stream.
        stream: String,
    },
    /// It did not pass.
    Filtered {
        /// Which event.
        event: EventRef,
        /// The stream of the condition.
        stream: String,
        /// Why.
        reason: Reason,
    },
    /// It was there before and is not taken again.
    Repeated {
        /// Which event.
        event: EventRef,
    },
    /// The event was kept; these streams have none yet.
    Waiting {
        /// Their names.
        missing: Vec<String>,
    },
    /// The condition is met.
    Fired {
        /// The id of the firing.
        firing: FiringId,
        /// The events that are used up.
        events: Vec<EventRef>,
    },
    /// An attempt begins.
    Attempt {
        /// The id of the firing.
        firing: FiringId,
        /// The trigger, or its `on-failure`.
        action: String,
        /// From 1.
        attempt: u32,
    },
    /// The action is done.
    Done {
        /// The id of the firing.
        firing: FiringId,
        /// The trigger, or its `on-failure`.
        action: String,
        /// Which attempt it was.
        attempt: u32,
    },
    /// An attempt failed and another follows.
    Retry {
        /// The id of the firing.
        firing: FiringId,
        /// The trigger, or its `on-failure`.
        action: String,
        /// The attempt that follows.
        attempt: u32,
        /// When.
        at: Timestamp,
        /// Why it failed.
        error: String,
    },
    /// The action has failed for good.
    Failed {
        /// The id of the firing.
        firing: FiringId,
        /// The trigger, or its `on-failure`.
        action: String,
        /// Attempts made.
        attempts: u32,
        /// Why.
        error: String,
    },
    /// The events were put aside.
    DeadLettered {
        /// The id of the firing.
        firing: FiringId,
        /// Why.
        reason: String,
    },
    /// A firing that had failed for good is tried again.
    Redriven {
        /// The id of the firing.
        firing: FiringId,
        /// Its events.
        events: Vec<EventRef>,
    },
    /// What was kept was forgotten, because its time had come or another program had used it; or an event came too late for
    /// those that are kept.
    Reset {
        /// Streams whose event was forgotten.
        streams: Vec<String>,
    },
}

/// An event by its identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventRef {
    /// Name of the source.
    pub source: String,
    /// Name of the event within it.
    pub subject: String,
    /// Unique within the source.
    pub id: String,
    /// The id of the trace that it belongs to, where that is known. It stands where the event is received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<Box<str>>,
}

impl EventRef {
    /// Of an event.
    pub fn of(event: &Event) -> EventRef {
        let Event { source, subject, id, .. } = event;
        EventRef { source: source.clone(), subject: subject.clone(), id: id.clone(), trace: None }
    }

    /// The same, with the trace that the event's attributes name.
    pub(crate) fn received(event: &Event) -> EventRef {
        let trace = event.extension("traceparent").and_then(|parent| parent.get(3..35));
        let digits = |id: &&str| id.bytes().all(|byte| byte.is_ascii_hexdigit());
        EventRef { trace: trace.filter(digits).map(Box::from), ..EventRef::of(event) }
    }
}
