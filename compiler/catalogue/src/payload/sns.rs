//! Events of `sns`.

use super::{BODY, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("header", Type::Headers, "The headers of the request."),
    Member::new("body", Type::Any, "What SNS sends: the message is the text in its `Message`."),
    METADATA,
])
.typed(BODY);
