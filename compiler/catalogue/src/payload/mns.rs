//! Events of `mns`.

use super::Payload;
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("messageId", Type::String, "The name of the message."),
    Member::new("body", Type::String, "The text of the message, whatever it is."),
]);
