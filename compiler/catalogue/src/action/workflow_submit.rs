//! `workflow.submit`: a Workflow, submitted by the `argo` command.

use super::{ARGS, ActionBody, ActionKind};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.submit",
    argo: "argoWorkflow",
    operation: Some("submit"),
    args: &[ARGS],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Submits a Workflow with the `argo` command of Argo Workflows, which checks it first.",
};
