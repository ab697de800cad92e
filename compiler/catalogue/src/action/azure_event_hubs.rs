//! `azureEventHubs`: an event for Azure Event Hubs.

use super::{ActionBody, ActionKind, PAYLOAD};
use crate::field::{Block, Field, Shape};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "azureEventHubs",
    argo: "azureEventHubs",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ARGO,
    doc: "Sends an event to a hub of Azure Event Hubs.",
};

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first connection of a trigger for good, so all about it is constant.
        Field::new("fqdn", Shape::Text, "The host of the namespace, such as `shop.servicebus.windows.net`.")
            .required(),
        Field::new("hubName", Shape::Text, "The name of the hub.").required(),
        Field::new("sharedAccessKeyName", Shape::Secret, "The name of the key that is used.").required(),
        Field::new("sharedAccessKey", Shape::Secret, "That key.").required(),
        PAYLOAD,
    ],
    rules: &[],
};
