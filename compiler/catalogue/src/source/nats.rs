//! `nats`: messages on a subject of NATS.

use super::SourceKind;
use super::common::{JSON_BODY, METADATA};
use crate::field::{Block, Field, Shape};
use crate::nats::{AUTH, SECURED, URL};
use crate::option::BACKOFF;
use crate::payload::nats::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "nats",
    event_type: "nats",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ALL,
    doc: "Takes the messages on a subject of NATS; while it is not connected it misses them.",
};

static BLOCK: Block = Block {
    fields: &[
        URL,
        Field::new(
            "subject",
            Shape::Subject { wildcards: true },
            "The subject; `*` stands for one part of it, and `>` for all that follow.",
        )
        .required(),
        Field::new(
            "queue",
            Shape::Subject { wildcards: false },
            "A queue group: of all that are in it, one gets each message.",
        ),
        JSON_BODY,
        Field::new("connectionBackoff", Shape::Record(&BACKOFF), "The pauses between attempts to connect."),
        SECURED,
        AUTH,
        METADATA,
    ],
    rules: &[],
};
