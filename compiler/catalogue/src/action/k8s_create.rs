//! `k8s.create`: a new Kubernetes object.

use super::{ActionBody, ActionKind, SuccessTest};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "k8s.create",
    argo: "k8s",
    operation: Some("create"),
    args: &[],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: Some(SuccessTest::Labels),
    targets: Targets::ALL,
    doc: "Creates a Kubernetes object.",
};
