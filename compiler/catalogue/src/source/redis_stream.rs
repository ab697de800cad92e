//! `redisStream`: entries of streams of Redis.

use super::SourceKind;
use super::common::{DATABASE, HOST, METADATA, PASSWORD, USERNAME};
use crate::field::{Block, Field, Shape};
use crate::payload::redis_stream::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "redisStream",
    event_type: "redisStream",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the entries of streams of Redis as a member of a consumer group, and acknowledges those that became events.",
};

static BLOCK: Block = Block {
    fields: &[
        HOST,
        Field::new("streams", Shape::List(&Shape::Text), "The streams.").required(),
        Field::new("consumerGroup", Shape::Text, "The consumer group; it is made when it is not there.")
            .default("\"argo-events-cg\""),
        Field::new(
            "maxMsgCountPerRead",
            Shape::Int { min: 1, max: i32::MAX as i64 },
            "At most so many entries are taken at a time.",
        )
        .default("10"),
        DATABASE,
        USERNAME,
        PASSWORD,
        SECURED,
        METADATA,
    ],
    rules: &[],
};
