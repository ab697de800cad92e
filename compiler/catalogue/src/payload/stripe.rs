//! Events of `stripe`, as Stripe's documentation says in "The Event object" and its client in Go writes it. What `data.object`
//! is follows from `type`, and Stripe says no more.

use super::{METADATA, Payload, always, maybe};
use crate::types::Type::{self, Any, Bool, Int, Map, Null, String, Union};
use crate::types::{Member, Record};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[Member::new("event", ENVELOPE, "What Stripe sends."), METADATA])
        .typed(&[&["event", "data", "object"]]);

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] = &[("stripe.Event", Type::Record(&EVENT))];

/// Where nothing is said, sorted.
pub(super) static UNKNOWN: &[&str] =
    &["stripe.Event.data.object{}", "stripe.Event.data.previous_attributes{}"];

const ENVELOPE: Type = Type::Record(&EVENT);

static EVENT: Record = Record {
    name: Some("stripe.Event"),
    members: &[
        always("id", String),
        always("type", String),
        always("created", Int),
        always("livemode", Bool),
        always("account", String),
        always("pending_webhooks", Int),
        always(
            "request",
            Union(&[
                Type::Record(&Record {
                    name: None,
                    members: &[always("id", String), always("idempotency_key", String)],
                    open: false,
                }),
                Null,
            ]),
        ),
        always(
            "data",
            Type::Record(&Record {
                name: None,
                members: &[
                    always("object", Map(&Any)),
                    maybe("previous_attributes", Union(&[Map(&Any), Null])),
                ],
                open: false,
            }),
        ),
    ],
    open: false,
};
