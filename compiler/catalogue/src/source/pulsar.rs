//! `pulsar`: messages of Apache Pulsar.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::field::{Block, Field, Shape};
use crate::payload::pulsar::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "pulsar",
    event_type: "pulsar",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of topics of Apache Pulsar, and acknowledges each even when it did not become an event.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("url", Shape::Url(&["pulsar", "pulsar+ssl"]), "The address of the cluster.").required(),
        Field::new("topics", Shape::List(&Shape::Text), "The topics.").required(),
        Field::new(
            "type",
            Shape::Enum(&["exclusive", "shared"]),
            "Whether this is the only consumer of its subscription.",
        )
        .required(),
        JSON_BODY,
        CONNECTION_BACKOFF,
        SECURED,
        Field::new("tlsTrustCertsSecret", Shape::Secret, "The certificates that are believed, in PEM."),
        Field::new("tlsAllowInsecureConnection", Shape::Bool, "Whether any certificate is believed.")
            .default("false"),
        Field::new("tlsValidateHostname", Shape::Bool, "Whether the certificate must name the host.")
            .default("false"),
        Field::new("authTokenSecret", Shape::Secret, "A token."),
        Field::new("authAthenzParams", Shape::Map(&Shape::Text), "Settings for Athenz."),
        Field::new("authAthenzSecret", Shape::Secret, "The private key for Athenz."),
        METADATA,
    ],
    rules: &[],
};
