//! `sns`: notifications of AWS SNS.

use super::SourceKind;
use super::common::{ACCESS_KEY, ENDPOINT_URL, HOOK, KEYS, METADATA, REGION, ROLE, SECRET_KEY};
use crate::field::{Block, Field, Shape};
use crate::payload::sns::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "sns",
    event_type: "sns",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes notifications of a topic of AWS SNS, and subscribes to it.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("topicArn", Shape::Text, "The ARN of the topic.").required(),
        REGION,
        HOOK,
        ACCESS_KEY,
        SECRET_KEY,
        ROLE,
        Field::new("validateSignature", Shape::Bool, "Whether the signature of a notification is checked.")
            .default("false"),
        ENDPOINT_URL,
        METADATA,
    ],
    rules: &[KEYS],
};
