//! Events of `resource`.

use super::{ByFields, METADATA, Payload, k8s};
use crate::types::{Literal, Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("type", CHANGE, "What happened to the object."),
    Member::new(
        "body",
        Type::Any,
        "The object. Of Kubernetes' own kinds and Argo Workflows' the type is known.",
    ),
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
.typed(&[&["body"], &["oldBody"]])
.by_fields(ByFields { fields: &["group", "version", "resource"], types: k8s::BY_PATH });

const CHANGE: Type = Type::Union(&[
    Type::Literal(Literal::String("ADD")),
    Type::Literal(Literal::String("UPDATE")),
    Type::Literal(Literal::String("DELETE")),
]);
