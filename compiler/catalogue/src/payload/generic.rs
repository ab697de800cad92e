//! Events of `generic`.

use super::{METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload {
    roots: &[
        Member::new(
            "body",
            Type::Any,
            "What the server sent: JSON with `jsonBody: true`, otherwise base64 of its bytes; null when it sent nothing.",
        ),
        METADATA,
    ],
    typed: &[&["body"]],
    json_field: Some("jsonBody"),
    by_event: None,
};
