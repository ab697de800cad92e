//! `gerrit`: webhooks of Gerrit.

use super::SourceKind;
use super::common::{DELETE_HOOK, HOOK, METADATA, WEB_ADDRESS};
use crate::basic::BASIC;
use crate::field::{Block, Field, Shape};
use crate::payload::gerrit::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "gerrit",
    event_type: "gerrit",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes webhooks of Gerrit, and registers them with its plugin for webhooks.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("projects", Shape::List(&Shape::Text), "The projects whose events are wanted.").required(),
        Field::new(
            "events",
            Shape::List(&Shape::Text),
            "The events that are wanted, such as `patchset-created`.",
        )
        .required(),
        HOOK,
        Field::new("gerritBaseURL", WEB_ADDRESS, "The address of the server.").required(),
        Field::new("hookName", Shape::Text, "The name under which the hook is registered.").required(),
        Field::new("auth", Shape::Record(&BASIC), "Who registers the hook; Argo Events crashes without it.")
            .required(),
        Field::new("sslVerify", Shape::Bool, "Whether Gerrit verifies the certificate of the endpoint.")
            .default("false"),
        Field::new(
            "maxTries",
            Shape::Int { min: 0, max: i64::MAX },
            "How often Gerrit tries to deliver an event.",
        ),
        DELETE_HOOK,
        METADATA,
    ],
    rules: &[],
};
