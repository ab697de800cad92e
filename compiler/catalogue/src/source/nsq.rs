//! `nsq`: messages of NSQ.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::field::{Block, Field, Shape};
use crate::payload::nsq::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "nsq",
    event_type: "nsq",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of a channel of a topic of NSQ.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("hostAddress", Shape::HostPort { several: false }, "Where the `nsqlookupd` listens.")
            .required(),
        Field::new("topic", Shape::Text, "The topic.").required(),
        Field::new("channel", Shape::Text, "The channel; of all that are on it, one gets each message.")
            .required(),
        JSON_BODY,
        CONNECTION_BACKOFF,
        SECURED,
        METADATA,
    ],
    rules: &[],
};
