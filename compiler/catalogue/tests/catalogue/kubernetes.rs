//! Plurals, API paths and text places.

use aev_catalogue::{Key, KubernetesKind, is_text_place, kubernetes_kind, plural};

#[test]
fn plurals_are_formed_as_argo_forms_them() {
    for (kind, expected) in [
        ("Workflow", "workflows"),
        ("Ingress", "ingresses"),
        ("NetworkPolicy", "networkpolicies"),
        ("Gateway", "gateways"),
        ("Patch", "patches"),
        ("Endpoints", "endpointses"),
        ("Leaf", "leaves"),
        ("Knife", "knives"),
        ("EventBus", "eventbus"),
        ("Eventbus", "eventbuses"),
        ("Tax", "taxes"),
        ("A", "a"),
    ] {
        assert_eq!(plural(kind), expected, "{kind}");
    }
}

#[test]
fn a_kind_has_a_path() {
    let kind = |group: &str, version: &str, plural: &str, cluster_scoped| KubernetesKind {
        group: group.into(),
        version: version.into(),
        plural: plural.into(),
        cluster_scoped,
    };
    assert_eq!(kubernetes_kind("v1", "ConfigMap"), kind("", "v1", "configmaps", false));
    assert_eq!(kubernetes_kind("v1", "Namespace"), kind("", "v1", "namespaces", true));
    let workflow = kind("argoproj.io", "v1alpha1", "workflows", false);
    assert_eq!(kubernetes_kind("argoproj.io/v1alpha1", "Workflow"), workflow);
    // Argo calls it as if it were in a namespace.
    assert_eq!(
        kubernetes_kind("storage.k8s.io/v1", "StorageClass"),
        kind("storage.k8s.io", "v1", "storageclasses", false)
    );
}

/// `a.b[].c` as keys.
fn keys(path: &str) -> Vec<Key<'_>> {
    path.split('.')
        .flat_map(|step| match step.strip_suffix("[]") {
            Some(name) => vec![Key::Name(name), Key::Index],
            None => vec![Key::Name(step)],
        })
        .collect()
}

#[test]
fn text_places_are_known() {
    const WORKFLOW: (&str, &str) = ("argoproj.io/v1alpha1", "Workflow");
    for ((api_version, kind), path, expected) in [
        (WORKFLOW, "spec.arguments.parameters[].value", true),
        (WORKFLOW, "spec.arguments.parameters[].name", false),
        (WORKFLOW, "spec.arguments.parameters.value", false),
        (WORKFLOW, "spec.arguments.artifacts[].value", false),
        (WORKFLOW, "spec.arguments.parameters[].value.deeper", false),
        (WORKFLOW, "spec.templates[].container.env[].value", true),
        (WORKFLOW, "spec.templates[].script.env[].value", true),
        (WORKFLOW, "metadata.labels.team", true),
        (WORKFLOW, "metadata.labels", false),
        (WORKFLOW, "metadata.name", false),
        (WORKFLOW, "spec.podGC.strategy", false),
        (("v1", "ConfigMap"), "data.key", true),
        (("v1", "ConfigMap"), "binaryData.key", false),
        (("acme.io/v1", "ConfigMap"), "data.key", false),
        (("v1", "Secret"), "stringData.key", true),
        (("v1", "Pod"), "spec.containers[].env[].value", true),
        (("apps/v1", "Deployment"), "spec.template.metadata.annotations.note", true),
        (("batch/v1", "Job"), "spec.template.spec.initContainers[].env[].value", true),
        (("apps/v1", "Deployment"), "spec.replicas", false),
        (("acme.io/v1", "Widget"), "metadata.annotations.note", true),
        (("acme.io/v1", "Widget"), "spec.anything", false),
        (("acme.io/v1", "Widget"), "spec.template.metadata.labels.team", false),
        (("batch/v1", "CronJob"), "spec.jobTemplate.metadata.labels.team", true),
        (WORKFLOW, "spec.templates[].metadata.labels.team", true),
        (("argoproj.io/v1alpha1", "CronWorkflow"), "spec.workflowSpec.arguments.parameters[].value", true),
    ] {
        assert_eq!(is_text_place(api_version, kind, &keys(path)), expected, "{kind}: {path}");
    }
}
