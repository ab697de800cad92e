//! Events of `pubSub`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("id", Type::String, "The name of the message."),
    Member::new("attributes", Type::Map(&Type::String), "The attributes of the message."),
    Member::new("publishTime", Type::String, "When the message was sent, as Go prints a time."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
