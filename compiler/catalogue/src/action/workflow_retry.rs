//! `workflow.retry`: runs the failed steps of a Workflow again.

use super::{ARGS, ActionBody, ActionKind, WORKFLOW};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.retry",
    argo: "argoWorkflow",
    operation: Some("retry"),
    args: &[ARGS],
    target: Some(WORKFLOW),
    body: ActionBody::Nothing,
    from: false,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Runs the failed steps of a Workflow again.",
};
