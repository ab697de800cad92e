//! Events of `mqtt`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("topic", Type::String, "The topic of the message."),
    Member::new("messageId", Type::Int, "The number of the message on its connection."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
