//! `webhook`: HTTP requests from anybody.

use super::SourceKind;
use super::common::{AUTH, ENDPOINT, MAX_PAYLOAD, METADATA, PAIRED, PORT, SERVER_CERT, SERVER_KEY};
use crate::field::{Block, Field, Shape};
use crate::payload::webhook::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "webhook",
    event_type: "webhook",
    http: true,
    http_block: None,
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ALL,
    doc: "Takes HTTP requests from anybody; each becomes an event.",
};

static BLOCK: Block = Block {
    fields: &[
        ENDPOINT,
        PORT,
        Field::new(
            "method",
            Shape::Enum(&["GET", "POST"]),
            "The method that requests must have; of a GET the query becomes the body.",
        )
        .required(),
        Field::new(
            "url",
            Shape::Url(&["http", "https"]),
            "The address under which others reach the endpoint.",
        ),
        AUTH,
        MAX_PAYLOAD,
        METADATA,
        SERVER_CERT,
        SERVER_KEY,
    ],
    rules: PAIRED,
};
