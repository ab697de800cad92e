//! Events of `webhook`.

use super::{BODY, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("header", Type::Headers, "The headers of the request."),
    Member::new("body", Type::Any, "The body of the request; of a GET or a form an object of lists of text."),
    METADATA,
])
.typed(BODY);
