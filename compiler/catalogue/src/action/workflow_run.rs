//! `workflow.run`: a Workflow from a template.

use super::{ActionBody, ActionKind, ActionTarget, SuccessTest};
use crate::field::{Field, Shape};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.run",
    argo: "k8s",
    operation: Some("create"),
    args: &[Field::new("cluster", Shape::Bool, "Whether the template is a ClusterWorkflowTemplate.")
        .default("false")],
    target: Some(ActionTarget { names: "WorkflowTemplate", doc: "The name of the template." }),
    body: ActionBody::Arguments,
    from: false,
    with: true,
    success: Some(SuccessTest::Labels),
    targets: Targets::ALL,
    doc: "Creates a Workflow from a WorkflowTemplate, with these arguments.",
};
