//! The rights that an action needs: what Argo Events, or the `argo` command that it starts, does with the objects.

use super::access::Right;
use super::resource::{constant, has};
use crate::refusal::{Reason, Refusal};
use crate::yaml;
use aev_plan::argo::Operation;
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::{Action, Patch, Resource, Success};
use aev_plan::origin::Origin;
use aev_plan::patch::Place;

/// Done to the object that the action names.
const OBJECT: &str = "";

/// Group and plural of a resource, and what is done to it.
struct Done(&'static str, &'static str, &'static [&'static str]);

/// What each operation does: to which resource, and how. Update and patch create an object that is not there. The `argo`
/// command (3.7) checks what it submits, for which it reads the templates that are referred to.
const OPERATIONS: &[(&str, &[Done])] = &[
    ("k8s.create", &[Done("", OBJECT, &["create"])]),
    ("k8s.update", &[Done("", OBJECT, &["create", "get", "update"])]),
    ("k8s.patch", &[Done("", OBJECT, &["create", "get", "patch"])]),
    ("k8s.delete", &[Done("", OBJECT, &["delete", "get"])]),
    (
        "workflow.submit",
        &[Done("", OBJECT, &["create", "list"]), Done("argoproj.io", "workflowtemplates", &["get"])],
    ),
    (
        "workflow.submit-from",
        &[
            Done("", OBJECT, &["get"]),
            Done("argoproj.io", "workflows", &["create", "get"]),
            Done("argoproj.io", "workflowtemplates", &["get"]),
        ],
    ),
    (
        "workflow.resubmit",
        &[Done("", OBJECT, &["create", "get"]), Done("argoproj.io", "workflowtemplates", &["get"])],
    ),
    ("workflow.retry", &[Done("", OBJECT, &["get", "update"]), Done("", "pods", &["delete"])]),
    ("workflow.resume", &[Done("", OBJECT, &["get", "update"])]),
    ("workflow.suspend", &[Done("", OBJECT, &["get", "update"])]),
    ("workflow.terminate", &[Done("", OBJECT, &["get", "patch"])]),
    ("workflow.stop", &[Done("", OBJECT, &["get", "patch", "update"])]),
];

/// Rights to these cannot be limited to an object of a name.
const UNNAMED: [&str; 2] = ["create", "list"];

/// What is known of an object before there is an event.
struct Identity {
    api_version: String,
    kind: String,
    name: Option<String>,
    namespace: Option<String>,
}

/// The rights that an action needs, and to look at the object where `success` does.
pub(super) fn of(action: &Action, success: Option<&Success>, origin: Origin) -> Result<Vec<Right>, Refusal> {
    let (operation, identity) = match action {
        Action::K8sCreate(object) => ("k8s.create", written(object, &[], origin)?),
        Action::Call(call) => match &call.resource {
            Some(Resource::Object(object)) => (call.kind.as_str(), written(object, &call.patches, origin)?),
            Some(Resource::From(location)) => {
                let text = location.fields.iter().find_map(|field| match &field.value {
                    Expr::Const(Json::String(text)) if location.kind == "inline" => Some(text.as_str()),
                    _ => None,
                });
                let Some(identity) = text.and_then(inline) else {
                    return Err(Refusal { reason: Reason::UnknownObject, origin });
                };
                (call.kind.as_str(), changed(identity, &call.patches)?)
            }
            None => return Ok(Vec::new()),
        },
        _ => return Ok(Vec::new()),
    };
    let kind = aev_catalogue::kubernetes_kind(&identity.api_version, &identity.kind);
    if kind.cluster_scoped {
        return Err(Refusal { reason: Reason::ClusterScoped { kind: identity.kind }, origin });
    }
    let done =
        OPERATIONS.iter().find(|(name, _)| *name == operation).map_or(&[] as &[Done], |(_, done)| done);
    let mut rights = Vec::new();
    let mut add = |group: &str, resource: &str, name: Option<&String>, verbs: Vec<&'static str>| {
        if !verbs.is_empty() {
            rights.push(Right {
                group: group.to_owned(),
                resource: resource.to_owned(),
                name: name.cloned(),
                verbs,
                namespace: identity.namespace.clone(),
                origin,
            });
        }
    };
    for Done(group, resource, verbs) in done {
        if *resource != OBJECT {
            add(group, resource, None, verbs.to_vec());
            continue;
        }
        let mut verbs = verbs.to_vec();
        if matches!(success, Some(Success::Labels(_))) && !verbs.contains(&"get") {
            verbs.push("get");
        }
        // A new object may get another name than the one that is written.
        let name = identity.name.as_ref().filter(|_| !matches!(operation, "k8s.create" | "workflow.submit"));
        let (unnamed, named): (Vec<&str>, Vec<&str>) =
            verbs.into_iter().partition(|verb| name.is_none() || UNNAMED.contains(verb));
        add(&kind.group, &kind.plural, None, unnamed);
        add(&kind.group, &kind.plural, name, named);
    }
    Ok(rights)
}

/// Of an object that stands in the file.
fn written(object: &Expr, patches: &[Patch], origin: Origin) -> Result<Identity, Refusal> {
    let text = |keys: &[&str]| constant(object, keys).map(str::to_owned);
    let namespace = text(&["metadata", "namespace"]);
    if namespace.is_none() && has(object, &["metadata", "namespace"]) {
        return Err(Refusal { reason: Reason::DynamicIdentity { field: "metadata.namespace" }, origin });
    }
    let identity = Identity {
        api_version: text(&["apiVersion"]).unwrap_or_default(),
        kind: text(&["kind"]).unwrap_or_default(),
        name: text(&["metadata", "name"]),
        namespace,
    };
    changed(identity, patches)
}

/// Of YAML that stands in the file.
fn inline(text: &str) -> Option<Identity> {
    let nodes = yaml::parse(text, 0).ok()?;
    let node = nodes.first()?;
    let text = |keys: &[&str]| Some(node.text_at(keys).to_owned()).filter(|text| !text.is_empty());
    Some(Identity {
        api_version: text(&["apiVersion"])?,
        kind: text(&["kind"])?,
        name: text(&["metadata", "name"]),
        namespace: text(&["metadata", "namespace"]),
    })
}

/// Patches may change all of it; what they take from an event is not known.
fn changed(mut identity: Identity, patches: &[Patch]) -> Result<Identity, Refusal> {
    for patch in patches {
        let path: Vec<&str> = patch
            .path
            .iter()
            .map(|place| match place {
                Place::Key(key) => key.as_str(),
                _ => "",
            })
            .collect();
        let text = match (&patch.value, patch.operation) {
            (Expr::Const(Json::String(text)), Operation::Overwrite) => Some(text.clone()),
            _ => None,
        };
        let dynamic =
            |field| Err(Refusal { reason: Reason::DynamicIdentity { field }, origin: patch.origin });
        match (path.as_slice(), text) {
            (["metadata", "namespace"], Some(text)) => identity.namespace = Some(text),
            (["metadata", "namespace"] | ["metadata"], None) => return dynamic("metadata.namespace"),
            (["metadata", "name"], text) => identity.name = text,
            (["apiVersion"], Some(text)) => identity.api_version = text,
            (["apiVersion"], None) => return dynamic("apiVersion"),
            (["kind"], Some(text)) => identity.kind = text,
            (["kind"], None) => return dynamic("kind"),
            _ => {}
        }
    }
    Ok(identity)
}
