//! How a request shows whom it comes from.

use super::SecretRef;
use crate::origin::Origin;
use serde::{Deserialize, Serialize};

/// `verify: hmac { … }`: the HMAC of the raw body with the secret must be what the header says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The one way that there is.
    pub hmac: Hmac,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// The signature of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hmac {
    /// The name of the header that has it; a request has it once.
    pub header: String,
    /// The hash.
    pub algorithm: HashName,
    /// The key.
    pub secret: SecretRef,
    /// What stands before it in the header.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// How it is written.
    #[serde(default)]
    pub encoding: Encoding,
}

/// A hash that an HMAC is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HashName {
    /// SHA-1; as an HMAC it is not broken.
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-512
    Sha512,
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Two digits for each byte, of either case.
    #[default]
    Hex,
    /// With `+`, `/` and padding.
    Base64,
}
