//! What Argo Events cannot do is said, with the place and what is needed for a way out.

use crate::build::*;
use aev_argo::refusal::{Reason, Refusal};
use aev_plan::Plan;
use aev_plan::duration::GoDuration;
use aev_plan::expr::Expr;
use aev_plan::model::{Action, Bus, Condition, Delivery, Fallback, Http, Predicate};
use aev_plan::origin::Origin;
use std::time::Duration;

const PLACE: Origin = Origin { file: 1, start: 20, end: 30 };

/// A plan with a filter of each name and a trigger on each.
fn named(names: &[&str]) -> Plan {
    let stream = |name: &&str| aev_plan::model::Stream { origin: PLACE, ..stream(name, Predicate::Always) };
    let trigger = |name: &&str| {
        let on = Condition::Stream((*name).to_owned());
        trigger(&format!("on-{name}"), on, &[("e", &[*name])], Action::Log)
    };
    plan(names.iter().map(stream).collect(), names.iter().map(trigger).collect())
}

fn acting(action: Action) -> Plan {
    let mut plan = named(&["f"]);
    plan.sensors[0].triggers[0].action = action;
    plan.sensors[0].triggers[0].origin = PLACE;
    plan
}

fn creating(api_version: &str, kind: &str, metadata: Expr) -> Plan {
    let member = |key: &str, value| (key.to_owned(), value);
    acting(Action::K8sCreate(Expr::Object(vec![
        member("apiVersion", Expr::text(api_version)),
        member("kind", Expr::text(kind)),
        member("metadata", metadata),
    ])))
}

fn namespaced(namespace: Expr) -> Expr {
    Expr::Object(vec![("namespace".to_owned(), namespace)])
}

fn only(plan: &Plan) -> Reason {
    let refusals: Vec<Refusal> = aev_argo::emit(plan).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    let place = refusals[0].origin;
    assert!((place.start, place.end) == (20, 30) || (place.start, place.end) == (3, 9), "{place:?}");
    refusals[0].reason.clone()
}

fn bus(kind: &str, config: &str) -> Bus {
    Bus {
        name: "default".to_owned(),
        kind: kind.to_owned(),
        config: value(config),
        description: None,
        raw: None,
        origin: PLACE,
    }
}

#[test]
fn names_that_a_condition_misreads() {
    for name in ["in", "true", "startsWith", "first", "type", "count", "filter"] {
        let (name, suggestion) = (name.to_owned(), format!("{name}-event"));
        assert_eq!(only(&named(&[&name])), Reason::ReservedName { name, suggestion });
    }
    for (name, suggestion) in [("1st", "event-1st"), ("a.b", "a-b"), ("a b", "a-b"), (".", "event")] {
        let (name, suggestion) = (name.to_owned(), suggestion.to_owned());
        assert_eq!(only(&named(&[&name])), Reason::UnfitName { name, suggestion });
    }
    let (name, other) = ("a_b".to_owned(), "a-b".to_owned());
    assert_eq!(only(&named(&["a-b", "a_b"])), Reason::NamesCollide { name, other });
    assert!(aev_argo::emit(&named(&["First", "a-b", "_x", "ab"])).is_ok());
}

#[test]
fn buses() {
    let mut plan = named(&["a"]);
    plan.buses.push(bus("embedded", "{}"));
    assert_eq!(only(&plan), Reason::EmbeddedBus { bus: "default".to_owned() });
    let mut plan = named(&["a"]);
    plan.sensors[0].triggers[0].max_running = Some(4);
    plan.sensors[0].triggers[0].max_running_origin = PLACE;
    assert_eq!(only(&plan), Reason::RuntimeOnly { word: "max-running" });

    let native = r#"{"native": {"replicas": 3, "auth": "token"}}"#;
    let mut plan = named(&["a", "b"]);
    plan.buses.push(bus("nats", native));
    let (source, event) = ("hook".to_owned(), "hook".to_owned());
    let reason = Reason::TwoFiltersOnNats { name: "b".to_owned(), other: "a".to_owned(), source, event };
    assert_eq!(only(&plan), reason);
    plan.sensors[0].streams.pop();
    plan.sensors[0].triggers.pop();
    assert!(aev_argo::emit(&plan).is_ok());
}

#[test]
fn objects_that_rights_cannot_be_given_for() {
    let dynamic = namespaced(Expr::Path(path_of("e", "body.ns")));
    assert_eq!(
        only(&creating("v1", "Pod", dynamic.clone())),
        Reason::DynamicIdentity { field: "metadata.namespace" }
    );
    let kind = "Namespace".to_owned();
    assert_eq!(
        only(&creating("v1", "Namespace", namespaced(Expr::text("x")))),
        Reason::ClusterScoped { kind }
    );
    let namespace = "other".to_owned();
    assert_eq!(
        only(&creating("v1", "Pod", namespaced(Expr::text("other")))),
        Reason::ForeignNamespace { namespace }
    );

    // With an account of the user's own its rights are the user's business.
    for metadata in [dynamic, namespaced(Expr::text("other"))] {
        let mut plan = creating("v1", "Pod", metadata);
        plan.sensors[0].service_account = Some("own".to_owned());
        let manifests = aev_argo::emit(&plan).unwrap();
        assert!(manifests.objects.iter().all(|object| !object.kind().starts_with("Role")));
    }
    let unknown = acting(Action::K8sCreate(Expr::Object(vec![(
        "kind".to_owned(),
        Expr::Path(path_of("e", "body.k")),
    )])));
    assert_eq!(only(&unknown), Reason::DynamicIdentity { field: "apiVersion" });
}

#[test]
fn a_role_stands_where_the_objects_are() {
    let mut plan = creating("example.com/v1", "Proxy", namespaced(Expr::text("other")));
    plan.namespace = Some("home".to_owned());
    let manifests = aev_argo::emit(&plan).unwrap();
    let access: Vec<_> = manifests.objects.iter().map(|object| (object.kind(), object.namespace())).collect();
    assert_eq!(
        access,
        [
            ("EventSource", "home"),
            ("ServiceAccount", "home"),
            ("Role", "other"),
            ("RoleBinding", "other"),
            ("Sensor", "home")
        ]
    );
    let files: Vec<String> = manifests.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(files[1..3], ["serviceaccount-p-sensor.yaml", "role-p-sensor.yaml"]);
    let mut both = plan.clone();
    let mut here = both.sensors[0].triggers[0].clone();
    here.name = "here".to_owned();
    here.action = creating("v1", "Pod", Expr::Object(Vec::new())).sensors[0].triggers[0].action.clone();
    both.sensors[0].triggers.push(here);
    let manifests_of_both = aev_argo::emit(&both).unwrap();
    let files: Vec<String> = manifests_of_both.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        files[2..5],
        ["role-p-sensor-other.yaml", "rolebinding-p-sensor-other.yaml", "role-p-sensor-home.yaml"]
    );
    let rules = manifests.objects[2].node.get("rules").unwrap().to_json().to_string();
    assert_eq!(rules, r#"[{"apiGroups":["example.com"],"resources":["proxies"],"verbs":["create"]}]"#);
    let subjects = manifests.objects[3].node.get("subjects").unwrap().to_json().to_string();
    assert_eq!(subjects, r#"[{"kind":"ServiceAccount","name":"p-sensor","namespace":"home"}]"#);
}

#[test]
fn delivery_and_time() {
    let mut plan = named(&["f"]);
    let trigger = &mut plan.sensors[0].triggers[0];
    trigger.deliver = Delivery::AtMostOnce;
    trigger.on_failure = Some(Box::new(Fallback {
        name: "failed".to_owned(),
        action: Action::Log,
        retry: None,
        success: None,
        description: None,
        raw: None,
        origin: PLACE,
    }));
    assert_eq!(only(&plan), Reason::FallbackAtMostOnce { trigger: "on-f".to_owned() });

    let timeout = Some(GoDuration(Duration::from_millis(1500)));
    let reason = Reason::FractionalTimeout { timeout: "1.5s".to_owned() };
    assert_eq!(only(&acting(Action::Http(Box::new(Http { timeout, ..http() })))), reason);
}

#[test]
fn an_object_that_no_pod_could_start_with() {
    let text = Expr::text("x".repeat(40_000));
    let object = |text: &Expr| Expr::Object(vec![("big".to_owned(), text.clone())]);
    let mut plan = creating("v1", "ConfigMap", object(&text));
    plan.sensors[0].origin = PLACE;
    assert!(aev_argo::emit(&plan).is_ok());
    for name in ["second", "third"] {
        let mut trigger = plan.sensors[0].triggers[0].clone();
        trigger.name = name.to_owned();
        plan.sensors[0].triggers.push(trigger);
    }
    let Reason::TooLarge { kind, name, bytes, limit, largest } = only(&plan) else { panic!() };
    assert_eq!((kind, name.as_str(), limit), ("Sensor", "p", 131_072));
    assert!(bytes > 160_000, "{bytes}");
    let names: Vec<&str> = largest.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["second", "third", "on-f"]);
}

#[test]
fn every_refusal_is_told_at_once() {
    let mut plan = named(&["first", "1st"]);
    plan.buses.push(bus("embedded", "{}"));
    assert_eq!(aev_argo::emit(&plan).unwrap_err().len(), 3);
}

#[test]
fn what_argo_would_refuse_is_not_emitted() {
    let mut plan = named(&["f"]);
    let again = plan.sensors[0].triggers[0].clone();
    plan.sensors[0].triggers.push(again);
    plan.sensors[0].triggers[1].origin = PLACE;
    let Reason::Invalid(violation) = only(&plan) else { panic!() };
    assert_eq!(
        (violation.object.as_str(), violation.message.as_str()),
        ("Sensor/p", "duplicate trigger name: on-f")
    );
}
