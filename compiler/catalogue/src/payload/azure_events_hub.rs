//! Events of `azureEventsHub`.

use super::{METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("id", Type::String, "The name of the event."),
    Member::new("partitionKey", Type::String, "The key that chose its partition."),
    Member::new("body", Type::Base64, "Base64 of what was sent, whatever it is."),
    METADATA,
]);
