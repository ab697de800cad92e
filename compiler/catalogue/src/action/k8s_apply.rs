//! `k8s.apply`: server-side apply.

use super::{ActionBody, ActionKind};
use crate::field::{Field, Shape};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "k8s.apply",
    argo: "k8s",
    operation: Some("apply"),
    args: &[Field::new("force", Shape::Bool, "Whether fields that others manage are taken over.")
        .default("false")],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: None,
    targets: Targets::RUNTIME_LATER,
    doc: "Applies a Kubernetes object on the server, under a field manager of the trigger's own.",
};
