//! Events of `gitlab`, `gerrit`, `bitbucket` and `bitbucketserver`.

use super::{BODY, METADATA, Payload};
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("headers", Type::Headers, "The headers of the request."),
    Member::new("body", Type::Any, "What was sent."),
    METADATA,
])
.typed(BODY);
