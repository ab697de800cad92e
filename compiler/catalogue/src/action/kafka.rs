//! `kafka`: a record for Kafka.

use super::{ActionBody, ActionKind, PAYLOAD};
use crate::field::{Block, Field, Rule, Shape, Values};
use crate::kafka::{SASL, URL, WRITER};
use crate::target::{Support, Targets};
use crate::tls::SECURED;

pub(super) static KIND: ActionKind = ActionKind {
    name: "kafka",
    argo: "kafka",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ARGO,
    doc: "Writes a record to a topic of Kafka; done as soon as it is in the queue of the producer.",
};

/// Argo Events lets the producer choose by the key.
const PARTITION: Support =
    Support::Ignored("`partition` has no effect: the partition follows from `partitioningKey`");

/// Argo Events takes the number for nanoseconds.
const FLUSH: Support = Support::Ignored("`flushFrequency` has no effect: it is read as so many nanoseconds");

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first connection of a trigger for good, so all about it is constant.
        URL,
        Field::new("topic", Shape::Text, "The topic.").required().takes(Values::Text),
        PAYLOAD,
        Field::new(
            "headers",
            Shape::Headers,
            "Headers of the record: constant text, `secret(…)` and `configmap(…)`.",
        ),
        Field::new(
            "partitioningKey",
            Shape::Text,
            "The key of the record, by which its partition is chosen.",
        )
        .takes(Values::Text),
        Field::new(
            "partition",
            Shape::Int { min: 0, max: i32::MAX as i64 },
            "The partition; it has no effect.",
        )
        .on(Targets { argo: PARTITION, runtime: Support::NotYet }),
        Field::new(
            "requiredAcks",
            Shape::Int { min: -1, max: 1 },
            "How many brokers must have the record: `1` is the leader alone, `-1` all replicas in sync.",
        )
        .default("-1"),
        Field::new("compress", Shape::Bool, "Whether records are compressed, with Snappy.").default("false"),
        Field::new(
            "flushFrequency",
            Shape::Int { min: 0, max: i32::MAX as i64 },
            "The pause between batches; it has no effect.",
        )
        .on(Targets { argo: FLUSH, runtime: Support::NotYet }),
        Field::new("version", Shape::Text, "The version of Kafka that is spoken.").default("\"1.0.0\""),
        SECURED,
        SASL,
        Field::new(
            "schemaRegistry",
            Shape::Record(&WRITER),
            "Where the schema is kept by which the payload is written as Avro.",
        ),
    ],
    rules: &[Rule::Not("requiredAcks", 0, "Argo Events takes it for the default, which is `-1`")],
};
