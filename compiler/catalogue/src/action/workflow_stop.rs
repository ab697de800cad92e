//! `workflow.stop`: ends a Workflow, and runs its exit handlers.

use super::{ARGS, ActionBody, ActionKind, WORKFLOW};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.stop",
    argo: "argoWorkflow",
    operation: Some("stop"),
    args: &[ARGS],
    target: Some(WORKFLOW),
    body: ActionBody::Nothing,
    from: false,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Ends a Workflow, and runs its exit handlers.",
};
