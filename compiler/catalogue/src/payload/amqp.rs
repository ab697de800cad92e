//! Events of `amqp`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("contentType", Type::String, "The type of the body, as the sender says."),
    Member::new("contentEncoding", Type::String, "The encoding of the body, as the sender says."),
    Member::new("deliveryMode", Type::Int, "Whether the message outlives a restart: 2, or not: 1."),
    Member::new("priority", Type::Int, "The priority of the message."),
    Member::new("correlationId", Type::String, "What the message answers to."),
    Member::new("replyTo", Type::String, "Where an answer goes."),
    Member::new("expiration", Type::String, "After how many milliseconds the message ends."),
    Member::new("messageId", Type::String, "The name of the message."),
    Member::new("timestamp", Type::String, "When the message was sent, as Go prints a time."),
    Member::new("type", Type::String, "The type of the message, as the sender says."),
    Member::new("appId", Type::String, "The application that sent it."),
    Member::new("exchange", Type::String, "The exchange that the message was sent to."),
    Member::new("routingKey", Type::String, "The key that the message was sent with."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
