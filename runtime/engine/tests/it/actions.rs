//! Finished actions.

use crate::make::*;
use aev_engine::Effect;
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::*;

fn finished(action: Action, data: &str) -> serde_json::Value {
    let mut machine = Machine::new(vec![stream("a")], trigger(on("a"), action));
    let effects = machine.send(&event("a", "1", data), 1);
    let act = effects.iter().find_map(|effect| match effect {
        Effect::Act(act) => Some(act.clone()),
        _ => None,
    });
    serde_json::to_value(act.unwrap_or_else(|| panic!("{:?}", words(&effects))).action).unwrap()
}

fn create(object: &str) -> serde_json::Value {
    finished(Action::K8sCreate(Expr::Const(Json::parse(object).unwrap())), "{}")
}

#[test]
fn a_created_object_is_named_after_its_firing() {
    let made = create(r#"{"kind":"Workflow","metadata":{"generateName":"build-","labels":{"x":"y"}}}"#);
    let metadata = &made["object"]["metadata"];
    let firing = metadata["annotations"]["aev.dev/firing"].as_str().unwrap();
    assert!(
        firing.len() == 32
            && firing.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    );
    assert_eq!(metadata["name"], format!("build-{}", firing.split_at(16).0));
    assert!(metadata.get("generateName").is_none());
    let labels =
        serde_json::json!({"x": "y", "events.argoproj.io/sensor": "s", "events.argoproj.io/trigger": "t"});
    assert_eq!(metadata["labels"], labels);
    assert_eq!(create(r#"{"kind":"Pod"}"#)["object"]["metadata"]["annotations"]["aev.dev/firing"], firing);
    let long = create(&format!(r#"{{"metadata":{{"generateName":"{}"}}}}"#, "x".repeat(80)));
    assert_eq!(long["object"]["metadata"]["name"].as_str().unwrap().len(), 63);
}

#[test]
fn a_name_of_its_own_stays() {
    let made = create(r#"{"metadata":{"name":"fixed","generateName":"x-"}}"#);
    assert_eq!(made["object"]["metadata"]["name"], "fixed");
}

#[test]
fn what_is_no_object_fails() {
    for (object, word) in
        [("[]", "array"), (r#"{"metadata":1}"#, "`metadata`"), (r#"{"metadata":{"labels":[]}}"#, "`labels`")]
    {
        let action = Action::K8sCreate(Expr::Const(Json::parse(object).unwrap()));
        let mut machine = Machine::new(vec![stream("a")], trigger(on("a"), action));
        let effects = words(&machine.send(&event("a", "1", "{}"), 1));
        assert!(effects[0].starts_with("dead") && effects[0].contains(word), "{effects:?}");
    }
}

#[test]
fn a_call_has_its_values_and_its_key() {
    let header = |name: &str, value| Header { name: name.into(), value };
    let call = |headers| {
        Action::Http(Box::new(Http {
            url: Expr::Concat(vec![Expr::text("https://x/"), path("a", "body.n")]),
            method: "PUT".into(),
            headers,
            payload: Some(path("a", "body")),
            timeout: Some("5s".parse().unwrap()),
            basic_auth: None,
        }))
    };
    let secret = HeaderValue::Secret(SecretRef { name: "api".into(), key: "token".into() });
    let made = finished(
        call(vec![header("X-N", HeaderValue::Text(path("a", "body.n"))), header("Authorization", secret)]),
        r#"{"body":{"n":12345678901234567890}}"#,
    );
    assert_eq!(made["url"], "https://x/12345678901234567890");
    assert_eq!(made["headers"]["X-N"], "12345678901234567890");
    assert_eq!(
        made["headers"]["Authorization"],
        serde_json::json!({"secret": {"name": "api", "key": "token"}})
    );
    assert_eq!(made["headers"]["Idempotency-Key"].as_str().unwrap().len(), 32);
    let own = finished(
        call(vec![header("idempotency-key", HeaderValue::Text(Expr::text("mine")))]),
        r#"{"body":{"n":1}}"#,
    );
    assert_eq!(own["headers"], serde_json::json!({"idempotency-key": "mine"}));
}

#[test]
fn a_log_has_context_and_data() {
    let made = finished(Action::Log, r#"{"n":1.50}"#);
    assert_eq!(made["events"][0]["stream"], "a");
    assert_eq!(made["events"][0]["context"]["specversion"], "1.0");
    assert_eq!(made["events"][0]["data"].to_string(), r#"{"n":1.5}"#);
}

#[test]
fn argos_own_forms_are_executed_and_identified() {
    let filters: aev_plan::argo::Filters =
        serde_json::from_str(r#"{"data":[{"path":"body.ok","type":"string","value":["^yes$"]}]}"#).unwrap();
    let stream =
        Stream { predicate: Predicate::Argo(Box::new(filters)), ..filter("f", of("a"), is("x", "1")) };
    let template = r#"{"template":{"k8s":{"operation":"create","source":{"resource":{"kind":"Workflow",
        "metadata":{"generateName":"build-"},"spec":{"n":""}}},
        "parameters":[{"src":{"dependencyName":"f","dataKey":"body.n"},"dest":"spec.n"}]}}}"#;
    let action = Action::Argo(serde_json::from_str(template).unwrap());
    let mut machine = Machine::new(vec![stream], trigger(on("f"), action));
    let no = machine.send(&event("a", "1", r#"{"body":{"ok":"no"}}"#), 1);
    assert_eq!(words(&no), ["ack 1"]);
    let yes = machine.send(&event("a", "2", r#"{"body":{"ok":"yes","n":42}}"#), 2);
    let Some(Effect::Act(act)) = yes.last() else { panic!("{:?}", words(&yes)) };
    let made = serde_json::to_value(&act.action).unwrap();
    assert_eq!(made["object"]["spec"]["n"], "42");
    let name = made["object"]["metadata"]["name"].as_str().unwrap();
    assert_eq!(name, format!("build-{}", act.firing.as_str().split_at(16).0));
}
