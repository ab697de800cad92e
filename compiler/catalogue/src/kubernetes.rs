//! What is known about Kubernetes' own kinds: their names in an API path, and which of their places are text.

/// A kind of Kubernetes object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubernetesKind {
    /// The API group; empty for the core.
    pub group: String,
    /// The version.
    pub version: String,
    /// The name in an API path, such as `workflows`.
    pub plural: String,
    /// Its objects are in no namespace.
    pub cluster_scoped: bool,
}

/// A step of the path to a place in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// A member of an object.
    Name(&'a str),
    /// An element of a list, whichever.
    Index,
}

/// What an `apiVersion` and a `kind` name. Argo Events asks no server: it takes the English plural, and knows five kinds
/// that are in no namespace.
pub fn kubernetes_kind(api_version: &str, kind: &str) -> KubernetesKind {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let plural = plural(kind);
    let cluster_scoped = CLUSTER_SCOPED.contains(&plural.as_str());
    KubernetesKind { group: group.into(), version: version.into(), plural, cluster_scoped }
}

const CLUSTER_SCOPED: [&str; 5] =
    ["namespaces", "nodes", "persistentvolumes", "clusterroles", "clusterrolebindings"];

/// The English plural of a kind in lower case, as Argo Events forms it.
pub fn plural(kind: &str) -> String {
    if kind == "EventBus" {
        return "eventbus".into();
    }
    let name = kind.to_lowercase();
    if name.chars().count() < 2 {
        return name;
    }
    let mut end = name.chars().rev();
    match (end.next(), end.next()) {
        (Some('s' | 'x' | 'z'), _) | (Some('h'), Some('c' | 's')) => name + "es",
        (Some('y'), Some(before)) if before.is_ascii_lowercase() && !"aeiou".contains(before) => {
            stem(&name) + "ies"
        }
        (Some('f'), _) => stem(&name) + "ves",
        (Some('e'), Some('f')) => stem(&stem(&name)) + "ves",
        _ => name + "s",
    }
}

/// Without the last character.
fn stem(name: &str) -> String {
    let mut chars = name.chars();
    chars.next_back();
    chars.as_str().into()
}

/// Places that are text in objects of some kinds. In a path `*` is any one member, `[]` any element of a list, `**` any
/// number of steps.
struct Text {
    /// Version and kind; none for every object.
    kinds: &'static [(&'static str, &'static str)],
    paths: &'static [&'static [&'static str]],
}

const TEXT: &[Text] = &[
    Text { kinds: &[], paths: &[&["metadata", "labels", "*"], &["metadata", "annotations", "*"]] },
    Text { kinds: &[("v1", "ConfigMap")], paths: &[&["data", "*"]] },
    Text { kinds: &[("v1", "Secret")], paths: &[&["stringData", "*"]] },
    Text {
        kinds: &[
            ("v1", "Pod"),
            ("v1", "PodTemplate"),
            ("v1", "ReplicationController"),
            ("apps/v1", "DaemonSet"),
            ("apps/v1", "Deployment"),
            ("apps/v1", "ReplicaSet"),
            ("apps/v1", "StatefulSet"),
            ("batch/v1", "CronJob"),
            ("batch/v1", "Job"),
        ],
        paths: &[
            &["**", "template", "metadata", "labels", "*"],
            &["**", "template", "metadata", "annotations", "*"],
            &["**", "jobTemplate", "metadata", "labels", "*"],
            &["**", "jobTemplate", "metadata", "annotations", "*"],
            &["**", "containers", "[]", "env", "[]", "value"],
            &["**", "initContainers", "[]", "env", "[]", "value"],
        ],
    },
    Text {
        kinds: &[
            ("argoproj.io/v1alpha1", "ClusterWorkflowTemplate"),
            ("argoproj.io/v1alpha1", "CronWorkflow"),
            ("argoproj.io/v1alpha1", "Workflow"),
            ("argoproj.io/v1alpha1", "WorkflowTemplate"),
        ],
        paths: &[
            &["spec", "arguments", "parameters", "[]", "value"],
            &["spec", "workflowSpec", "arguments", "parameters", "[]", "value"],
            &["**", "templates", "[]", "metadata", "labels", "*"],
            &["**", "templates", "[]", "metadata", "annotations", "*"],
            &["**", "workflowMetadata", "labels", "*"],
            &["**", "workflowMetadata", "annotations", "*"],
            &["**", "podMetadata", "labels", "*"],
            &["**", "podMetadata", "annotations", "*"],
            &["**", "container", "env", "[]", "value"],
            &["**", "script", "env", "[]", "value"],
            &["**", "initContainers", "[]", "env", "[]", "value"],
            &["**", "sidecars", "[]", "env", "[]", "value"],
        ],
    },
];

/// Whether the API types a place as text, so that a value there is converted as by `text(v)`. What is not known is not.
pub fn is_text_place(api_version: &str, kind: &str, path: &[Key<'_>]) -> bool {
    TEXT.iter()
        .filter(|text| text.kinds.is_empty() || text.kinds.contains(&(api_version, kind)))
        .any(|text| text.paths.iter().any(|pattern| fits(pattern, path)))
}

fn fits(pattern: &[&str], path: &[Key<'_>]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            fits(rest, path) || path.split_first().is_some_and(|(_, p)| fits(pattern, p))
        }
        (Some((&"[]", rest)), Some((Key::Index, p))) => fits(rest, p),
        (Some((&"*", rest)), Some((Key::Name(_), p))) => fits(rest, p),
        (Some((name, rest)), Some((Key::Name(key), p))) => name == key && fits(rest, p),
        _ => false,
    }
}
