//! `workflow.resume`: lets a suspended Workflow go on.

use super::{ARGS, ActionBody, ActionKind, WORKFLOW};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.resume",
    argo: "argoWorkflow",
    operation: Some("resume"),
    args: &[ARGS],
    target: Some(WORKFLOW),
    body: ActionBody::Nothing,
    from: false,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Lets a suspended Workflow go on.",
};
