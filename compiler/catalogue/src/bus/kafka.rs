//! `kafka`: Kafka that is there already.

use super::BusKind;
use crate::field::{Block, Field, Shape};
use crate::kafka::{SASL, SENSOR_GROUP, URL, VERSION};
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: BusKind = BusKind {
    name: "kafka",
    block: &BLOCK,
    durable: true,
    argo_warning: None,
    targets: Targets::ARGO,
    doc: "Kafka that is there already.",
};

static BLOCK: Block = Block {
    fields: &[
        URL,
        Field::new(
            "topic",
            Shape::Text,
            "The topic; without it one is called after the namespace and the bus.",
        ),
        VERSION,
        SECURED,
        SASL,
        Field::new("consumerGroup", Shape::Record(&SENSOR_GROUP), "The group that a sensor is in."),
        Field::new(
            "partitioner",
            Shape::Enum(&["random", "hash", "roundrobin", "manual"]),
            "How records are spread over partitions; a trigger on several events needs `hash`.",
        )
        .default("\"random\""),
    ],
    rules: &[],
};
