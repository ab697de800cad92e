//! Events of `github`.

mod generated;

use super::{ByEvent, METADATA, Payload};
use crate::types::{Literal, Member, Type};

pub use generated::{EVENTS, TYPES, UNKNOWN};

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
    json_field: None,
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
