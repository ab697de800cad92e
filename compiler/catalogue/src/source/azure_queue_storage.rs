//! `azureQueueStorage`: messages of an Azure Storage queue.

use super::SourceKind;
use super::common::{JSON_BODY, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::azure_queue_storage::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "azureQueueStorage",
    event_type: "azureQueueStorage",
    http: false,
    http_block: None,
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of an Azure Storage queue, and deletes each once its event is on the bus.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("connectionString", Shape::Secret, "The connection string of the storage account."),
        Field::new(
            "storageAccountName",
            Shape::Text,
            "The storage account; the pod's own identity is used with it.",
        ),
        Field::new("queueName", Shape::Text, "The name of the queue.").required(),
        JSON_BODY,
        Field::new("decodeMessage", Shape::Bool, "Whether messages are base64, and are decoded first.")
            .default("false"),
        Field::new(
            "dlq",
            Shape::Bool,
            "Whether a message that cannot be decoded stays in the queue; otherwise it is deleted.",
        )
        .default("false"),
        Field::new(
            "waitTimeInSeconds",
            Shape::Int { min: 1, max: i32::MAX as i64 },
            "How many seconds an empty queue is left alone.",
        )
        .default("3"),
        METADATA,
    ],
    rules: &[Rule::ExactlyOne(&[&["connectionString"], &["storageAccountName"]])],
};
