//! Events of `calendar`.

use super::{METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("eventTime", Type::String, "When the event was due, as Go prints a time."),
    METADATA,
]);
