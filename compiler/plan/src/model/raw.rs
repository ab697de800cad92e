//! What a file says to Argo Events in Argo's own words.

use crate::json::Json;
use crate::origin::Origin;
use serde::{Deserialize, Serialize};

/// An object that is merged, as it is, into what an item becomes in a manifest of Argo Events. The runtime reads none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// The members, in order.
    pub fields: Json,
    /// The braces.
    #[serde(default)]
    pub origin: Origin,
}
