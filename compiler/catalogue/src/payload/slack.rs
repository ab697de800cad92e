//! Events of `slack`.

use super::Payload;
use crate::types::{Member, Type};

/// One of three: an event `{type, Data}`, an interaction or a command. Which it is, nothing says in advance.
pub(crate) const PAYLOAD: Payload = Payload {
    open: true,
    ..Payload::of(&[
        Member::optional(
            "type",
            Type::String,
            "What kind of event or interaction it is; a command has none.",
        ),
        Member::optional("Data", Type::Any, "Of an event, what Slack says about it."),
    ])
    .typed(&[&[]])
};
