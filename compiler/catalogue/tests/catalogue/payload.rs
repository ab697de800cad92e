//! Roots of the kinds, and the types that come with the compiler.

use aev_catalogue::{
    Literal, Record, SOURCES, Shape, Type, github, kubernetes_kind, named_type, source, type_names,
    unknown_places,
};
use std::collections::BTreeSet;

#[test]
fn every_kind_has_its_roots() {
    let roots = |name: &str| -> Vec<&str> {
        source(name).into_iter().flat_map(|kind| kind.payload.roots).map(|root| root.name).collect()
    };
    assert_eq!(roots("webhook"), ["header", "body", "metadata"]);
    assert_eq!(roots("github"), ["headers", "body", "metadata"]);
    assert_eq!(roots("calendar"), ["eventTime", "metadata"]);
    assert_eq!(roots("generic"), ["body", "metadata"]);
    assert_eq!(roots("nats"), ["subject", "header", "body", "metadata"]);
}

#[test]
fn a_type_is_for_a_root_that_is_there() {
    for kind in SOURCES {
        let roots: Vec<&str> = kind.payload.roots.iter().map(|root| root.name).collect();
        for path in kind.payload.typed {
            // Without a step it is the whole event.
            assert!(path.first().is_none_or(|root| roots.contains(root)), "{}", kind.name);
        }
        if let Some(json) = &kind.payload.json {
            assert!(kind.block.field(json.name).is_some() && !kind.payload.typed.is_empty(), "{}", kind.name);
        }
        if let Some(by) = &kind.payload.by_event {
            let header = by.header.as_ref().is_none_or(|header| roots.contains(&header.root));
            assert!(roots.contains(&by.root) && header, "{}", kind.name);
            assert!(by.header.is_some() || by.member.is_some(), "{}", kind.name);
            assert!(kind.block.field(by.field).is_some(), "{}", kind.name);
            assert!(by.events.is_sorted_by_key(|event| event.name), "{}", kind.name);
            for event in by.events {
                assert_eq!(by.of(event.name), Some(event));
                let Some(Shape::List(Shape::Names(names))) = kind.block.field(by.field).map(|f| f.shape)
                else {
                    continue;
                };
                assert!(names.has(event.name), "{}: {}", kind.name, event.name);
            }
        }
        if let Some(by) = &kind.payload.by_fields {
            assert!(by.fields.iter().all(|field| kind.block.field(field).is_some()), "{}", kind.name);
            assert!(
                by.types.is_sorted_by_key(|(texts, _)| *texts) && !kind.payload.typed.is_empty(),
                "{}",
                kind.name
            );
        }
    }
}

/// Every type within a type, once for each record.
fn walk(ty: Type, seen: &mut BTreeSet<*const Record>, visit: &mut dyn FnMut(Type)) {
    visit(ty);
    match ty {
        Type::List(inner) | Type::Map(inner) => walk(*inner, seen, visit),
        Type::Union(members) => members.iter().for_each(|member| walk(*member, seen, visit)),
        Type::Record(record) if seen.insert(record) => {
            record.members.iter().for_each(|member| walk(member.ty, seen, visit));
        }
        _ => {}
    }
}

#[test]
fn types_are_well_formed() {
    let mut records = 0;
    for name in type_names() {
        let ty = named_type(name).unwrap_or_else(|| panic!("{name} is no type"));
        walk(ty, &mut BTreeSet::new(), &mut |ty| match ty {
            Type::Union(members) => {
                assert!(members.len() > 1 && members.iter().all(|m| !matches!(m, Type::Union(_))), "{name}");
            }
            Type::Record(record) => {
                records += 1;
                let names: BTreeSet<&str> = record.members.iter().map(|member| member.name).collect();
                assert_eq!(names.len(), record.members.len(), "{:?}", record.name);
                assert!(record.name.is_none_or(|name| named_type(name).is_some()), "{:?}", record.name);
            }
            _ => {}
        });
    }
    assert!(records > 1000, "only {records} records");
}

/// The places within a type that are `any`: from the type, or from the last on the way that has a name.
fn unknown(ty: Type, place: &str, seen: &mut BTreeSet<*const Record>, found: &mut BTreeSet<String>) {
    match ty {
        Type::Any => {
            found.insert(place.to_owned());
        }
        Type::List(element) => unknown(*element, &format!("{place}[]"), seen, found),
        Type::Map(value) => unknown(*value, &format!("{place}{{}}"), seen, found),
        Type::Union(members) => members.iter().for_each(|member| unknown(*member, place, seen, found)),
        Type::Record(record) if record.name.is_none() || seen.insert(record) => {
            let owner = record.name.unwrap_or(place);
            for member in record.members {
                unknown(member.ty, &format!("{owner}.{}", member.name), seen, found);
            }
        }
        _ => {}
    }
}

#[test]
fn nothing_is_unknown_but_what_the_schemas_say_nothing_about() {
    let mut found = BTreeSet::new();
    for name in type_names() {
        let ty = named_type(name).unwrap_or_else(|| panic!("{name} is no type"));
        unknown(ty, name, &mut BTreeSet::new(), &mut found);
    }
    assert!(found.iter().map(String::as_str).eq(unknown_places()), "{found:#?}");
    assert!(found.len() < 100, "{found:#?}");
}

#[test]
fn only_an_event_that_is_not_described_may_hold_anything() {
    let commons = SOURCES.iter().filter_map(|kind| kind.payload.by_event.as_ref()).map(|by| by.common);
    let commons: Vec<Type> = commons.collect();
    for name in type_names() {
        let ty = named_type(name).unwrap_or_else(|| panic!("{name} is no type"));
        walk(ty, &mut BTreeSet::new(), &mut |ty| {
            if let Type::Record(record) = ty {
                assert!(!record.open || commons.contains(&ty), "{name}: {:?}", record.name);
            }
        });
    }
}

#[test]
fn names_are_sorted_and_events_have_types() {
    let names: Vec<&str> = type_names().collect();
    assert!(names.is_sorted() && github::EVENTS.is_sorted());
    let by = source("github").and_then(|kind| kind.payload.by_event.as_ref()).expect("github has events");
    assert_eq!(by.events.len(), 66);
    assert_eq!(by.of("sub_issues"), None);
    assert!(github::EVENTS.contains(&"sub_issues"));
}

#[test]
fn a_pull_request_is_told_by_its_action() {
    let Some(Type::Union(variants)) = named_type("github.PullRequestEvent") else { panic!("it is a union") };
    let mut actions = BTreeSet::new();
    for variant in variants {
        let Type::Record(record) = variant else { panic!("{variant:?}") };
        let Some(Type::Literal(Literal::String(action))) = record.member("action").map(|member| member.ty)
        else {
            panic!("{:?} has no action", record.name)
        };
        actions.insert(action);
        let Some(Type::Record(pull_request)) = record.member("pull_request").map(|member| member.ty) else {
            panic!("{action} has no pull request")
        };
        assert!(pull_request.member("number").is_some() && pull_request.member("head").is_some(), "{action}");
        let event = record.member("X-GitHub-Event").map(|member| member.ty);
        assert_eq!(event, Some(Type::Literal(Literal::String("pull_request"))));
    }
    for action in ["opened", "synchronize", "reopened", "closed", "labeled", "review_requested"] {
        assert!(actions.contains(action), "{action}");
    }
}

/// Kinds whose objects are in no namespace.
const CLUSTER: [&str; 12] = [
    "CSIDriver",
    "CSINode",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterWorkflowTemplate",
    "IngressClass",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "StorageClass",
    "VolumeAttachment",
];

#[test]
fn a_watched_object_is_told_by_its_path() {
    let by = source("resource").and_then(|kind| kind.payload.by_fields.as_ref()).expect("it has fields");
    assert_eq!(by.of(&["", "v1", "pods"]), named_type("k8s.Pod"));
    for (path, name) in [
        (["apps", "v1", "deployments"], "k8s.Deployment"),
        (["", "v1", "endpoints"], "k8s.Endpoints"),
        (["coordination.k8s.io", "v1", "leases"], "k8s.Lease"),
        (["rbac.authorization.k8s.io", "v1", "clusterroles"], "k8s.ClusterRole"),
        (["argoproj.io", "v1alpha1", "workflows"], "argo.Workflow"),
    ] {
        assert!(named_type(name).is_some(), "{name}");
        assert_eq!(by.of(&path), named_type(name), "{name}");
    }
    assert_eq!(by.of(&["example.com", "v1", "workflows"]), None);
    for (path, ty) in by.types {
        let Type::Record(record) = ty else { panic!("{path} is no object") };
        let said = |name: &str| match record.member(name).map(|member| member.ty) {
            Some(Type::Literal(Literal::String(text))) => text,
            other => panic!("{path}: {name} is {other:?}"),
        };
        let known = kubernetes_kind(said("apiVersion"), said("kind"));
        // Argo Events' plural of what is one already is one that no server has.
        let plural = if said("kind") == "Endpoints" { "endpoints" } else { &known.plural };
        assert_eq!(*path, format!("{}/{}/{plural}", known.group, known.version));
        let of = if known.group == "argoproj.io" { "argo" } else { "k8s" };
        assert_eq!(record.name, Some(&*format!("{of}.{}", said("kind"))));
        let Some(Type::Record(meta)) = record.member("metadata").map(|member| member.ty) else {
            panic!("{path} has no metadata")
        };
        let always = |name: &str| meta.member(name).is_some_and(|member| !member.optional);
        assert!(always("name") && always("uid") && !always("labels"), "{path}");
        assert_eq!(always("namespace"), !CLUSTER.contains(&said("kind")), "{path}");
    }
}
