//! Events of `nats`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("subject", Type::String, "The subject of the message."),
    Member::optional(
        "header",
        Type::Map(&Type::List(&Type::String)),
        "The headers of the message, lists of text under their names as they were sent.",
    ),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
