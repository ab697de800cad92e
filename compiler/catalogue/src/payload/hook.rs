//! What the events of providers of webhooks have in common.

use super::{ByEvent, EventHeader, EventType};
use crate::types::{Member, Type};

/// The root with the headers.
pub(crate) const HEADERS: Member = Member::new("headers", Type::Headers, "The headers of the request.");

/// The body follows from `events`; which event it is stands in this header, and in a member of the body if there is one.
pub(crate) const fn by_event(
    header: &'static str,
    member: Option<&'static str>,
    events: &'static [EventType],
    common: Type,
) -> ByEvent {
    let header = Some(EventHeader { root: HEADERS.name, name: header });
    ByEvent { root: "body", field: "events", header, member, events, common }
}
