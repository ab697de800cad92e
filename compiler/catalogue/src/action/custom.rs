//! `custom`: an action of a server that speaks Argo Events' gRPC protocol for foreign triggers.

use super::{ActionBody, ActionKind};
use crate::field::{Block, Field, Rule, Shape, Values};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "custom",
    argo: "custom",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: true,
    success: None,
    targets: Targets::ALL,
    doc: "Has a gRPC server that implements `triggers.Trigger` make a resource of `spec`, and carry it out.",
};

static BLOCK: Block = Block {
    fields: &[
        // Argo Events keeps the first connection of a trigger for good, so the address is a constant.
        Field::new("serverURL", Shape::GrpcServer, "The address of the server, `host:port`.").required(),
        Field::new("secure", Shape::Bool, "The connection is secured with TLS.").default("false"),
        Field::new(
            "certSecret",
            Shape::Secret,
            "The certificates of the authorities that are believed to vouch for the server, in PEM.",
        ),
        Field::new(
            "serverNameOverride",
            Shape::Text,
            "The name that the server's certificate must have, when it is not that of the address.",
        ),
        Field::new("spec", Shape::Map(&Shape::Text), "Text by name, of which the server makes the resource.")
            .required()
            .takes(Values::Text),
        Field::new("payload", Shape::Value, "What is sent along with the resource, as JSON.")
            .takes(Values::Json),
    ],
    rules: &[
        Rule::TrueNeeds("secure", "certSecret"),
        Rule::OnlyWith("certSecret", "secure"),
        Rule::OnlyWith("serverNameOverride", "secure"),
    ],
};
