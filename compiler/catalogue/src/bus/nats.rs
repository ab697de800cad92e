//! `nats`: NATS Streaming for Argo, core NATS for the runtime.

use super::BusKind;
use super::pod::{
    AFFINITY, IMAGE_PULL_SECRETS, METADATA, NODE_SELECTOR, PERSISTENCE, PRIORITY, PRIORITY_CLASS,
    SECURITY_CONTEXT, SERVICE_ACCOUNT, TOLERATIONS, container,
};
use crate::field::{Block, Field, Rule, Shape};
use crate::target::Targets;

pub(super) static KIND: BusKind = BusKind {
    name: "nats",
    block: &BLOCK,
    durable: false,
    argo_warning: Some("NATS Streaming has ended; use a `jetstream` bus"),
    targets: Targets::ARGO,
    doc: "NATS Streaming for Argo Events; core NATS, which keeps nothing, for the aev runtime.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("native", Shape::Record(&NATIVE), "A cluster that Argo Events installs and runs."),
        Field::new("exotic", Shape::Record(&EXOTIC), "A cluster that is there already."),
    ],
    rules: &[Rule::ExactlyOne(&[&["native"], &["exotic"]])],
};

static NATIVE: Block = Block {
    fields: &[
        Field::new(
            "replicas",
            Shape::Int { min: 3, max: i32::MAX as i64 },
            "How many servers, at least three.",
        )
        .default("3"),
        Field::new("auth", Shape::Enum(&["none", "token"]), "How clients identify themselves.")
            .default("\"none\""),
        PERSISTENCE,
        Field::new("maxAge", Shape::Duration, "How long a message is kept.").default("72h"),
        Field::new("maxMsgs", Shape::Int { min: 0, max: i64::MAX }, "How many messages a channel keeps.")
            .default("1000000"),
        Field::new("maxBytes", Shape::Text, "How much a channel keeps, as NATS writes it.")
            .default("\"1GB\""),
        Field::new("maxSubs", Shape::Int { min: 0, max: i64::MAX }, "How many subscriptions a channel has.")
            .default("1000"),
        Field::new("maxPayload", Shape::Text, "The longest message, as NATS writes it.").default("\"1MB\""),
        Field::new(
            "raftHeartbeatTimeout",
            Shape::Duration,
            "How long a follower waits for the leader before it calls an election.",
        )
        .default("2s"),
        Field::new("raftElectionTimeout", Shape::Duration, "How long a candidate waits for votes.")
            .default("2s"),
        Field::new("raftLeaseTimeout", Shape::Duration, "How long a leader without a majority stays one.")
            .default("1s"),
        Field::new(
            "raftCommitTimeout",
            Shape::Duration,
            "How long the servers wait before they tell each other what is committed.",
        )
        .default("100ms"),
        container("containerTemplate", "The container of the server."),
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
    rules: &[],
};

static EXOTIC: Block = Block {
    fields: &[
        Field::new("url", Shape::Url(&["nats", "tls", "ws", "wss"]), "The address of the cluster.")
            .required(),
        Field::new("clusterID", Shape::Text, "The name of the cluster.").required(),
        Field::new("auth", Shape::Enum(&["none", "token"]), "How clients identify themselves.")
            .default("\"none\""),
        Field::new("accessSecret", Shape::Secret, "The credentials, as a line of YAML: `token: …`."),
    ],
    rules: &[],
};
