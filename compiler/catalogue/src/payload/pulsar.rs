//! Events of `pulsar`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("key", Type::String, "The key of the message; empty without one."),
    Member::new("publishTime", Type::String, "When the message was sent, as Go prints a time."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
