//! `workflow.terminate`: ends a Workflow at once, without its exit handlers.

use super::{ARGS, ActionBody, ActionKind, WORKFLOW};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.terminate",
    argo: "argoWorkflow",
    operation: Some("terminate"),
    args: &[ARGS],
    target: Some(WORKFLOW),
    body: ActionBody::Nothing,
    from: false,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Ends a Workflow at once, without its exit handlers.",
};
