//! `generic`: events of a server that speaks Argo Events' gRPC protocol for foreign event sources.

use super::SourceKind;
use super::common::{JSON_BODY, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::generic::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "generic",
    event_type: "generic",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ALL,
    doc: "Takes the events of a gRPC server that implements `generic.Eventing`; what it sends while nobody listens is missed.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("url", Shape::GrpcServer, "The address of the server, `host:port`.").required(),
        Field::new("config", Shape::Text, "What the server is told to do, in its own words; not empty.")
            .required(),
        Field::new("insecure", Shape::Bool, "The connection is not secured; otherwise it is, with TLS.")
            .default("false"),
        JSON_BODY,
        Field::new(
            "authSecret",
            Shape::Secret,
            "The token that the server is sent as `authorization: Bearer …`.",
        ),
        METADATA,
    ],
    rules: &[Rule::ArgoNeedsTrue(
        "insecure",
        "Argo Events has no TLS for this kind, and without `insecure: true` it never connects",
    )],
};
