//! `mqtt`: messages of an MQTT broker.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::basic::BASIC;
use crate::field::{Block, Field, Shape};
use crate::payload::mqtt::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "mqtt",
    event_type: "mqtt",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages on a topic of an MQTT broker, each at most once.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "url",
            Shape::Url(&["tcp", "mqtt", "ssl", "tls", "mqtts", "ws", "wss"]),
            "The address of the broker.",
        )
        .required(),
        Field::new(
            "topic",
            Shape::Text,
            "The topic; `+` stands for one part of it, and `#` for all that follow.",
        )
        .required(),
        Field::new("clientId", Shape::Text, "How the broker calls this client; no other may have the same.")
            .required(),
        JSON_BODY,
        CONNECTION_BACKOFF,
        SECURED,
        Field::new("auth", Shape::Record(&BASIC), "User and password."),
        METADATA,
    ],
    rules: &[],
};
