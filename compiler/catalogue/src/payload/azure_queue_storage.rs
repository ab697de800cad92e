//! Events of `azureQueueStorage`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("messageID", Type::String, "The name of the message."),
    Member::new("insertionTime", Type::String, "When the message was sent, as RFC 3339 writes it."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
