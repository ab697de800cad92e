//! Events of `gitlab`.

mod generated;

use super::hook::{HEADERS, by_event};
use super::{BODY, EventType, METADATA, Payload};
// For the generated files.
use super::{always, maybe, text};
use crate::types::Member;

pub(super) use generated::{TYPES, UNKNOWN};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[HEADERS, Member::new("body", generated::COMMON, "What GitLab sends."), METADATA])
        .typed(BODY)
        .by_event(by_event("X-Gitlab-Event", None, generated::BY_EVENT, generated::COMMON));
