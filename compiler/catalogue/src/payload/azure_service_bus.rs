//! Events of `azureServiceBus`.

use super::{BODY, MAYBE_TEXT, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("applicationProperties", Type::Map(&Type::Any), "The properties that the sender set."),
    Member::new("contentType", MAYBE_TEXT, "The type of the body, as the sender says, or null."),
    Member::new("correlationID", MAYBE_TEXT, "What the message answers to, or null."),
    Member::new("enqueuedTime", MAYBE_TEXT, "When the message was sent, as RFC 3339 writes it, or null."),
    Member::new("messageID", Type::String, "The name of the message."),
    Member::new("replyTo", MAYBE_TEXT, "Where an answer goes, or null."),
    Member::new(
        "sequenceNumber",
        Type::Union(&[Type::Int, Type::Null]),
        "The number of the message in its queue, or null.",
    ),
    Member::new("subject", MAYBE_TEXT, "What the message is about, or null."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
