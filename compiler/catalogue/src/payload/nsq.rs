//! Events of `nsq`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("timestamp", Type::String, "When the message was sent, in nanoseconds since 1970, as text."),
    Member::new("nsqdAddress", Type::String, "The server that the message came from."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
