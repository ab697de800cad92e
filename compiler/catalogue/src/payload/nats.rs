//! Events of `nats`.

use super::{METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload {
    roots: &[
        Member::new("subject", Type::String, "The subject of the message."),
        Member::optional(
            "header",
            Type::Map(&Type::List(&Type::String)),
            "The headers of the message, lists of text under their names as they were sent.",
        ),
        Member::new(
            "body",
            Type::Any,
            "The message: JSON with `jsonBody: true`, otherwise base64 of its bytes.",
        ),
        METADATA,
    ],
    typed: &[&["body"]],
    json_field: Some("jsonBody"),
    by_event: None,
};
