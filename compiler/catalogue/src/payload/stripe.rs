//! Events of `stripe`.

use super::{METADATA, Payload};
use crate::types::{Member, Record, Type};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[Member::new("event", EVENT, "What Stripe sends."), METADATA])
        .typed(&[&["event", "data", "object"]]);

const EVENT: Type = Type::Record(&Record {
    name: None,
    members: &[
        Member::new("id", Type::String, ""),
        Member::new("type", Type::String, ""),
        Member::new("created", Type::Int, ""),
        Member::new("livemode", Type::Bool, ""),
        Member::new("account", Type::String, ""),
        Member::new("pending_webhooks", Type::Int, ""),
        Member::new(
            "request",
            Type::Union(&[
                Type::Record(&Record {
                    name: None,
                    members: &[
                        Member::new("id", Type::String, ""),
                        Member::new("idempotency_key", Type::String, ""),
                    ],
                    open: false,
                }),
                Type::Null,
            ]),
            "",
        ),
        Member::new(
            "data",
            Type::Record(&Record {
                name: None,
                members: &[
                    Member::new("object", Type::Map(&Type::Any), ""),
                    Member::optional(
                        "previous_attributes",
                        Type::Union(&[Type::Map(&Type::Any), Type::Null]),
                        "",
                    ),
                ],
                open: false,
            }),
            "",
        ),
    ],
    open: false,
});
