//! What a step says it has decided: received, matched, filtered because …, waiting for …, fired, result.

use crate::firing::FiringId;
use aev_plan::eval::Reason;
use aev_plan::event::Event;
use aev_plan::time::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A decision, with its trigger and time.
///
/// The reason of a filter shows values of the event: it is for the user. For a log there is [`Reason::redacted`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// When.
    pub time: Timestamp,
    /// Which trigger. Not in the JSON: whoever writes a line says of which pipeline, sensor and trigger it is.
    #[serde(skip)]
    pub trigger: Arc<str>,
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
        stream: Arc<str>,
    },
    /// It did not pass.
    Filtered {
        /// Which event.
        event: EventRef,
        /// The stream of the condition.
        stream: Arc<str>,
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
        missing: Vec<Arc<str>>,
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
        action: Arc<str>,
        /// From 1.
        attempt: u32,
    },
    /// The action is done.
    Done {
        /// The id of the firing.
        firing: FiringId,
        /// The trigger, or its `on-failure`.
        action: Arc<str>,
        /// Which attempt it was.
        attempt: u32,
    },
    /// An attempt failed and another follows.
    Retry {
        /// The id of the firing.
        firing: FiringId,
        /// The trigger, or its `on-failure`.
        action: Arc<str>,
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
        action: Arc<str>,
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
        streams: Vec<Arc<str>>,
    },
}

/// An event by its identity. Its JSON has `source`, `subject`, `id` and, where that is known, `trace`.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRef {
    /// Naming it copies nothing.
    event: Arc<Event>,
    /// The id of the trace that it belongs to, where that is known. It stands where the event is received.
    pub trace: Option<Box<str>>,
}

impl Serialize for EventRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("EventRef", 3 + usize::from(self.trace.is_some()))?;
        form.serialize_field("source", self.source())?;
        form.serialize_field("subject", self.subject())?;
        form.serialize_field("id", self.id())?;
        if let Some(trace) = &self.trace {
            form.serialize_field("trace", trace)?;
        }
        form.end()
    }
}

impl EventRef {
    /// Of an event.
    pub fn of(event: &Arc<Event>) -> EventRef {
        EventRef { event: event.clone(), trace: None }
    }

    /// Name of the source.
    pub fn source(&self) -> &str {
        &self.event.source
    }

    /// Name of the event within it.
    pub fn subject(&self) -> &str {
        &self.event.subject
    }

    /// Unique within the source.
    pub fn id(&self) -> &str {
        &self.event.id
    }

    /// The same, with the trace that the event's attributes name.
    pub(crate) fn received(event: &Arc<Event>) -> EventRef {
        let trace = event.extension("traceparent").and_then(|parent| parent.get(3..35));
        let digits = |id: &&str| id.bytes().all(|byte| byte.is_ascii_hexdigit());
        EventRef { trace: trace.filter(digits).map(Box::from), ..EventRef::of(event) }
    }
}
