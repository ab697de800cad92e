//! That a disagreement is seen: the form is that of the decisions which `tests/differential` makes by the thousand.

use aev_oracle::{Oracle, disagreement, program};
use serde_json::{Value, json};

fn event() -> Value {
    json!({
        "context": {
            "id": "try-1", "source": "shop", "specversion": "1.0", "type": "webhook", "subject": "orders",
            "datacontenttype": "application/json", "time": "1970-01-01T00:00:00Z",
        },
        "data": r#"{"n":7,"t":"x"}"#,
    })
}

fn passed(passed: bool) -> Value {
    let filters = json!({ "data": [{ "path": "n", "type": "number", "comparator": ">", "value": ["5"] }] });
    let dependency =
        json!({ "name": "f", "eventSourceName": "shop", "eventName": "orders", "filters": filters });
    json!({ "dep": dependency, "event": event(), "passed": passed })
}

fn parameter(key: &str, dest: &str) -> Value {
    json!({ "src": { "dependencyName": "f", "dataKey": key, "useRawData": true }, "dest": dest })
}

fn created(key: &str, action: Value) -> Value {
    let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "generateName": "a-" } });
    let k8s = json!({
        "operation": "create", "source": { "resource": object }, "parameters": [parameter(key, "data.n")],
    });
    json!({ "trigger": { "template": { "name": "t", "k8s": k8s } }, "events": { "f": event() }, "action": action })
}

fn object(name: &str, data: Value) -> Value {
    let metadata = json!({ "name": name, "annotations": { "aev.dev/firing": "0123" } });
    let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data });
    json!({ "kind": "k8s.create", "object": object })
}

fn called(key: &str, action: Value) -> Value {
    let http = json!({
        "url": "http://tills.test/ ", "method": "PUT", "timeout": 7, "headers": { "x-a": "b" },
        "payload": [parameter(key, "n")],
    });
    json!({ "trigger": { "template": { "name": "t", "http": http } }, "events": { "f": event() }, "action": action })
}

fn call(changed: &str, value: Value) -> Value {
    let mut call = json!({
        "kind": "http", "method": "PUT", "url": "http://tills.test/ ", "timeout": "7s", "payload": { "n": 7 },
        "headers": { "x-a": "b", "Idempotency-Key": "0123", "x-secret": { "secret": { "name": "a", "key": "b" } } },
    });
    call[changed] = value;
    call
}

#[test]
fn what_differs_is_told_from_what_may_differ() {
    let Some(program) = program("disagreements with Argo Events") else { return };
    let mut oracle = Oracle::start(&program).expect("it starts");
    let mut differs = |decision: &Value| disagreement(&mut oracle, decision).expect("it answers").is_some();
    let agreed = [
        passed(true),
        created("n", object("a-0123", json!({ "n": 7 }))),
        created("n", object("a-0123", json!({ "n": 7.0 }))),
        created("none", Value::Null),
        called("n", call("kind", json!("http"))),
        called("n", call("timeout", json!("7000ms"))),
        called("none", Value::Null),
    ];
    for decision in agreed {
        assert!(!differs(&decision), "{decision}");
    }
    let different = [
        passed(false),
        created("n", object("b-0123", json!({ "n": 7 }))),
        created("n", object("a-0123", json!({ "n": "7" }))),
        created("n", object("a-0123", json!({ "n": 7, "more": 1 }))),
        created("n", Value::Null),
        created("none", object("a-0123", json!({ "n": 7 }))),
        called("n", call("method", json!("POST"))),
        called("n", call("url", json!("http://tills.test/%20"))),
        called("n", call("timeout", json!("8s"))),
        called("n", call("payload", json!({ "n": 8 }))),
        called("n", call("payload", json!("7"))),
        called("n", call("headers", json!({ "x-a": "c" }))),
        called("n", object("a-0123", json!({}))),
    ];
    for decision in different {
        assert!(differs(&decision), "{decision}");
    }
}
