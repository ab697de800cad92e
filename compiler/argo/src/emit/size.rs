//! The size of an object. Argo hands it to its pod in one environment variable, base64 of JSON, and Linux starts no
//! process with one above 128 KiB.

use super::Output;
use crate::node::{Fields, Node};
use crate::refusal::Reason;
use aev_plan::origin::Origin;

/// `MAX_ARG_STRLEN` of Linux: the variable with its name, `=`, and the byte that ends it.
const LIMIT: usize = 128 * 1024;

/// The longer of the two names of the variable, with `=` and the last byte.
const NAME: usize = "EVENTSOURCE_OBJECT=".len() + 1;

/// Refuses an object that is too large.
pub(super) fn check(kind: &'static str, name: &str, object: &Node, origin: Origin, out: &mut Output<'_>) {
    let mut metadata = Fields::default();
    metadata.put_some("name", object.find(&["metadata", "name"]).cloned());
    metadata.put_some("namespace", object.find(&["metadata", "namespace"]).cloned());
    let mut handed = Fields::default();
    handed.put("metadata", metadata);
    handed.put_some("spec", object.get("spec").cloned());
    let bytes = Node::from(handed).to_json().to_string().len().div_ceil(3) * 4 + NAME;
    if bytes <= LIMIT {
        return;
    }
    let length = |node: &Node| node.to_json().to_string().len();
    let mut parts: Vec<(String, usize)> = match kind {
        "Sensor" => {
            let triggers = object.find(&["spec", "triggers"]).map(Node::items).unwrap_or_default();
            triggers
                .iter()
                .map(|trigger| (trigger.text_at(&["template", "name"]).to_owned(), length(trigger)))
                .collect()
        }
        _ => {
            let kinds = object.get("spec").map(Node::entries).unwrap_or_default();
            let events = kinds.iter().flat_map(|kind| kind.value.entries());
            events.map(|event| (event.key.clone(), length(&event.value))).collect()
        }
    };
    parts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    parts.truncate(3);
    out.refuse(Reason::TooLarge { kind, name: name.to_owned(), bytes, limit: LIMIT, largest: parts }, origin);
}
