//! Types of Kubernetes' objects, from the definitions in Argo Events' JSON Schema, and of Argo Workflows', from those in its
//! own. Facts only: names, types, which may be absent. The schema says what may be written; a source tells of objects that are
//! stored, which have more.

use super::folder::{self, Folder};
use super::schema::{COMMON, Ty, Types, title};
use super::{Mode, argo, settle, source, workflows};
use aev_catalogue::kubernetes_kind;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Error;
use std::path::Path;

const PROVIDER: &str = "k8s";

/// The folder of the generated files, which holds nothing else.
const FOLDER: &str = "compiler/catalogue/src/payload/k8s/generated";

/// The kinds of objects of one version of one group.
struct Group {
    /// Where their definitions are.
    place: &'static str,
    api_version: &'static str,
    namespaced: &'static [&'static str],
    /// Those that are in no namespace.
    cluster: &'static [&'static str],
}

const GROUPS: [Group; 12] = [
    Group {
        place: "io.k8s.api.core.v1",
        api_version: "v1",
        namespaced: &[
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
        cluster: &["Namespace", "Node", "PersistentVolume"],
    },
    Group {
        place: "io.k8s.api.apps.v1",
        api_version: "apps/v1",
        namespaced: &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
        cluster: &[],
    },
    Group {
        place: "io.k8s.api.batch.v1",
        api_version: "batch/v1",
        namespaced: &["CronJob", "Job"],
        cluster: &[],
    },
    Group {
        place: "io.k8s.api.networking.v1",
        api_version: "networking.k8s.io/v1",
        namespaced: &["Ingress", "NetworkPolicy"],
        cluster: &["IngressClass"],
    },
    Group {
        place: "io.k8s.api.autoscaling.v2",
        api_version: "autoscaling/v2",
        namespaced: &["HorizontalPodAutoscaler"],
        cluster: &[],
    },
    Group {
        place: "io.k8s.api.policy.v1",
        api_version: "policy/v1",
        namespaced: &["PodDisruptionBudget"],
        cluster: &[],
    },
    Group {
        place: "io.k8s.api.rbac.v1",
        api_version: "rbac.authorization.k8s.io/v1",
        namespaced: &["Role", "RoleBinding"],
        cluster: &["ClusterRole", "ClusterRoleBinding"],
    },
    Group {
        place: "io.k8s.api.coordination.v1",
        api_version: "coordination.k8s.io/v1",
        namespaced: &["Lease"],
        cluster: &[],
    },
    Group {
        place: "io.k8s.api.discovery.v1",
        api_version: "discovery.k8s.io/v1",
        namespaced: &["EndpointSlice"],
        cluster: &[],
    },
    Group {
        place: "io.k8s.api.storage.v1",
        api_version: "storage.k8s.io/v1",
        namespaced: &["CSIStorageCapacity"],
        cluster: &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    },
    Group {
        place: "io.k8s.api.scheduling.v1",
        api_version: "scheduling.k8s.io/v1",
        namespaced: &[],
        cluster: &["PriorityClass"],
    },
    Group {
        place: workflows::PLACE,
        api_version: "argoproj.io/v1alpha1",
        namespaced: &["CronWorkflow", "Workflow", "WorkflowTemplate"],
        cluster: &["ClusterWorkflowTemplate"],
    },
];

/// The metadata of an object that is stored, in a namespace or in none. A file writes `k8s.ObjectMeta` for either.
const STORED: [&str; 2] = ["Stored-Namespaced-Meta", "Stored-Cluster-Meta"];

/// A stateful set holds claims that are not stored, so they are no objects but what claims are made from.
const CLAIMS: (&str, &str, &str) =
    ("Stateful-Set-Spec", "volumeClaimTemplates", "Persistent-Volume-Claim-Template");

/// Writes the files or compares them.
pub fn generate(go: &Path, mode: Mode) -> Result<(), Error> {
    settle(FOLDER, &files(&workflows::beside(go, argo::definitions(go)?)?)?, mode)
}

/// A kind of object.
struct Kind {
    /// As in the definitions here.
    definition: String,
    /// Group, version and plural, with `/` between them.
    path: String,
}

/// The definitions that the kinds need, under short names, and the file of each.
#[derive(Default)]
struct Found {
    definitions: Map<String, Value>,
    files: BTreeMap<String, String>,
    /// The short name of each.
    names: BTreeMap<String, String>,
    /// Which refers to which, under short names.
    refers: BTreeSet<(String, String)>,
}

impl Found {
    /// Takes a definition and all that it refers to.
    fn take(&mut self, all: &Value, name: &str) -> Result<(), Error> {
        let short = self.short(name);
        if self.definitions.contains_key(&short) {
            return Ok(());
        }
        let mut schema =
            all.get(name).cloned().ok_or_else(|| Error::other(format!("the schema has no {name}")))?;
        if matches!(short.as_str(), "Time" | "Micro-Time") {
            // One that was never set is `null`.
            schema = json!({ "type": ["string", "null"] });
        } else if schema.get("properties").is_some()
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("additionalProperties".into(), json!(false));
        }
        let mut refers = BTreeSet::new();
        self.rename(&mut schema, &mut refers);
        self.definitions.insert(short.clone(), schema);
        self.files.insert(short.clone(), file(name));
        for name in refers {
            let to = self.short(&name);
            self.refers.insert((short.clone(), to));
            self.take(all, &name)?;
        }
        Ok(())
    }

    /// What another group refers to is common, and so is what that refers to.
    fn share(&mut self) {
        loop {
            let refers = self.refers.iter().map(|(from, to)| (self.files.get(from), self.files.get(to), to));
            let shared = refers.filter(|(from, to, _)| from != to && to.is_some_and(|file| file != COMMON));
            let shared: Vec<String> = shared.map(|(.., to)| to.clone()).collect();
            if shared.is_empty() {
                return;
            }
            self.files.extend(shared.into_iter().map(|name| (name, COMMON.to_owned())));
        }
    }

    /// The short name of a definition: of two groups with one like it, the second says which group it is of.
    fn short(&mut self, name: &str) -> String {
        if let Some(short) = self.names.get(name) {
            return short.clone();
        }
        let own = short(name);
        let short = match self.names.values().any(|taken| *taken == own) {
            true => format!("{}-{own}", name.rsplit('.').nth(2).unwrap_or_default()),
            false => own,
        };
        self.names.insert(name.to_owned(), short.clone());
        short
    }

    /// Gives the definitions that a schema refers to their short names, and collects the long ones.
    fn rename(&mut self, schema: &mut Value, refers: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                for (key, value) in members {
                    match (key.as_str(), value.as_str().and_then(|path| path.strip_prefix("#/definitions/")))
                    {
                        ("$ref", Some(name)) => {
                            refers.insert(name.to_owned());
                            *value = json!(format!("#/definitions/{}", self.short(name)));
                        }
                        _ => self.rename(value, refers),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename(item, refers)),
            _ => {}
        }
    }

    /// Makes of the definition of a kind what a stored object is.
    fn store(&mut self, definition: &str, api_version: &str, kind: &str, cluster: bool) -> Result<(), Error> {
        // A specification that must hold something is there itself: the object would not have been taken otherwise.
        let demanded = self.specification(definition).is_some_and(|spec| spec.get("required").is_some());
        let [namespaced, clusters] = STORED;
        let meta = if cluster { clusters } else { namespaced };
        let schema = self
            .definitions
            .get_mut(definition)
            .and_then(Value::as_object_mut)
            .ok_or_else(|| Error::other(format!("{kind} is no object")))?;
        let mut required = vec![json!("apiVersion"), json!("kind"), json!("metadata")];
        if let Some(Value::Array(more)) = schema.get("required") {
            required.extend(more.iter().filter(|name| *name != "metadata").cloned());
        }
        if demanded {
            required.push(json!("spec"));
        }
        schema.insert("required".into(), required.into());
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("apiVersion".into(), json!({ "const": api_version }));
            properties.insert("kind".into(), json!({ "const": kind }));
            properties.insert("metadata".into(), json!({ "$ref": format!("#/definitions/{meta}") }));
        }
        Ok(())
    }

    fn specification(&self, definition: &str) -> Option<&Value> {
        let name = self.definitions.get(definition)?.pointer("/properties/spec/$ref")?.as_str()?;
        self.definitions.get(name.rsplit('/').next()?)
    }
}

/// The words of the last part of a name, with `-` between them: `io.k8s.api.core.v1.CSIVolumeSource` is `CSI-Volume-Source`.
fn short(name: &str) -> String {
    let name: Vec<char> = name.rsplit('.').next().unwrap_or_default().chars().collect();
    let mut short = String::new();
    for (n, c) in name.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| name.get(n)).is_some_and(|c| !c.is_ascii_uppercase());
        let after = name.get(n + 1).is_some_and(|c| c.is_ascii_lowercase());
        if n > 0 && c.is_ascii_uppercase() && (before || after) {
            short.push('-');
        }
        short.push(*c);
    }
    short
}

/// The file of a definition: that of its group, or the common one for the core and for what all groups hold.
fn file(name: &str) -> String {
    let group = ["io.k8s.api.", "io.argoproj."].iter().find_map(|before| name.strip_prefix(before));
    let group = group.and_then(|rest| rest.split('.').next());
    group.filter(|group| *group != "core").unwrap_or(COMMON).to_owned()
}

/// What the names of the types of a file begin with.
fn prefix(file: &str) -> &'static str {
    match file {
        workflows::FILE => "argo",
        _ => PROVIDER,
    }
}

/// The definitions of all kinds, and the kinds.
fn found(all: &Value) -> Result<(Found, Vec<Kind>), Error> {
    let mut found = Found::default();
    let mut kinds = Vec::new();
    for Group { place, api_version, namespaced, cluster } in GROUPS {
        let namespaced = namespaced.iter().map(|name| (*name, false));
        for (name, cluster) in namespaced.chain(cluster.iter().map(|name| (*name, true))) {
            let long = format!("{place}.{name}");
            found.take(all, &long)?;
            let definition = found.short(&long);
            found.store(&definition, api_version, name, cluster)?;
            let known = kubernetes_kind(api_version, name);
            // The one that is a plural already.
            let plural = if name == "Endpoints" { "endpoints" } else { &known.plural };
            let path = format!("{}/{}/{plural}", known.group, known.version);
            kinds.push(Kind { definition, path });
        }
    }
    for (name, more) in STORED.into_iter().zip([Some("namespace"), None]) {
        let always = ["name", "uid", "resourceVersion", "creationTimestamp"].into_iter().chain(more);
        let schema = json!({ "allOf": [{ "$ref": "#/definitions/Object-Meta" }, {
            "required": always.collect::<Vec<_>>(),
            "properties": { "creationTimestamp": { "type": "string" } },
        }] });
        found.definitions.insert(name.into(), schema);
    }
    let (owner, member, instead) = CLAIMS;
    let claims = found
        .definitions
        .get_mut(owner)
        .and_then(|of| of.pointer_mut(&format!("/properties/{member}/items")));
    *claims.ok_or_else(|| Error::other(format!("{owner} has no {member}")))? =
        json!({ "$ref": format!("#/definitions/{instead}") });
    found.share();
    kinds.sort_by(|one, other| one.path.cmp(&other.path));
    Ok((found, kinds))
}

/// The generated files by name.
fn files(all: &Value) -> Result<Vec<(String, String)>, Error> {
    let (found, kinds) = found(all)?;
    let file_of = |name: &str| found.files.get(name).cloned().unwrap_or_else(|| COMMON.into());
    let mut types = Types::new(&found.definitions, file_of);
    for kind in &kinds {
        types.definition(&kind.definition).map_err(Error::other)?;
    }
    let about = |file: &str| match file {
        COMMON => "The core, and what all groups hold.".to_owned(),
        workflows::FILE => "Argo Workflows.".to_owned(),
        group => format!("The group `{group}`."),
    };
    let folder = Folder {
        provider: PROVIDER,
        prefix: &|file| prefix(file).into(),
        types: &types,
        further: BTreeMap::new(),
        about: &about,
        index: "Names of types.",
    };
    folder.files(&index(&kinds, &folder)?)
}

/// The end of `mod.rs`: types by name, types by what is watched, and what nothing is said about.
fn index(kinds: &[Kind], folder: &Folder<'_>) -> Result<String, Error> {
    let types = folder.types;
    let named = types.named.iter().filter(|(definition, _)| !STORED.contains(&definition.as_str()));
    let mut text = String::from("use crate::types::Type;\n\n");
    let titled = named.filter_map(|(definition, ty)| {
        let Ty::Record(name) = ty else { return None };
        Some((title(prefix(&types.known(name)?.file), definition), source::qualified(ty, types)?))
    });
    let (argo, own): (Vec<_>, Vec<_>) = titled.partition(|(title, _)| of_argo(title));
    text += &folder::table("TYPES", "The types that a file can write, by name, sorted.", own)?;
    text += &folder::table("ARGO_TYPES", "The same of Argo Workflows.", argo)?;
    text += "/// The type of what is watched, by group, version and plural, sorted.\n";
    text += "pub(crate) const BY_PATH: &[(&str, Type)] = &[";
    for Kind { definition, path } in kinds {
        let ty = types.named.get(definition).and_then(|ty: &Ty| source::qualified(ty, types));
        let ty = ty.ok_or_else(|| Error::other(format!("{definition} is no object")))?;
        let _ = write!(text, "({path:?}, {ty}),");
    }
    text += "];\n\n";
    let (argo, own): (Vec<_>, Vec<_>) = folder.unknown().into_iter().partition(|place| of_argo(place));
    text += &folder::places("UNKNOWN", "Where the definitions say nothing, sorted, as with GitHub's.", &own);
    text += &folder::places("ARGO_UNKNOWN", "The same of Argo Workflows.", &argo);
    Ok(text)
}

/// Whether a name or a place is of Argo Workflows.
fn of_argo(place: &str) -> bool {
    place.split('.').next() == Some(prefix(workflows::FILE))
}

#[cfg(test)]
mod tests {
    use super::super::accepts::accepts;
    use super::*;
    use aev_catalogue::named_type;

    #[test]
    fn a_name_is_cut_into_words() {
        assert_eq!(short("io.k8s.api.core.v1.CSIVolumeSource"), "CSI-Volume-Source");
        assert_eq!(short("io.k8s.api.core.v1.PodIP"), "Pod-IP");
        assert_eq!(short("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1"), "Fields-V1");
        assert_eq!(title(PROVIDER, "CSI-Volume-Source"), "k8s.CSIVolumeSource");
    }

    #[test]
    fn what_is_stored_has_more_than_what_is_written() {
        let meta = "io.k8s.apimachinery.pkg.apis.meta.v1";
        let mut all = Map::new();
        for Group { place, namespaced, cluster, .. } in GROUPS {
            for name in namespaced.iter().chain(cluster) {
                all.insert(
                    format!("{place}.{name}"),
                    json!({ "properties": {
                    "metadata": { "$ref": format!("#/definitions/{meta}.ObjectMeta") },
                } }),
                );
            }
        }
        let text = json!({ "type": "string" });
        all.insert(format!("{meta}.Time"), text.clone());
        all.insert(
            format!("{meta}.ObjectMeta"),
            json!({ "type": "object", "properties": {
            "name": text, "namespace": text, "uid": text, "resourceVersion": text, "generateName": text,
            "creationTimestamp": { "$ref": format!("#/definitions/{meta}.Time") },
        } }),
        );
        all.insert(
            "io.k8s.api.apps.v1.StatefulSetSpec".into(),
            json!({ "required": ["serviceName"], "properties": {
            "volumeClaimTemplates": { "type": "array", "items": text }, "serviceName": text,
        } }),
        );
        all.insert(
            "io.k8s.api.core.v1.PersistentVolumeClaimTemplate".into(),
            json!({ "properties": { "a": text } }),
        );
        let spec = json!({ "$ref": "#/definitions/io.k8s.api.apps.v1.StatefulSetSpec" });
        let template = json!({ "$ref": "#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimTemplate" });
        let set = all.get_mut("io.k8s.api.apps.v1.StatefulSet").unwrap();
        set["properties"]["spec"] = spec;
        set["properties"]["template"] = template;

        let (found, kinds) = found(&Value::Object(all)).unwrap();
        assert_eq!(kinds.iter().filter(|kind| kind.path == "apps/v1/statefulsets").count(), 1);
        let mut types = Types::new(&found.definitions, |_| COMMON.into());
        let always = |types: &mut Types<'_>, definition: &str| -> Vec<String> {
            let Ty::Record(name) = types.definition(definition).unwrap() else { panic!("{definition}") };
            let record = types.known(&name).unwrap();
            let always = record.members.iter().filter(|(_, _, maybe)| !maybe).map(|(name, ..)| name.clone());
            always.collect::<BTreeSet<_>>().into_iter().collect()
        };
        assert_eq!(always(&mut types, "Stateful-Set"), ["apiVersion", "kind", "metadata", "spec"]);
        assert_eq!(always(&mut types, "Pod"), ["apiVersion", "kind", "metadata"]);
        let [namespaced, cluster] = STORED;
        assert!(always(&mut types, namespaced).contains(&"namespace".to_owned()));
        assert!(!always(&mut types, cluster).contains(&"namespace".to_owned()));
        assert_eq!(always(&mut types, "Object-Meta"), Vec::<String>::new());
    }

    /// A deployment as a server tells of it: times that were never set are `null`.
    fn deployment() -> Value {
        json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": "shop", "namespace": "web", "uid": "5b6c", "resourceVersion": "81", "generation": 2,
                "creationTimestamp": "2026-03-01T10:00:00Z", "labels": { "app": "shop" },
                "managedFields": [{ "manager": "kubectl", "fieldsV1": { "f:spec": {} } }],
            },
            "spec": {
                "replicas": 2,
                "selector": { "matchLabels": { "app": "shop" } },
                "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": 1 } },
                "template": {
                    "metadata": { "creationTimestamp": null, "labels": { "app": "shop" } },
                    "spec": {
                        "containers": [{
                            "name": "shop", "image": "shop:1", "ports": [{ "containerPort": 80 }],
                            "resources": { "limits": { "memory": "64Mi" } },
                        }],
                    },
                },
            },
            "status": { "readyReplicas": 1 },
        })
    }

    #[test]
    fn an_object_of_a_server_is_of_its_type() {
        let ty = named_type("k8s.Deployment").unwrap();
        assert_eq!(accepts(&ty, &deployment()), Ok(()));
        for (place, wrong) in [
            ("/kind", json!("Pod")),
            ("/metadata/creationTimestamp", Value::Null),
            ("/spec/replicas", json!("2")),
            ("/spec/strategy/rollingUpdate/maxSurge", json!(true)),
            ("/spec/template/spec/containers/0/ports", json!({})),
        ] {
            let mut value = deployment();
            *value.pointer_mut(place).unwrap() = wrong;
            assert!(accepts(&ty, &value).is_err(), "{place}");
        }
        for name in ["apiVersion", "metadata", "spec"] {
            let mut value = deployment();
            value.as_object_mut().unwrap().remove(name);
            assert_eq!(accepts(&ty, &value), Err(format!(".{name}: absent")));
        }
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": { "key": "c2hvcA==" },
            "metadata": {
                "name": "s", "namespace": "web", "uid": "1", "resourceVersion": "1",
                "creationTimestamp": "2026-03-01T10:00:00Z",
            },
        });
        assert_eq!(accepts(&named_type("k8s.Secret").unwrap(), &secret), Ok(()));
    }
    /// A workflow as its controller leaves it.
    fn workflow() -> Value {
        json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {
                "name": "build-x7", "namespace": "ci", "uid": "9c1", "resourceVersion": "12", "generation": 4,
                "generateName": "build-", "creationTimestamp": "2026-03-01T10:00:00Z",
                "labels": { "workflows.argoproj.io/phase": "Failed" },
            },
            "spec": {
                "entrypoint": "main",
                "arguments": { "parameters": [{ "name": "ref", "value": "main" }] },
                "templates": [
                    { "name": "main", "steps": [[{ "name": "a", "template": "sh" }], [{
                        "name": "b", "inline": { "container": { "image": "alpine:3" } }, "withItems": [1, "two"],
                    }]] },
                    { "name": "sh", "metadata": {}, "inputs": {}, "outputs": {}, "container": {
                        "name": "", "image": "alpine:3", "command": ["sh"], "resources": {},
                    } },
                ],
            },
            "status": {
                "phase": "Failed", "startedAt": "2026-03-01T10:00:00Z", "finishedAt": null, "progress": "1/2",
                "message": "child failed", "conditions": [{ "type": "Completed", "status": "True" }],
                "nodes": { "build-x7": {
                    "id": "build-x7", "name": "build-x7", "displayName": "build-x7", "type": "Steps",
                    "phase": "Failed", "startedAt": "2026-03-01T10:00:00Z", "children": ["build-x7-1"],
                } },
                "resourcesDuration": { "cpu": 3, "memory": 12 },
            },
        })
    }

    #[test]
    fn a_workflow_is_of_its_type() {
        let ty = named_type("argo.Workflow").unwrap();
        assert_eq!(accepts(&ty, &workflow()), Ok(()));
        for (place, wrong) in [
            ("/kind", json!("CronWorkflow")),
            ("/status/phase", json!(3)),
            ("/status/nodes/build-x7/children", json!("build-x7-1")),
            ("/spec/templates/0/steps/0", json!({ "name": "a" })),
            ("/spec/templates/1/container/image", json!(3)),
        ] {
            let mut value = workflow();
            *value.pointer_mut(place).unwrap() = wrong;
            assert!(accepts(&ty, &value).is_err(), "{place}");
        }
    }

    #[test]
    fn of_two_parts_with_one_name_the_second_says_its_group() {
        let port = |name: &str| {
            let ty = named_type(name).unwrap();
            [json!({ "port": 80, "appProtocol": "http" }), json!({ "name": "web" })]
                .map(|v| accepts(&ty, &v).is_ok())
        };
        // The core demands the port, slices do not.
        assert_eq!(port("k8s.EndpointPort"), [true, false]);
        assert_eq!(port("k8s.DiscoveryEndpointPort"), [true, true]);
    }
}
