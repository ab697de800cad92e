//! `workflow.suspend`: has a Workflow begin no further step.

use super::{ARGS, ActionBody, ActionKind, WORKFLOW};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.suspend",
    argo: "argoWorkflow",
    operation: Some("suspend"),
    args: &[ARGS],
    target: Some(WORKFLOW),
    body: ActionBody::Nothing,
    from: false,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Has a Workflow begin no further step.",
};
