//! Events of `generic`.

use super::{BODY, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
        Member::new(
            "body",
            Type::Any,
            "What the server sent: JSON with `jsonBody: true`, otherwise base64 of its bytes; null when it sent nothing.",
        ),
        METADATA,
    ]).typed(BODY).without_json(Type::Base64);
