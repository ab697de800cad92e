//! How a connection of a client is secured, the same everywhere in Argo Events.

use crate::field::{Block, Field, Rule, Shape};

pub(crate) const SECURED: Field = Field::new("tls", Shape::Record(&TLS), "How the connection is secured.");

pub(crate) static TLS: Block = Block {
    fields: &[
        Field::new("enabled", Shape::Bool, "Secures the connection with the system's certificates.")
            .default("false"),
        Field::new(
            "insecureSkipVerify",
            Shape::Bool,
            "Believes any certificate; the other fields are ignored then.",
        )
        .default("false"),
        Field::new("caCertSecret", Shape::Secret, "The certificate of the authority, in PEM."),
        Field::new("clientCertSecret", Shape::Secret, "The client's certificate, in PEM."),
        Field::new("clientKeySecret", Shape::Secret, "The key of that certificate, in PEM."),
    ],
    rules: &[Rule::AllOrNone(&["clientCertSecret", "clientKeySecret"])],
};
