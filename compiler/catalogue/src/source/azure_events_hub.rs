//! `azureEventsHub`: events of an Azure Event Hub.

use super::SourceKind;
use super::common::METADATA;
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::azure_events_hub::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "azureEventsHub",
    event_type: "azureEventsHub",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the events of an Azure Event Hub, from all its partitions and from now on; what comes while nobody listens is missed.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("fqdn", Shape::Text, "The host of the namespace, such as `acme.servicebus.windows.net`.")
            .required(),
        Field::new("hubName", Shape::Text, "The name of the hub.").required(),
        Field::new(
            "sharedAccessKeyName",
            Shape::Secret,
            "The name of the access policy; without it the pod's own identity is used.",
        ),
        Field::new("sharedAccessKey", Shape::Secret, "The key of that policy."),
        METADATA,
    ],
    rules: &[Rule::AllOrNone(&["sharedAccessKeyName", "sharedAccessKey"])],
};
