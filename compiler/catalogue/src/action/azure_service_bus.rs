//! `azureServiceBus`: a message for Azure Service Bus.

use super::{ActionBody, ActionKind, PAYLOAD};
use crate::field::{Block, Field, Rule, Shape};
use crate::target::{Support, Targets};
use crate::tls::SECURED;

pub(super) static KIND: ActionKind = ActionKind {
    name: "azureServiceBus",
    argo: "azureServiceBus",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ARGO,
    doc: "Sends a message to a queue or a topic of Azure Service Bus.",
};

/// Only who receives has a subscription.
const WITHOUT_EFFECT: Targets = Targets {
    argo: Support::Ignored(
        "`subscriptionName` has no effect: a message is sent to a topic, and not to a subscription",
    ),
    runtime: Support::NotYet,
};

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first connection of a trigger for good, so all about it is constant.
        Field::new("connectionString", Shape::Secret, "The connection string of the namespace.").required(),
        Field::new("queueName", Shape::Text, "The queue."),
        Field::new("topicName", Shape::Text, "The topic."),
        Field::new("subscriptionName", Shape::Text, "A subscription of the topic; it has no effect.")
            .on(WITHOUT_EFFECT),
        SECURED,
        PAYLOAD,
    ],
    rules: &[Rule::ExactlyOne(&[&["queueName"], &["topicName"]])],
};
