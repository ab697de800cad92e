//! Events of `kafka`.

use super::{BODY, MESSAGE, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("topic", Type::String, "The topic of the record."),
    Member::new("key", Type::String, "The key of the record; empty without one."),
    Member::new("partition", Type::Int, "The partition of the record."),
    Member::new("timestamp", Type::String, "When the record was made, as Go prints a time."),
    Member::new("headers", Type::Map(&Type::String), "The headers of the record, by name."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);
