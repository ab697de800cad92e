//! `nats`: messages on a subject of NATS.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::field::{Block, Field, Shape};
use crate::nats::{AUTH, URL};
use crate::payload::nats::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

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
        CONNECTION_BACKOFF,
        SECURED,
        AUTH,
        METADATA,
    ],
    rules: &[],
};
