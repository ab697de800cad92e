//! `sqs`: messages of AWS SQS.

use super::SourceKind;
use super::common::{ACCESS_KEY, ENDPOINT_URL, JSON_BODY, KEYS, METADATA, REGION, ROLE, SECRET_KEY};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::sqs::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "sqs",
    event_type: "sqs",
    http: false,
    http_block: None,
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of a queue of AWS SQS, and deletes each once its event is on the bus.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("queue", Shape::Text, "The name of the queue.").required(),
        Field::new(
            "queueAccountId",
            Shape::Text,
            "The number of the account that the queue belongs to, when it is another.",
        ),
        REGION,
        Field::new(
            "waitTimeSeconds",
            Shape::Int { min: 0, max: 20 },
            "How many seconds to wait for a message before asking again.",
        )
        .default("3"),
        JSON_BODY,
        Field::new(
            "dlq",
            Shape::Bool,
            "Whether a message that cannot be read stays in the queue; otherwise it is deleted.",
        )
        .default("false"),
        ACCESS_KEY,
        SECRET_KEY,
        Field::new("sessionToken", Shape::Secret, "The token that belongs to keys that end soon."),
        ROLE,
        ENDPOINT_URL,
        METADATA,
    ],
    rules: &[KEYS, Rule::OnlyWith("sessionToken", "accessKey")],
};
