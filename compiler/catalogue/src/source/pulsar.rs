//! `pulsar`: messages of Apache Pulsar.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::field::{Block, Field, Shape};
use crate::payload::pulsar::PAYLOAD;
use crate::pulsar::{ALLOW_INSECURE, ATHENZ, ATHENZ_KEY, TOKEN, TRUSTED, URL, VALIDATE_HOST};
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "pulsar",
    event_type: "pulsar",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of topics of Apache Pulsar, and acknowledges each even when it did not become an event.",
};

static BLOCK: Block = Block {
    fields: &[
        URL,
        Field::new("topics", Shape::List(&Shape::Text), "The topics.").required(),
        Field::new(
            "type",
            Shape::Enum(&["exclusive", "shared"]),
            "Whether this is the only consumer of its subscription.",
        )
        .required(),
        JSON_BODY,
        CONNECTION_BACKOFF,
        SECURED,
        TRUSTED,
        ALLOW_INSECURE,
        VALIDATE_HOST,
        TOKEN,
        ATHENZ,
        ATHENZ_KEY,
        METADATA,
    ],
    rules: &[],
};
