//! How a connection of a client is secured, the same everywhere in Argo Events.

use crate::field::{Block, Field, Rule, Shape};
use crate::target::{Support, Targets};

pub(crate) const SECURED: Field = Field::new("tls", Shape::Record(&TLS), "How the connection is secured.");

pub(crate) static TLS: Block = Block {
    fields: &[ENABLED, ANY, AUTHORITY, CLIENT_CERT, CLIENT_KEY],
    rules: &[Rule::AllOrNone(&["clientCertSecret", "clientKeySecret"])],
};

/// Where only the client's own certificate is taken from it.
pub(crate) static CLIENT: Block = Block {
    fields: &[
        ENABLED.on(UNUSED),
        ANY.on(UNUSED),
        AUTHORITY.on(UNUSED),
        CLIENT_CERT.required(),
        CLIENT_KEY.required(),
    ],
    rules: &[],
};

const ENABLED: Field =
    Field::new("enabled", Shape::Bool, "Secures the connection with the system's certificates.")
        .default("false");

const ANY: Field = Field::new(
    "insecureSkipVerify",
    Shape::Bool,
    "Believes any certificate; the other fields are ignored then.",
)
.default("false");

const AUTHORITY: Field =
    Field::new("caCertSecret", Shape::Secret, "The certificate of the authority, in PEM.");

const CLIENT_CERT: Field = Field::new("clientCertSecret", Shape::Secret, "The client's certificate, in PEM.");

const CLIENT_KEY: Field =
    Field::new("clientKeySecret", Shape::Secret, "The key of that certificate, in PEM.");

const UNUSED: Targets = Targets {
    argo: Support::Ignored("Argo Events takes only the client's certificate from this `tls`"),
    runtime: Support::NotYet,
};
