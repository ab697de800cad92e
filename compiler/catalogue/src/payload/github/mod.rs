//! Events of `github`.

mod generated;

use super::hook::{HEADERS, by_event};
use super::{BODY, EventType, METADATA, Payload};
// For the generated files.
use super::{always, maybe, text, truth, whole};
use crate::field::Names;
use crate::types::Member;

pub use generated::EVENTS;
pub(super) use generated::{TYPES, UNKNOWN};

/// What may stand in `events`.
pub(crate) static EVENT: Names = Names {
    owner: "GitHub",
    what: "event",
    values: EVENTS,
    all: Some("*"),
    hint: "events are called as in the header `X-GitHub-Event`; `\"*\"` is all of them",
};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    HEADERS,
    Member::new(
        "body",
        generated::COMMON,
        "What GitHub sends, with the members `X-GitHub-Event` and `X-GitHub-Delivery` added.",
    ),
    METADATA,
])
.typed(BODY)
.by_event(by_event("X-Github-Event", Some("X-GitHub-Event"), generated::BY_EVENT, generated::COMMON));
