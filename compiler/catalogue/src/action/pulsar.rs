//! `pulsar`: a message for Apache Pulsar.

use super::{ActionBody, ActionKind, PAYLOAD};
use crate::field::{Block, Field, Rule, Shape};
use crate::pulsar::{ALLOW_INSECURE, ATHENZ, ATHENZ_KEY, TOKEN, TRUSTED, URL, VALIDATE_HOST};
use crate::source::common::CONNECTION_BACKOFF;
use crate::target::Targets;
use crate::tls::CLIENT;

pub(super) static KIND: ActionKind = ActionKind {
    name: "pulsar",
    argo: "pulsar",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ARGO,
    doc: "Sends a message to a topic of Apache Pulsar.",
};

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first producer of a trigger for good, so all about it is constant.
        URL,
        Field::new("topic", Shape::Text, "The topic.").required(),
        PAYLOAD,
        CONNECTION_BACKOFF,
        Field::new("tls", Shape::Record(&CLIENT), "The certificate by which this client says who it is."),
        TRUSTED,
        ALLOW_INSECURE,
        VALIDATE_HOST,
        TOKEN,
        ATHENZ,
        ATHENZ_KEY,
    ],
    rules: &[Rule::AtMostOne(&[&["tls"], &["authTokenSecret"], &["authAthenzParams"]])],
};
