//! What the source and the action on Apache Pulsar have in common.

use crate::field::{Field, Shape};

pub(crate) const URL: Field =
    Field::new("url", Shape::Url(&["pulsar", "pulsar+ssl"]), "The address of the cluster.").required();

pub(crate) const TRUSTED: Field =
    Field::new("tlsTrustCertsSecret", Shape::Secret, "The certificates that are believed, in PEM.");

pub(crate) const ALLOW_INSECURE: Field =
    Field::new("tlsAllowInsecureConnection", Shape::Bool, "Whether any certificate is believed.")
        .default("false");

pub(crate) const VALIDATE_HOST: Field =
    Field::new("tlsValidateHostname", Shape::Bool, "Whether the certificate must name the host.")
        .default("false");

pub(crate) const TOKEN: Field = Field::new("authTokenSecret", Shape::Secret, "A token.");

pub(crate) const ATHENZ: Field =
    Field::new("authAthenzParams", Shape::Map(&Shape::Text), "Settings for Athenz.");

pub(crate) const ATHENZ_KEY: Field =
    Field::new("authAthenzSecret", Shape::Secret, "The private key for Athenz.");
