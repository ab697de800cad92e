//! The rules of Argo Events' admission webhook.

use crate::manifests::Manifests;
use aev_plan::origin::Origin;

/// A rule that an object breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Which rule, in Argo's words.
    pub rule: &'static str,
    /// Where.
    pub origin: Origin,
}

/// The rules that the objects break.
pub fn validate(_: &Manifests) -> Vec<Violation> {
    Vec::new()
}
