//! `slack`: events, interactions and commands of Slack.

use super::SourceKind;
use super::common::HOOK;
use crate::field::{Block, Field, Shape};
use crate::payload::slack::PAYLOAD;
use crate::target::{Support, Targets};

pub(super) static KIND: SourceKind = SourceKind {
    name: "slack",
    event_type: "slack",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes events, interactions and commands of Slack, and checks their signature.",
};

static BLOCK: Block = Block {
    fields: &[
        HOOK,
        Field::new("token", Shape::Secret, "The verification token of the app.").required(),
        Field::new("signingSecret", Shape::Secret, "The secret that signs requests.").required(),
        Field::new("metadata", Shape::Map(&Shape::Text), "Text by name.").on(IGNORED),
    ],
    rules: &[],
};

/// What comes from Slack is handed on without a frame around it.
const IGNORED: Targets =
    Targets { argo: Support::Ignored("events of Slack carry no metadata"), runtime: Support::NotYet };
