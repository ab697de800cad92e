//! An action of a foreign server.

use super::SecretRef;
use crate::argo::Operation;
use crate::expr::Expr;
use crate::origin::Origin;
use crate::patch::Place;
use serde::{Deserialize, Serialize};

/// A firing that a server carries out which speaks Argo's gRPC protocol for custom triggers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Custom {
    /// Which server.
    pub server: GrpcServer,
    /// Of what it makes a resource, in the order written; names are not repeated.
    pub spec: Vec<SpecEntry>,
    /// What is changed in that resource, which has to be JSON then; one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<Patch>,
    /// The JSON that is sent along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Expr>,
}

/// A gRPC server, in Argo's fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrpcServer {
    /// `host:port`, perhaps behind `dns:///`.
    pub url: String,
    /// With TLS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secure: bool,
    /// Certificates of the authorities that are believed, in PEM; without it those of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_secret: Option<SecretRef>,
    /// The name in the server's certificate; without it that in the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name_override: Option<String>,
}

/// A member of `spec`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecEntry {
    /// Its name.
    pub name: String,
    /// Text.
    pub value: Expr,
}

/// One change to a resource that comes from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Where; at least one step.
    pub path: Vec<Place>,
    /// What happens to the value that stands there.
    #[serde(default, skip_serializing_if = "Operation::is_overwrite")]
    pub operation: Operation,
    /// What is put there; text, unless it overwrites.
    pub value: Expr,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}
