//! `openWhisk`: a call of an action of OpenWhisk.

use super::{ActionBody, ActionKind, PAYLOAD, SuccessTest};
use crate::field::{Block, Field, Shape, Values};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "openWhisk",
    argo: "openWhisk",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: Some(SuccessTest::Status),
    targets: Targets::ARGO,
    doc: "Calls an action of Apache OpenWhisk and waits for it; done when the status is from 200 to 206, or as `success` says.",
};

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first connection of a trigger for good, so all about it is constant.
        Field::new("host", Shape::Text, "The host of the API, perhaps with its port.").required(),
        Field::new("actionName", Shape::Text, "The action.").required().takes(Values::Text),
        PAYLOAD,
        Field::new("namespace", Shape::Text, "The namespace at OpenWhisk; `_` is that of the token.")
            .default("\"_\""),
        Field::new("version", Shape::Text, "The version of the API.").default("\"v1\""),
        Field::new("authToken", Shape::Secret, "The key for the API, `user:password`."),
    ],
    rules: &[],
};
