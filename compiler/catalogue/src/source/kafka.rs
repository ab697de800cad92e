//! `kafka`: records of a topic of Kafka.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::kafka::{GROUP, REGISTRY, SASL, URL, VERSION};
use crate::payload::kafka::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "kafka",
    event_type: "kafka",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the records of a topic of Kafka: of one partition from now on, or as a member of a consumer group.",
};

static BLOCK: Block = Block {
    fields: &[
        URL,
        Field::new("topic", Shape::Text, "The topic.").required(),
        Field::new(
            "partition",
            Shape::QuotedInt { min: 0, max: i32::MAX as i64 },
            "The one partition that is read, from now on.",
        ),
        Field::new(
            "consumerGroup",
            Shape::Record(&GROUP),
            "The group that shares the partitions and remembers how far it got.",
        ),
        JSON_BODY,
        Field::new(
            "schemaRegistry",
            Shape::Record(&REGISTRY),
            "Where the schemas of records in Avro are; with `jsonBody` they become JSON.",
        ),
        Field::new(
            "limitEventsPerSecond",
            Shape::Int { min: 0, max: i64::MAX },
            "At most so many events in a second from each partition of a group; nought is no limit.",
        ),
        VERSION,
        Field::new("config", Shape::Text, "More settings of the client, as YAML of the library Sarama."),
        CONNECTION_BACKOFF,
        SECURED,
        SASL,
        Field::new("awsMskIamAuth", Shape::Record(&MSK), "Identifies the client with its role at AWS."),
        METADATA,
    ],
    rules: &[
        Rule::AtLeastOne(&[&["partition"], &["consumerGroup"]]),
        Rule::OnlyWith("schemaRegistry", "jsonBody"),
    ],
};

static MSK: Block = Block {
    fields: &[Field::new("region", Shape::Text, "The region of the cluster.").required()],
    rules: &[],
};
