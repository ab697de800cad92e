//! `template` and `replicas`: what pods an object has.

use crate::node::{Fields, Node};
use aev_catalogue::{SOURCE, Shape};
use aev_plan::model::Workload;
use aev_plan::origin::Origin;

/// Adds them to the `spec` of an object.
pub(super) fn pods(workload: &Workload, account: Option<String>, spec: &mut Fields, origin: Origin) {
    let mut template = Fields::at(origin);
    template.put_some("serviceAccountName", account);
    if let Some(pod) = &workload.pod {
        let shape = SOURCE.field("pod").map_or(&Shape::Object, |field| &field.shape);
        for entry in super::config::value(pod, shape, origin).entries() {
            template.put(entry.key.as_str(), entry.value.clone());
        }
    }
    if !template.is_empty() {
        spec.put("template", template);
    }
    spec.put_some("replicas", workload.replicas.map(Node::from));
}
