//! `file`: files of a volume.

use super::SourceKind;
use super::common::{METADATA, OPERATIONS, WATCHED};
use crate::field::{Block, Field, Shape};
use crate::payload::file::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "file",
    event_type: "file",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Watches files in a directory of its pod, such as a volume that is mounted.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("watchPathConfig", Shape::Record(&WATCHED), "Which files are watched.").required(),
        Field::new(
            "eventType",
            Shape::Joined(&OPERATIONS),
            "What must happen to a file; several at once as in `CREATE|WRITE`.",
        )
        .required(),
        Field::new(
            "polling",
            Shape::Bool,
            "Whether to look ten times a second, for volumes that do not tell.",
        )
        .default("false"),
        METADATA,
    ],
    rules: &[],
};
