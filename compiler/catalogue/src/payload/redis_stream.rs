//! Events of `redisStream`.

use super::{METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("stream", Type::String, "The stream."),
    Member::new("message_id", Type::String, "The name of the entry in its stream."),
    Member::new("values", Type::Map(&Type::String), "The fields of the entry."),
    METADATA,
])
.typed(&[&["values"]]);
