//! Events of `github`.

mod generated;

use super::{ByEvent, METADATA, Payload};
use crate::types::{Member, Type};

pub use generated::{EVENTS, TYPES};

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
    typed: &[&["body"]],
    by_event: Some(ByEvent {
        root: "body",
        field: "events",
        headers: "headers",
        header: "X-Github-Event",
        member: Some("X-GitHub-Event"),
        types: generated::BY_EVENT,
        common: generated::COMMON,
    }),
};
