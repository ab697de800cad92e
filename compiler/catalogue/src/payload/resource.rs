//! Events of `resource`.

use super::{METADATA, Payload};
use crate::types::{Literal, Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("type", CHANGE, "What happened to the object."),
    Member::new("body", Type::Any, "The object."),
    Member::new(
        "oldBody",
        Type::Union(&[Type::Map(&Type::Any), Type::Null]),
        "The object before an update, otherwise null.",
    ),
    Member::new("group", Type::String, "The API group; empty for the core."),
    Member::new("version", Type::String, "The version of the API."),
    Member::new("resource", Type::String, "What the object is one of, in the plural."),
    METADATA,
])
.typed(&[&["body"], &["oldBody"]]);

const CHANGE: Type = Type::Union(&[
    Type::Literal(Literal::String("ADD")),
    Type::Literal(Literal::String("UPDATE")),
    Type::Literal(Literal::String("DELETE")),
]);
