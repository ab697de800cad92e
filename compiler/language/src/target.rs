//! From a plan to what a target takes, with the refusals in words.

use crate::diagnostics::problems::argo::refused;
use crate::diagnostics::{Diagnostic, Severity};
use aev_argo::Manifests;
use aev_plan::Plan;

/// The manifests of Argo Events that mean the same as a plan.
///
/// # Errors
/// What Argo Events cannot do, each at its place. Nothing is emitted that is nearly right.
pub fn argo(plan: &Plan) -> Result<Manifests, Vec<Diagnostic>> {
    aev_argo::emit(plan).map_err(|refusals| refusals.iter().map(refused).collect())
}

/// What Argo Events cannot do of a plan that may be meant for another target: worth knowing, and no error.
pub fn notes_for_argo(plan: &Plan) -> Vec<Diagnostic> {
    let refused = argo(plan).err().unwrap_or_default();
    refused.into_iter().map(|found| Diagnostic { severity: Severity::Note, ..found }).collect()
}
