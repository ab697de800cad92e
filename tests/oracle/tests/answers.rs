//! Each kind of request, and what is not Argo Events' own in the answers.

use aev_oracle::{Oracle, program};
use serde_json::{Value, json};

/// What the oracle answers; none when it is not there, which is said.
fn answers(test: &str, requests: &[Value]) -> Option<Vec<Value>> {
    let mut oracle = Oracle::start(&program(test)?).expect("it starts");
    Some(requests.iter().map(|request| oracle.ask(request).expect("it answers")).collect())
}

fn event(data: &str) -> Value {
    json!({
        "context": {
            "id": "1", "source": "shop", "specversion": "1.0", "type": "webhook", "subject": "orders",
            "datacontenttype": "application/json", "time": "2026-01-02T03:04:05Z",
        },
        "data": data,
    })
}

fn parameter(key: &str, dest: &str) -> Value {
    json!({ "src": { "dependencyName": "order", "dataKey": key }, "dest": dest })
}

#[test]
fn filters_pass_fail_and_cannot_be_decided() {
    let filter = |path: &str, value: &str, data: &str| {
        let data_filter = json!([{ "path": path, "type": "string", "value": [value] }]);
        let dependency = json!({
            "name": "order", "eventSourceName": "shop", "eventName": "orders", "filters": { "data": data_filter },
        });
        json!({ "ask": "filter", "dependency": dependency, "event": event(data) })
    };
    let requests = [
        filter("body.state", "^open$", r#"{"body":{"state":"open"}}"#),
        filter("body.state", "^open$", r#"{"body":{"state":"opened"}}"#),
        filter("body.none", "^open$", r#"{"body":{"state":"open"}}"#),
    ];
    let Some(found) = answers("filters, asked of Argo Events", &requests) else { return };
    let error = "data filter error (path 'body.none' does not exist)";
    let expected =
        [json!({ "passed": true }), json!({ "passed": false }), json!({ "passed": false, "error": error })];
    assert_eq!(found, expected);
}

#[test]
fn transformations_change_the_data_and_keep_the_attributes() {
    let transform = |key: &str, script: &str| json!({ "ask": "transform", "transform": { key: script }, "event": event(r#"{"n":1,"l":[]}"#) });
    let requests = [
        transform("jq", ".n += 1"),
        // What a script prints must not end up between the answers.
        transform("script", "print('noise') event.n = event.n + 1.5 return event"),
        transform("jq", ".n"),
    ];
    let Some(found) = answers("transformations, asked of Argo Events", &requests) else { return };
    assert_eq!(found[0]["event"], event(r#"{"l":[],"n":2}"#));
    assert_eq!(found[1]["event"], event(r#"{"l":{},"n":2.5}"#));
    assert_eq!(found[2], json!({ "error": "jq transformation output must be a JSON object" }));
}

#[test]
fn parameters_make_objects_and_payloads() {
    let events = json!({ "order": event(r#"{"id":"7","n":1.50}"#) });
    let raw =
        json!({ "src": { "dependencyName": "order", "dataKey": "n", "useRawData": true }, "dest": "n" });
    let requests = [
        json!({
            "ask": "parameters", "object": r#"{"a": 1}"#, "parameters": [parameter("id", "b.c"), raw], "events": events,
        }),
        json!({ "ask": "payload", "parameters": [parameter("id", "id"), parameter("n", "n")], "events": events }),
        json!({ "ask": "payload", "parameters": [parameter("none", "id")], "events": events }),
        // In a pod, this is the end of the process.
        json!({ "ask": "payload", "parameters": [parameter("id", "id")], "events": {} }),
    ];
    let Some(found) = answers("parameters, asked of Argo Events", &requests) else { return };
    assert_eq!(found[0], json!({ "object": r#"{"a": 1,"b":{"c":"7"},"n":1.5}"# }));
    assert_eq!(found[1], json!({ "payload": r#"{"id":"7","n":"1.5"}"# }));
    assert!(
        found[2]["error"].as_str().is_some_and(|error| error.contains("unable to resolve")),
        "{}",
        found[2]
    );
    assert!(found[3]["panic"].as_str().is_some_and(|reason| reason.contains("nil pointer")), "{}", found[3]);
}

#[test]
fn actions_are_executed_up_to_the_connection() {
    let action = |template: Value| {
        json!({
            "ask": "action", "trigger": { "template": template }, "sensor": "till", "namespace": "shop",
            "events": { "order": event(r#"{"id":"7"}"#) },
        })
    };
    let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" } });
    let requests = [
        action(json!({ "name": "keep", "k8s": {
            "operation": "create", "source": { "resource": object }, "parameters": [parameter("id", "data.id")],
        } })),
        action(json!({ "name": "tell", "http": {
            "url": "http://tills.test/", "timeout": 5, "headers": { "x-a": "b" }, "payload": [parameter("id", "id")],
            "parameters": [parameter("id", "url")],
        } })),
        action(json!({ "name": "tell", "log": {} })),
    ];
    let Some(found) = answers("actions, asked of Argo Events", &requests) else { return };
    let sent = &found[0]["request"];
    assert_eq!(sent["url"], "http://kubernetes.invalid/api/v1/namespaces/shop/configmaps");
    let made: Value =
        serde_json::from_str(sent["body"].as_str().expect("it has a body")).expect("it is JSON");
    assert_eq!(made["data"], json!({ "id": "7" }));
    assert_eq!(made["metadata"]["labels"]["events.argoproj.io/sensor"], "till");
    let called = json!({
        "request": { "method": "POST", "url": "7", "headers": { "x-a": ["b"] }, "body": r#"{"id":"7"}"# },
        "url": "7", "timeout": "5s",
    });
    assert_eq!(found[1], called);
    let refused = json!({ "error": "only triggers of kind `k8s` and `http` can be executed here" });
    assert_eq!(found[2], refused);
}

#[test]
fn manifests_are_judged_one_by_one() {
    let manifests = "\
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: till}
spec:
  dependencies: [{name: order, eventSourceName: shop, eventName: orders, eventname: twice}]
  triggers: []
---
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: shop}
spec:
  webhook:
    orders: {endpoint: /, port: \"12000\", method: POST, port: \"12001\"}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
";
    let Some(found) =
        answers("verdicts, asked of Argo Events", &[json!({ "ask": "validate", "manifests": manifests })])
    else {
        return;
    };
    let verdicts = found[0]["verdicts"].as_array().expect("there are some");
    let [sensor, source, secret] = verdicts.as_slice() else { panic!("{verdicts:?}") };
    assert_eq!(sensor["error"], "no triggers found");
    assert_eq!(sensor["unread"], json!(["unknown field \"spec.dependencies[0].eventname\""]));
    assert_eq!((source["name"].as_str(), source.get("error")), (Some("shop"), None));
    assert!(
        source["unread"][0].as_str().is_some_and(|text| text.contains("\"port\" already set")),
        "{source}"
    );
    assert_eq!(secret["error"], "no rules for v1/Secret are known here");
}

#[test]
fn a_request_that_cannot_be_asked_is_answered_all_the_same() {
    let requests = [json!({ "ask": "oracle" }), json!(7), json!({ "ask": "payload", "event": {} })];
    let Some(found) = answers("requests without sense", &requests) else { return };
    let bad: Vec<&str> = found.iter().filter_map(|answer| answer["bad"].as_str()).collect();
    let [unknown, number, field] = bad.as_slice() else { panic!("{found:?}") };
    assert_eq!(*unknown, "cannot be asked for \"oracle\"");
    assert!(number.contains("cannot unmarshal number"), "{number}");
    assert_eq!(*field, "json: unknown field \"event\"");
}
