//! Dead letters: events whose action failed for good, or that nobody could read, with the reason.

use crate::event::CloudEvent;
use serde::{Deserialize, Serialize};

/// Something that failed for good. It stays until somebody sends it again or drops it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// When it was given up: RFC 3339 in UTC.
    pub time: String,
    /// The trigger whose action failed.
    pub trigger: String,
    /// The id of the firing; empty when the event was never decided.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub firing: String,
    /// Why, in words for people. Without payload and secrets.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The events, each under the name that the trigger gives it.
    pub events: Vec<DeadEvent>,
}

/// One event of a [`DeadLetter`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadEvent {
    /// The name of the stream that brought it.
    pub stream: String,
    /// Which replay brought it; 0 for none.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub run: u32,
    /// The how-manieth event of its trigger it was: of two the newer has the greater.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub order: u64,
    /// The event; none when the message was no CloudEvent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<CloudEvent>,
    /// The message as it lay on the bus, in base64, when it was no CloudEvent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_base64: Option<String>,
}

fn is_nought<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

/// Names a stored dead letter. Later ones have greater ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeadId(pub u64);
