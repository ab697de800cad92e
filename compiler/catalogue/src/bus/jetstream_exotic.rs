//! `jetstreamExotic`: a NATS JetStream cluster that is there already.

use super::BusKind;
use crate::field::{Block, Field, Shape};
use crate::target::Targets;
use crate::tls::TLS;

pub(super) static KIND: BusKind = BusKind {
    name: "jetstreamExotic",
    block: &BLOCK,
    durable: true,
    argo_warning: None,
    targets: Targets::ALL,
    doc: "A NATS JetStream cluster that is there already.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("url", Shape::Url(&["nats", "tls", "ws", "wss"]), "The address of the cluster.")
            .required(),
        Field::new(
            "accessSecret",
            Shape::Secret,
            "The credentials, as two lines of YAML: `username: …` and `password: …`.",
        ),
        Field::new(
            "streamConfig",
            Shape::Text,
            "Settings of the stream in YAML: `maxMsgs`, `maxAge`, `maxBytes`, `replicas`, `duplicates`, `retention`, `discard`.",
        ),
        Field::new("tls", Shape::Record(&TLS), "How the connection is secured."),
    ],
    rules: &[],
};
