//! The definitions of Argo Workflows' objects, from the JSON Schema in its Go module. Argo Events' has none of them; what they
//! hold of Kubernetes it has.

use super::json as parsed;
use super::module::Module;
use serde_json::{Map, Value, json};
use std::fs;
use std::io::Error;
use std::mem;
use std::path::Path;

/// The file of what is made of them.
pub const FILE: &str = "workflow";
/// Where they are.
pub const PLACE: &str = "io.argoproj.workflow.v1alpha1";
const MODULE: Module = Module {
    path: "github.com/argoproj/argo-workflows/v3",
    version: "v3.7.3",
    sum: "h1:b0o03RTLXIL7lQunDEvLoDTeI5TbfXe2obGaItvvifk=",
};

/// The definitions, with these beside them.
pub fn beside(go: &Path, mut all: Value) -> Result<Value, Error> {
    let mut schema = parsed(&fs::read_to_string(MODULE.folder(go)?.join("api/jsonschema/schema.json"))?)?;
    let own = schema.get_mut("definitions").and_then(Value::as_object_mut).map(mem::take);
    let own = own.ok_or_else(|| Error::other("the schema of Argo Workflows has no definitions"))?;
    let members = all.as_object_mut().ok_or_else(|| Error::other("the definitions are no object"))?;
    members.extend(own.into_iter().filter(|(name, _)| name.starts_with(PLACE)));
    amend(members)?;
    Ok(all)
}

/// Says of templates what the schema does not. The container of one needs no name. One that stands in a
/// step holds no steps of its own, so it is a type of its own, and none refers to itself.
fn amend(all: &mut Map<String, Value>) -> Result<(), Error> {
    let mut container = copy(all, "io.k8s.api.core.v1.Container")?;
    container.remove("required");
    put(all, "TemplateContainer", container.into(), &[("Template", "container")])?;
    let mut template = copy(all, &format!("{PLACE}.Template"))?;
    if let Some(Value::Object(members)) = template.get_mut("properties") {
        members.retain(|name, _| name != "steps" && name != "dag");
    }
    put(all, "InlineTemplate", template.into(), &[("WorkflowStep", "inline"), ("DAGTask", "inline")])
}

fn copy(all: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, Error> {
    let found = all.get(name).and_then(Value::as_object).cloned();
    found.ok_or_else(|| Error::other(format!("the schema has no {name}")))
}

/// Adds a definition, to which members refer from now on.
fn put(all: &mut Map<String, Value>, name: &str, schema: Value, of: &[(&str, &str)]) -> Result<(), Error> {
    let name = format!("{PLACE}.{name}");
    for (owner, member) in of {
        let place = all.get_mut(&format!("{PLACE}.{owner}"));
        let place = place.and_then(|owner| owner.pointer_mut(&format!("/properties/{member}")));
        let place = place.ok_or_else(|| Error::other(format!("{owner} has no {member}")))?;
        *place = json!({ "$ref": format!("#/definitions/{name}") });
    }
    all.insert(name, schema);
    Ok(())
}
