//! `raw`: what a file says to Argo Events in Argo's own words, merged into what aev has written, and last.
//!
//! Objects are merged member by member and lists are appended to; where both say one member, nobody knows which is meant.

use super::Output;
use crate::node::{Entry, Node, Value};
use crate::refusal::Reason;
use aev_plan::model::Raw;
use aev_plan::origin::Origin;
use std::collections::BTreeMap;

/// The object with what is said in `raw`; members of both that are no objects or lists are refused.
pub(super) fn merge(into: impl Into<Node>, raw: Option<&Raw>, out: &mut Output<'_>) -> Node {
    let mut into = into.into();
    let Some(raw) = raw else { return into };
    let mut said = Node::from(&raw.fields);
    said.place(raw.origin);
    let mut collisions = Vec::new();
    add(&mut into, said, "", &mut collisions);
    if !collisions.is_empty() {
        out.refuse(Reason::RawCollides { keys: collisions }, raw.origin);
    }
    into
}

/// Adds what is said at a path; what is there already and cannot take it is a collision.
fn add(into: &mut Node, said: Node, path: &str, collisions: &mut Vec<String>) {
    match (&mut into.value, said.value) {
        (Value::Map(entries), Value::Map(more)) => {
            let places: BTreeMap<String, usize> =
                entries.iter().enumerate().map(|(index, entry)| (entry.key.clone(), index)).collect();
            for entry in more {
                match places.get(&entry.key).and_then(|index| entries.get_mut(*index)) {
                    Some(Entry { key, value, .. }) => {
                        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                        add(value, entry.value, &path, collisions);
                    }
                    None => entries.push(entry),
                }
            }
        }
        (Value::List(items), Value::List(more)) => items.extend(more),
        _ => collisions.push(path.to_owned()),
    }
}

/// Whether it has Kubernetes objects made or changed, whose rights are not known.
pub(super) fn needs_rights(raw: Option<&Raw>) -> Option<Origin> {
    let raw = raw?;
    let template = raw.fields.get("template")?;
    ["k8s", "argoWorkflow"].iter().any(|action| template.get(action).is_some()).then_some(raw.origin)
}
