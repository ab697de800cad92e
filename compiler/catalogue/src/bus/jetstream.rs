//! `jetstream`: a NATS JetStream cluster that Argo Events installs.

use super::BusKind;
use super::pod::{
    AFFINITY, IMAGE_PULL_SECRETS, METADATA, NODE_SELECTOR, PERSISTENCE, PRIORITY, PRIORITY_CLASS,
    SECURITY_CONTEXT, SERVICE_ACCOUNT, TOLERATIONS, container,
};
use crate::field::{Block, Field, Rule, Shape};
use crate::target::Targets;

pub(super) static KIND: BusKind = BusKind {
    name: "jetstream",
    block: &BLOCK,
    durable: true,
    argo_warning: None,
    targets: Targets::ALL,
    doc: "A NATS JetStream cluster that Argo Events installs and runs.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "version",
            Shape::Text,
            "The version of NATS, as the controller's configuration lists it, or `\"latest\"`.",
        )
        .required(),
        Field::new(
            "replicas",
            Shape::Int { min: 1, max: i32::MAX as i64 },
            "How many servers; one, or at least three.",
        )
        .default("3"),
        PERSISTENCE,
        Field::new(
            "streamConfig",
            Shape::Text,
            "Settings of the stream in YAML, merged over the controller's: `maxMsgs`, `maxAge`, `maxBytes`, `replicas`, `duplicates`, `retention`, `discard`.",
        ),
        Field::new("settings", Shape::Text, "Lines for the `jetstream` block of the servers' configuration."),
        Field::new("maxPayload", Shape::Text, "The longest message, as NATS writes it.").default("\"1MB\""),
        Field::new("startArgs", Shape::List(&Shape::Text), "More arguments for the server."),
        container("containerTemplate", "The container of the server."),
        container("reloaderContainerTemplate", "The container that reloads the configuration."),
        container("metricsContainerTemplate", "The container that serves metrics."),
        METADATA,
        NODE_SELECTOR,
        TOLERATIONS,
        AFFINITY,
        SECURITY_CONTEXT,
        IMAGE_PULL_SECRETS,
        PRIORITY_CLASS,
        PRIORITY,
        SERVICE_ACCOUNT,
    ],
    rules: &[Rule::Not(
        "replicas",
        2,
        "two servers cannot agree when one is away; write one, or at least three",
    )],
};
