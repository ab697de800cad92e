//! `workflow.submit-from`: a Workflow from a template or a schedule that is there.

use super::{ARGS, ActionBody, ActionKind};
use crate::target::{Support, Targets};

pub(super) static KIND: ActionKind = ActionKind {
    name: "workflow.submit-from",
    argo: "argoWorkflow",
    operation: Some("submit-from"),
    args: &[ARGS],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: None,
    targets: Targets {
        argo: Support::Ignored(
            "Argo Events submits it, looks for a Workflow that is called like the template, finds none and reports a failure; with `retry` it submits again",
        ),
        runtime: Support::NotYet,
    },
    doc: "Submits a Workflow from the named WorkflowTemplate or CronWorkflow.",
};
