//! `nats`: a message on a subject of NATS.

use super::{ActionBody, ActionKind};
use crate::field::{Block, Field, Shape, Values};
use crate::nats::{AUTH, URL};
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: ActionKind = ActionKind {
    name: "nats",
    argo: "nats",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ALL,
    doc: "Publishes a message on NATS; done when the server has it.",
};

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first connection of a trigger for good, so the address is a constant.
        URL,
        Field::new("subject", Shape::Subject { wildcards: false }, "The subject of the message.")
            .required()
            .takes(Values::Text),
        Field::new("payload", Shape::Value, "What is sent, as JSON.").required().takes(Values::Json),
        SECURED,
        AUTH,
    ],
    rules: &[],
};
