//! Events of `redis`.

use super::{BODY, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("channel", Type::String, "The channel."),
    Member::new(
        "pattern",
        Type::String,
        "The pattern that the channel matched; empty for a channel by its name.",
    ),
    Member::new("body", Type::Any, "What was published: JSON with `jsonBody: true`, otherwise its text."),
    METADATA,
])
.typed(BODY)
.without_json(Type::String);
