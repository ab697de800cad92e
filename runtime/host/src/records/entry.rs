//! One record: what a step of a trigger came to, or what became of an event at its source. Its form is one JSON object a
//! line, on disk as on the control socket.

use aev_engine::Timestamp;
use aev_engine::note::EventRef;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Bytes of an id that are kept; ids of sources are far shorter.
const ID: usize = 256;

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry<'a> {
    /// When.
    pub time: Timestamp,
    /// The trigger, as `pipeline/sensor/trigger`; none when a source says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Cow<'a, str>>,
    /// The event that came; none when something else moved the trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId<'a>>,
    /// The id of the trace that the event belongs to, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Cow<'a, str>>,
    /// What was decided and done, in its order.
    pub said: Vec<Said<'a>>,
}

/// An event by its identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventId<'a> {
    /// Name of the source.
    pub source: Cow<'a, str>,
    /// Name of the event within it.
    pub subject: Cow<'a, str>,
    /// Unique within the source; cut when it is very long.
    pub id: Cow<'a, str>,
}

impl<'a> EventId<'a> {
    /// From the three texts.
    pub fn new(source: &'a str, subject: &'a str, id: &'a str) -> EventId<'a> {
        EventId { source: source.into(), subject: subject.into(), id: cut(id, ID).into() }
    }
}

impl<'a> From<&'a EventRef> for EventId<'a> {
    fn from(event: &'a EventRef) -> EventId<'a> {
        EventId::new(event.source(), event.subject(), event.id())
    }
}

/// An id as records have it.
pub(crate) fn id(text: &str) -> &str {
    cut(text, ID)
}

/// A text, without what is beyond so many bytes.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// One thing that was decided or done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the members are those of the engine's decisions, which are described there")]
pub enum Said<'a> {
    /// The bus has it.
    Published { duplicate: bool },
    /// The bus did not take it, and the sender was told so.
    Refused { reason: Cow<'a, str> },
    /// Its source keeps it from the bus.
    Kept { reason: Cow<'a, str> },
    /// It passed a stream.
    Matched { stream: Cow<'a, str> },
    /// It did not pass.
    Filtered { stream: Cow<'a, str>, reason: Cow<'a, str> },
    /// It was there before.
    Repeated,
    /// It is kept until these streams have one, too.
    Waiting { missing: Vec<Cow<'a, str>> },
    /// The condition is met. The events are named when there are several.
    Fired {
        firing: Cow<'a, str>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        events: Vec<EventId<'a>>,
    },
    /// A dead letter is tried again.
    Redriven { firing: Cow<'a, str>, events: Vec<EventId<'a>> },
    /// An attempt begins.
    Attempt { firing: Cow<'a, str>, action: Cow<'a, str>, attempt: u32 },
    /// An attempt has ended, and something is still to be waited for.
    Result { firing: Cow<'a, str>, action: Cow<'a, str>, attempt: u32, result: Cow<'a, str> },
    /// The action is done.
    Done {
        firing: Cow<'a, str>,
        action: Cow<'a, str>,
        attempt: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<Cow<'a, str>>,
    },
    /// An attempt failed and another follows.
    Retry { firing: Cow<'a, str>, action: Cow<'a, str>, attempt: u32, at: Timestamp, error: Cow<'a, str> },
    /// The action has failed for good.
    Failed { firing: Cow<'a, str>, action: Cow<'a, str>, attempts: u32, error: Cow<'a, str> },
    /// The events were put aside.
    DeadLettered { firing: Cow<'a, str>, reason: Cow<'a, str> },
    /// What a join had kept was forgotten.
    Reset { streams: Vec<Cow<'a, str>> },
    /// A message on the bus is no event, and became a dead letter.
    Unreadable { reason: Cow<'a, str> },
}

impl Said<'_> {
    /// The firing that it is about.
    pub fn firing(&self) -> Option<&str> {
        match self {
            Said::Fired { firing, .. }
            | Said::Redriven { firing, .. }
            | Said::Attempt { firing, .. }
            | Said::Result { firing, .. }
            | Said::Done { firing, .. }
            | Said::Retry { firing, .. }
            | Said::Failed { firing, .. }
            | Said::DeadLettered { firing, .. } => Some(firing),
            _ => None,
        }
    }

    /// The events that it names.
    pub fn events(&self) -> &[EventId<'_>] {
        match self {
            Said::Fired { events, .. } | Said::Redriven { events, .. } => events,
            _ => &[],
        }
    }
}

impl Entry<'_> {
    /// The pipeline, the sensor and the trigger.
    pub fn place(&self) -> Option<(&str, &str, &str)> {
        let mut parts = self.lane.as_deref()?.splitn(3, '/');
        Some((parts.next()?, parts.next()?, parts.next()?))
    }

    /// Every event that it names.
    pub fn events(&self) -> impl Iterator<Item = &EventId<'_>> {
        self.event.iter().chain(self.said.iter().flat_map(|said| said.events()))
    }

    /// Every firing that it names.
    pub fn firings(&self) -> impl Iterator<Item = &str> {
        self.said.iter().filter_map(Said::firing)
    }

    /// Writes it as a line.
    pub(super) fn write(&self, lines: &mut Vec<u8>) {
        let before = lines.len();
        match serde_json::to_writer(&mut *lines, self) {
            Ok(()) => lines.push(b'\n'),
            // Nothing in it can be refused.
            Err(_) => lines.truncate(before),
        }
    }
}
