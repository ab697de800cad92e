//! `mns`: messages of Alibaba Cloud's message service.

use super::SourceKind;
use super::common::WEB_ADDRESS;
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::mns::PAYLOAD;
use crate::target::{Support, Targets};

pub(super) static KIND: SourceKind = SourceKind {
    name: "mns",
    event_type: "mns",
    http: false,
    http_block: None,
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of a queue of Alibaba Cloud's message service, as they are.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("endpoint", WEB_ADDRESS, "The address of the service.").required(),
        Field::new("queue", Shape::Text, "The name of the queue.").required(),
        Field::new("accessKey", Shape::Secret, "The access key."),
        Field::new("secretKey", Shape::Secret, "The secret key."),
        Field::new("jsonBody", Shape::Bool, "Whether the body is JSON.").default("false").on(IGNORED),
    ],
    rules: &[Rule::AllOrNone(&["accessKey", "secretKey"])],
};

/// Argo Events takes the field and hands text on.
const IGNORED: Targets = Targets {
    argo: Support::Ignored("Argo Events does not look at it: the body is always text"),
    runtime: Support::NotYet,
};
