//! `http`: an HTTP call.

use super::{ActionBody, ActionKind, SuccessTest};
use crate::basic::BASIC;
use crate::field::{Block, Field, Shape, Values};
use crate::target::Targets;
use crate::tls::TLS;

pub(super) static KIND: ActionKind = ActionKind {
    name: "http",
    argo: "http",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: Some(SuccessTest::Status),
    targets: Targets::ALL,
    doc: "Calls a URL; done when the answer's status is from 200 to 206, or as `success` says.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("url", Shape::Url(&["http", "https"]), "What is called.").required().takes(Values::Text),
        Field::new(
            "method",
            Shape::Enum(&["GET", "POST", "PUT", "PATCH", "DELETE"]),
            "The method of the request.",
        )
        .default("\"POST\""),
        Field::new(
            "headers",
            Shape::Headers,
            "Headers of the request: text, values of events, `secret(…)` and `configmap(…)`.",
        )
        .takes(Values::Text),
        Field::new("payload", Shape::Value, "What is sent, as JSON; without it the body is empty.")
            .takes(Values::Json),
        Field::new("timeout", Shape::Seconds, "How long the whole call may take, in whole seconds.")
            .default("60s"),
        Field::new("basicAuth", Shape::Record(&BASIC), "User and password for HTTP basic authentication."),
        Field::new("host", Shape::Text, "The `Host` header, when it differs from the host of the URL.")
            .on(Targets::NOT_YET),
        Field::new("tls", Shape::Record(&TLS), "How the connection is secured.").on(Targets::NOT_YET),
    ],
    rules: &[],
};
