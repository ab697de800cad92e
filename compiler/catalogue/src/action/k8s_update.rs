//! `k8s.update`: an object as it is written.

use super::{ActionBody, ActionKind, SuccessTest};
use crate::field::{Field, Shape};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "k8s.update",
    argo: "k8s",
    operation: Some("update"),
    args: &[Field::new(
        "live",
        Shape::Bool,
        "Whether what is written changes the object as it stands, which is read first.",
    )
    .default("false")],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: Some(SuccessTest::Labels),
    targets: Targets::ARGO,
    doc: "Changes a Kubernetes object to what is written, and creates it when there is none.",
};
