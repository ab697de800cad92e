//! Events of `sqs`.

use super::{BODY, MAYBE_TEXT, MESSAGE, METADATA, Payload};
use crate::types::{Member, Record, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("messageId", Type::String, "The name of the message."),
    Member::new("messageAttributes", Type::Map(&ATTRIBUTE), "The attributes of the message."),
    MESSAGE,
    METADATA,
])
.typed(BODY)
.without_json(Type::Base64);

const ATTRIBUTE: Type = Type::Record(&Record {
    name: None,
    members: &[
        Member::new("DataType", MAYBE_TEXT, ""),
        Member::new("StringValue", MAYBE_TEXT, ""),
        Member::new("BinaryValue", Type::Union(&[Type::Base64, Type::Null]), ""),
        Member::new("StringListValues", Type::Union(&[Type::List(&MAYBE_TEXT), Type::Null]), ""),
        Member::new("BinaryListValues", Type::Union(&[Type::List(&Type::Base64), Type::Null]), ""),
    ],
    open: false,
});
