//! Events of `emitter`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[Member::new("topic", Type::String, "The channel of the message."), MESSAGE, METADATA])
        .typed(BODY)
        .without_json(Type::Base64);
