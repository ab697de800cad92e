//! `workflow.resubmit`: submits a Workflow that has ended once more, as a new one.

use super::{ARGS, ActionBody, ActionKind, WORKFLOW};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.resubmit",
    argo: "argoWorkflow",
    operation: Some("resubmit"),
    args: &[ARGS],
    target: Some(WORKFLOW),
    body: ActionBody::Nothing,
    from: false,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Submits a Workflow that has ended once more, as a new one.",
};
