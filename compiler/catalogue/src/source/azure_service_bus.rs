//! `azureServiceBus`: messages of an Azure Service Bus.

use super::SourceKind;
use super::common::{JSON_BODY, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::azure_service_bus::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "azureServiceBus",
    event_type: "azureServiceBus",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of a queue, or of a subscription to a topic, of an Azure Service Bus.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("connectionString", Shape::Secret, "The connection string of the namespace."),
        Field::new(
            "fullyQualifiedNamespace",
            Shape::Text,
            "The host of the namespace, such as `acme.servicebus.windows.net`; the pod's own identity is used with it.",
        ),
        Field::new("queueName", Shape::Text, "The queue."),
        Field::new("topicName", Shape::Text, "The topic."),
        Field::new("subscriptionName", Shape::Text, "The subscription to that topic."),
        JSON_BODY,
        Field::new(
            "deferDelete",
            Shape::Bool,
            "Whether a message is deleted only once its event is on the bus; otherwise when it is taken.",
        )
        .default("false"),
        SECURED,
        METADATA,
    ],
    rules: &[
        Rule::ExactlyOne(&[&["connectionString"], &["fullyQualifiedNamespace"]]),
        Rule::ExactlyOne(&[&["queueName"], &["topicName", "subscriptionName"]]),
        Rule::AllOrNone(&["topicName", "subscriptionName"]),
    ],
};
