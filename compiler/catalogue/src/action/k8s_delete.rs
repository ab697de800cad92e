//! `k8s.delete`: an object that has to go.

use super::{ActionBody, ActionKind};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "k8s.delete",
    argo: "k8s",
    operation: Some("delete"),
    args: &[],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: None,
    targets: Targets::ARGO,
    doc: "Deletes a Kubernetes object; one that is not there is deleted already.",
};
