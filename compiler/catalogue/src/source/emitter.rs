//! `emitter`: messages of an Emitter broker.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::field::{Block, Field, Shape};
use crate::payload::emitter::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "emitter",
    event_type: "emitter",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages on a channel of an Emitter broker.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("broker", Shape::Url(&["tcp", "ssl", "tls", "ws", "wss"]), "The address of the broker.")
            .required(),
        Field::new("channelName", Shape::Text, "The channel.").required(),
        Field::new("channelKey", Shape::Text, "The key that opens the channel.").required(),
        Field::new("username", Shape::Secret, "The user."),
        Field::new("password", Shape::Secret, "The password."),
        JSON_BODY,
        CONNECTION_BACKOFF,
        SECURED,
        METADATA,
    ],
    rules: &[],
};
