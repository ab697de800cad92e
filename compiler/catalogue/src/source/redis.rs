//! `redis`: what is published in Redis.

use super::SourceKind;
use super::common::{DATABASE, HOST, METADATA, PASSWORD, USERNAME};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::redis::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "redis",
    event_type: "redis",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes what is published on channels of Redis; while it is not connected it misses that.",
};

static BLOCK: Block = Block {
    fields: &[
        HOST,
        Field::new("channels", Shape::List(&Shape::Text), "The channels; `*` stands for any text in one.")
            .required(),
        DATABASE,
        USERNAME,
        PASSWORD,
        Field::new(
            "namespace",
            Shape::Namespace,
            "The namespace of that secret; Argo Events wants it and does not use it.",
        ),
        Field::new(
            "jsonBody",
            Shape::Bool,
            "Whether what is published is JSON; otherwise the body is its text.",
        )
        .default("false"),
        SECURED,
        METADATA,
    ],
    rules: &[Rule::Requires(&["password"], "namespace")],
};
