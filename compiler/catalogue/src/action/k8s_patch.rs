//! `k8s.patch`: a change to an object.

use super::{ActionBody, ActionKind, SuccessTest};
use crate::field::{Field, Shape};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "k8s.patch",
    argo: "k8s",
    operation: Some("patch"),
    args: &[Field::new(
        "strategy",
        Shape::Enum(&["merge", "strategic", "json"]),
        "How it is merged: lists are replaced, or merged by the names of their elements, or it is a JSON Patch.",
    )
    .default("\"merge\"")],
    target: None,
    body: ActionBody::Resource,
    from: true,
    with: true,
    success: Some(SuccessTest::Labels),
    targets: Targets::ARGO,
    doc: "Merges what is written into a Kubernetes object, and creates it when there is none.",
};
