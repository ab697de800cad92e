//! Events of `github`.

mod generated;

use super::{BODY, ByEvent, EventHeader, EventType, METADATA, Payload};
// For the generated files.
use super::{always, maybe, text, truth, whole};
use crate::field::Names;
use crate::types::{Member, Type};

pub use generated::{EVENTS, TYPES, UNKNOWN};

/// What may stand in `events`.
pub(crate) static EVENT: Names = Names {
    owner: "GitHub",
    what: "event",
    values: EVENTS,
    all: Some("*"),
    hint: "events are called as in the header `X-GitHub-Event`; `\"*\"` is all of them",
};

pub(crate) const PAYLOAD: Payload = Payload {
    roots: &[
        Member::new("headers", Type::Headers, "The headers of the delivery."),
        Member::new(
            "body",
            generated::COMMON,
            "What GitHub sends, with the members `X-GitHub-Event` and `X-GitHub-Delivery` added.",
        ),
        METADATA,
    ],
    typed: BODY,
    json: None,
    open: false,
    by_fields: None,
    by_event: Some(ByEvent {
        root: "body",
        field: "events",
        header: Some(EventHeader { root: "headers", name: "X-Github-Event" }),
        member: Some("X-GitHub-Event"),
        events: generated::BY_EVENT,
        common: generated::COMMON,
    }),
};
