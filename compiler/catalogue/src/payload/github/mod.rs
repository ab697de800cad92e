//! Events of `github`.

mod generated;

use super::{BODY, ByEvent, METADATA, Payload};
use crate::field::Names;
use crate::types::{Literal, Member, Type};

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

/// A member that is always there.
const fn always(name: &'static str, ty: Type) -> Member {
    Member::new(name, ty, "")
}

/// A member that may be absent.
const fn maybe(name: &'static str, ty: Type) -> Member {
    Member::optional(name, ty, "")
}

const fn text(value: &'static str) -> Type {
    Type::Literal(Literal::String(value))
}

const fn truth(value: bool) -> Type {
    Type::Literal(Literal::Bool(value))
}

const fn whole(value: i64) -> Type {
    Type::Literal(Literal::Int(value))
}
