//! The fields of Argo Events' objects, from the JSON Schema in its Go module: names and types, and nothing it says of them.

use super::{Mode, json, module, settle_file};
use crate::terminal::root;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Error;
use std::path::Path;

/// Where they stand in the tree.
const FILE: &str = "compiler/catalogue/tests/catalogue/argo-1.9.11.tsv";

const MODULE: &str = "github.com/argoproj/argo-events";
const PREFIX: &str = "io.argoproj.events.v1alpha1.";
/// The objects; what they refer to follows.
const TOPS: [&str; 3] = ["EventSourceSpec", "EventBusSpec", "SensorSpec"];

/// Writes the file or compares it.
pub fn generate(go: &Path, mode: Mode) -> Result<(), Error> {
    settle_file(FILE, &table(&definitions(go)?)?, mode)
}

/// The definitions of the schema: Argo Events' own, and those of the Kubernetes objects that they refer to.
pub fn definitions(go: &Path) -> Result<Value, Error> {
    // The oracle says which version.
    let module = module::needed(go, &root().join("tests/oracle"), MODULE)?;
    let mut schema = json(&fs::read_to_string(module.join("api/jsonschema/schema.json"))?)?;
    let definitions = schema.get_mut("definitions").map(Value::take);
    definitions.ok_or_else(|| Error::other("the schema has no definitions"))
}

/// A line for each field of each type: type, field, kind, what it refers to, and whether it must be there.
fn table(definitions: &Value) -> Result<String, Error> {
    let mut open: Vec<String> = TOPS.map(str::to_owned).to_vec();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    let mut lines = BTreeSet::new();
    while let Some(name) = open.pop() {
        let of = definitions
            .get(format!("{PREFIX}{name}"))
            .ok_or_else(|| Error::other(format!("the schema has no {name}")))?;
        let required: Vec<&str> = list(of, "required");
        let Some(fields) = of.get("properties").and_then(Value::as_object) else { continue };
        for (field, ty) in fields {
            let (kind, refers) = kind(ty);
            let must = if required.contains(&field.as_str()) { "required" } else { "-" };
            lines.insert(format!("{name}\t{field}\t{kind}\t{}\t{must}\n", refers.as_deref().unwrap_or("-")));
            if let Some(own) = refers.filter(|refers| definitions.get(format!("{PREFIX}{refers}")).is_some())
                && seen.insert(own.clone())
            {
                open.push(own);
            }
        }
    }
    Ok(lines.into_iter().collect())
}

fn list<'a>(of: &'a Value, key: &str) -> Vec<&'a str> {
    let items = of.get(key).and_then(Value::as_array);
    items.map(|items| items.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// `text`, `bool`, `int`, `number`, `object`, or `list` and `map` of one; and the name of a type.
fn kind(ty: &Value) -> (String, Option<String>) {
    if let Some(name) = ty.get("$ref").and_then(Value::as_str) {
        return ("object".to_owned(), name.rsplit('.').next().map(str::to_owned));
    }
    let inner = |word: &str, of: &str| {
        let (kind, refers) = ty.get(of).map_or(("any".to_owned(), None), kind);
        (format!("{word} {kind}"), refers)
    };
    let word = match ty.get("type").and_then(Value::as_str) {
        Some("array") => return inner("list", "items"),
        Some("object") => return inner("map", "additionalProperties"),
        Some("string") => "text",
        Some("boolean") => "bool",
        Some("integer") => "int",
        Some("number") => "number",
        _ => "any",
    };
    (word.to_owned(), None)
}
