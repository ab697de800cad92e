//! `apiVersion`, `kind` and `metadata` of an object.

use crate::node::Fields;
use aev_plan::Plan;
use aev_plan::model::Workload;
use aev_plan::origin::Origin;
use std::collections::BTreeMap;

/// The annotation that holds documentation comments.
const DESCRIPTION: &str = "aev.dev/description";

/// What identifies an object.
pub(super) struct Identity<'a> {
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    /// That of the pipeline unless the object has to be elsewhere.
    pub(super) namespace: Option<&'a str>,
    pub(super) origin: Origin,
}

/// The beginning of an object. What it says of itself goes before what the pipeline says of all.
pub(super) fn object(
    plan: &Plan,
    identity: &Identity<'_>,
    workload: &Workload,
    description: &Description,
) -> Fields {
    let mut metadata = Fields::at(identity.origin);
    metadata.put("name", identity.name);
    metadata.put_some("namespace", identity.namespace);
    let text = |all: &BTreeMap<String, String>, own: &BTreeMap<String, String>| {
        let mut fields = Fields::at(identity.origin);
        for (key, value) in all.iter().filter(|(key, _)| !own.contains_key(*key)).chain(own) {
            fields.put(key.as_str(), value.as_str());
        }
        fields
    };
    let labels = text(&plan.labels, &workload.labels);
    let mut annotations = text(&plan.annotations, &workload.annotations);
    let said = [&plan.annotations, &workload.annotations].iter().any(|map| map.contains_key(DESCRIPTION));
    if !description.lines.is_empty() && !said {
        annotations.put(DESCRIPTION, description.lines.join("\n"));
    }
    if !labels.is_empty() {
        metadata.put("labels", labels);
    }
    if !annotations.is_empty() {
        metadata.put("annotations", annotations);
    }
    let mut object = Fields::at(identity.origin);
    object.put("apiVersion", identity.api_version);
    object.put("kind", identity.kind);
    object.put("metadata", metadata);
    object
}

/// The documentation comments of an object: its own first, then those of its parts, one line each.
#[derive(Default)]
pub(super) struct Description {
    lines: Vec<String>,
}

impl Description {
    /// The comments of the object itself.
    pub(super) fn own<'t>(texts: impl IntoIterator<Item = &'t String>) -> Description {
        Description { lines: texts.into_iter().map(|text| joined(text)).collect() }
    }

    /// The comment of a part.
    pub(super) fn part(&mut self, name: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.lines.push(format!("{name}: {}", joined(text)));
        }
    }
}

/// Lines joined with one blank.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
