//! Programs that are right: what they mean, as plans.

use crate::check::{compiled, shown};
use aev_plan::Plan;
use serde_json::{Value, json};

fn plan(text: &str) -> Plan {
    let compiled = compiled(text, None);
    let said = shown(text, &compiled);
    compiled.plan.unwrap_or_else(|| panic!("{said}\nfor\n{text}"))
}

/// A plan without anything to say about it.
fn clean(text: &str) -> Plan {
    let compiled = compiled(text, None);
    assert!(compiled.diagnostics.is_empty(), "{}\nfor\n{text}", shown(text, &compiled));
    compiled.plan.unwrap()
}

fn without_origins(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("origin");
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

fn as_json(plan: &Plan) -> Value {
    without_origins(serde_json::to_value(plan).unwrap())
}

const PR_CI: &str = r#"
/// Build and test every pull request against main.
pipeline pr-ci

source github: github {
  repositories: [{ owner: "BeckyPauley", names: ["github-argo-events-demo"] }]
  events: ["pull_request"]
  webhook: { endpoint: "/pr", port: 12000, method: "POST", url: "https://github-webhook.my-domain.com" }
  apiToken: secret("github-access", "token")
  webhookSecret: secret("github-access", "hook")
}

filter opened from github as pr
  where pr.body.action in ["opened", "synchronize", "reopened"]
    and pr.body.pull_request.base.ref == "main"

trigger build on opened as pr {
  workflow.run "pr-build-and-test" {
    pr_number: pr.body.number
    git_sha: pr.body.pull_request.head.sha
  }
  retry: { steps: 5, duration: 1s, factor: 2 }
}
"#;

#[test]
fn the_pull_request_pipeline() {
    let path = |steps: &[&str]| json!({ "path": { "event": "pr", "steps": steps, "certain": true } });
    let text = |name: &str| json!({ "const": name });
    assert_eq!(
        as_json(&plan(PR_CI)),
        json!({
            "name": "pr-ci",
            "description": "Build and test every pull request against main.",
            "sources": [{
                "name": "github",
                "events": [{
                    "name": "github",
                    "kind": "github",
                    "config": {
                        "repositories": [{ "owner": "BeckyPauley", "names": ["github-argo-events-demo"] }],
                        "events": ["pull_request"],
                        "webhook": {
                            "endpoint": "/pr", "port": "12000", "method": "POST",
                            "url": "https://github-webhook.my-domain.com"
                        },
                        "apiToken": { "name": "github-access", "key": "token" },
                        "webhookSecret": { "name": "github-access", "key": "hook" }
                    }
                }]
            }],
            "sensors": [{
                "name": "pr-ci",
                "streams": [{
                    "name": "opened",
                    "from": { "event": { "source": "github", "event": "github" } },
                    "predicate": { "aev": { "all": [
                        { "in": {
                            "value": path(&["body", "action"]),
                            "members": ["opened", "synchronize", "reopened"],
                            "negated": false
                        } },
                        { "compare": {
                            "op": "==",
                            "left": path(&["body", "pull_request", "base", "ref"]),
                            "right": text("main")
                        } }
                    ] } },
                    "declared": true
                }],
                "triggers": [{
                    "name": "build",
                    "on": { "stream": "opened" },
                    "bindings": [{ "name": "pr", "streams": ["opened"] }],
                    "action": { "k8sCreate": { "object": [
                        ["apiVersion", text("argoproj.io/v1alpha1")],
                        ["kind", text("Workflow")],
                        ["metadata", { "const": { "generateName": "pr-build-and-test-" } }],
                        ["spec", { "object": [
                            ["workflowTemplateRef", { "const": { "name": "pr-build-and-test" } }],
                            ["arguments", { "object": [["parameters", { "list": [
                                { "object": [
                                    ["name", text("pr_number")],
                                    ["value", { "text": path(&["body", "number"]) }]
                                ] },
                                { "object": [
                                    ["name", text("git_sha")],
                                    ["value", { "text": path(&["body", "pull_request", "head", "sha"]) }]
                                ] }
                            ] }]] }]
                        ] }]
                    ] } },
                    "deliver": "at-least-once",
                    "retry": { "steps": 5, "duration": "1s", "factor": 2.0 }
                }]
            }],
            "files": ["test.aev"]
        })
    );
}

/// What the predicate of the first stream with one tests, as JSON.
fn predicate(text: &str) -> Value {
    let plan = as_json(&plan(text));
    let streams = plan["sensors"][0]["streams"].as_array().unwrap().clone();
    streams.iter().find(|s| s["predicate"] != json!("always")).map(|s| s["predicate"]["aev"].clone()).unwrap()
}

fn action(text: &str) -> Value {
    as_json(&plan(text))["sensors"][0]["triggers"][0]["action"].clone()
}

const SHOP: &str = "external source shop: webhook<{ id: string, total: number, note?: string, who: string | null, tags: list<string> }>\n";

#[test]
fn every_form_of_a_where() {
    let o = |steps: &[&str], certain: bool| json!({ "path": { "event": "o", "steps": steps, "certain": certain } });
    for (written, expected) in [
        (
            "o.body.id == \"x\"",
            json!({ "compare": { "op": "==", "left": o(&["body", "id"], true), "right": { "const": "x" } } }),
        ),
        (
            "o.body.total >= -1.5",
            json!({ "compare": { "op": ">=", "left": o(&["body", "total"], true), "right": { "const": -1.5 } } }),
        ),
        (
            "o.body.who == null",
            json!({ "compare": { "op": "==", "left": o(&["body", "who"], true), "right": { "const": null } } }),
        ),
        (
            "o.body.id not in [\"x\"]",
            json!({ "in": { "value": o(&["body", "id"], true), "members": ["x"], "negated": true } }),
        ),
        (
            "o.body.id matches r\"^x\"",
            json!({ "matches": { "value": o(&["body", "id"], true), "pattern": "^x", "negated": false } }),
        ),
        (
            "exists(o.body.note)",
            json!({ "exists": { "event": "o", "steps": ["body", "note"], "certain": false } }),
        ),
        (
            "not exists(o.body.note)",
            json!({ "not": { "exists": { "event": "o", "steps": ["body", "note"], "certain": false } } }),
        ),
        (
            "o.body[\"new\"]",
            json!({ "compare": { "op": "==", "left": o(&["body", "new"], false), "right": { "const": true } } }),
        ),
        (
            "(o.body.note ?? \"\") != \"x\"",
            json!({ "compare": { "op": "!=", "left": { "default": {
            "value": o(&["body", "note"], false), "fallback": { "const": "" }, "nullIsAbsent": false } }, "right": { "const": "x" } } }),
        ),
        (
            "o::id == \"x\"",
            json!({ "compare": { "op": "==", "left": { "attribute": { "event": "o", "attribute": "id" } }, "right": { "const": "x" } } }),
        ),
    ] {
        let text = format!("{SHOP}filter f from shop as o where {written}\ntrigger t on f {{ log }}");
        assert_eq!(predicate(&text), expected, "{written}");
    }
    let three = format!(
        "{SHOP}filter f from shop as o where o.body.id == \"a\" or o.body.id == \"b\" or o.body.total > 1\ntrigger t on f {{ log }}"
    );
    assert_eq!(predicate(&three)["any"].as_array().unwrap().len(), 3);
}

#[test]
fn headers_are_found_whatever_their_case() {
    let header = |written: &str| {
        let text = format!(
            "external source hook: webhook\nfilter f from hook as h where {written} == \"x\"\ntrigger t on f {{ log }}"
        );
        predicate(&text)["compare"]["left"]["path"]["steps"].clone()
    };
    assert_eq!(header("h.header[\"x-github-event\"]"), json!(["header", "X-Github-Event", 0]));
    let action = action(
        "external source hook: webhook\ntrigger t on hook as h { http { url: \"http://x\", payload: h.header.all(\"accept\") } }",
    );
    assert_eq!(action["http"]["payload"]["path"]["steps"], json!(["header", "Accept"]));
}

#[test]
fn text_places_convert_and_others_do_not() {
    let path = |certain: bool| json!({ "path": { "event": "shop", "steps": ["body", "total"], "certain": certain } });
    let action = action(&format!(
        "{SHOP}trigger t on shop {{ k8s.create {{
            apiVersion: \"v1\", kind: \"ConfigMap\"
            metadata: {{ name: \"seen\", labels: {{ total: shop.body.total }} }}
            data: {{ total: shop.body.total, fixed: 42 }}
            extra: [shop.body.total, 42, \"n-${{shop.body.total}}\", \"${{shop.body.total}}\", shop.body.who ?? 1]
        }} }}"
    ));
    let members = action["k8sCreate"]["object"].as_array().unwrap();
    assert_eq!(members[2][1]["object"][1][1], json!({ "object": [["total", { "text": path(true) }]] }));
    assert_eq!(
        members[3][1],
        json!({ "object": [["total", { "text": path(true) }], ["fixed", { "const": "42" }]] })
    );
    assert_eq!(
        members[4][1]["list"],
        json!([
            path(true),
            { "const": 42 },
            { "concat": [{ "const": "n-" }, path(true)] },
            { "text": path(true) },
            { "default": {
                "value": { "path": { "event": "shop", "steps": ["body", "who"], "certain": true } },
                "fallback": { "const": 1 },
                "nullIsAbsent": true
            } }
        ])
    );
}

#[test]
fn http_calls() {
    let action = action(&format!(
        "{SHOP}trigger t on shop as o {{ http {{
            url: \"https://erp/${{o.body.id}}\", method: \"PUT\", timeout: 1m
            headers: {{ Authorization: secret(\"erp\", \"token\"), \"X-Conf\": configmap(\"c\", \"k\"), \"X-Id\": o::id }}
            payload: o
            basicAuth: {{ username: secret(\"a\", \"u\"), password: secret(\"a\", \"p\") }}
        }} }}"
    ));
    assert_eq!(
        action["http"],
        json!({
            "url": { "concat": [{ "const": "https://erp/" }, { "path": { "event": "o", "steps": ["body", "id"], "certain": true } }] },
            "method": "PUT",
            "headers": [
                { "name": "Authorization", "value": { "secret": { "name": "erp", "key": "token" } } },
                { "name": "X-Conf", "value": { "configMap": { "name": "c", "key": "k" } } },
                { "name": "X-Id", "value": { "text": { "text": { "attribute": { "event": "o", "attribute": "id" } } } } }
            ],
            "payload": { "path": { "event": "o", "steps": [], "certain": true } },
            "timeout": "1m0s",
            "basicAuth": { "username": { "name": "a", "key": "u" }, "password": { "name": "a", "key": "p" } }
        })
    );
}

#[test]
fn what_a_filter_has_tested_needs_no_default() {
    clean(&format!(
        "{SHOP}filter f from shop as o where o.body.note == \"x\"\ntrigger t on f as o {{ workflow.run \"t\" {{ a: o.body.note }} }}"
    ));
    clean(&format!(
        "{SHOP}filter f from shop where exists(shop.body.note)\nfilter g from f where f.body.note != \"x\"\ntrigger t on g {{ workflow.run \"t\" {{ a: g.body.note }} }}"
    ));
    clean(&format!(
        "{SHOP}filter f from shop where exists(shop.body.note) and shop.body.note != \"x\"\ntrigger t on f {{ log }}"
    ));
    clean(&format!(
        "{SHOP}filter f from shop where not exists(shop.body.note) or shop.body.note != \"x\"\ntrigger t on f {{ log }}"
    ));
    clean(&format!(
        "{SHOP}filter f from shop where shop.body.who != null\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.who }} }}"
    ));
    clean(
        "external source a: webhook\nfilter f from a where a.body.x.y == 1 and a.body.l[0].z > 2\ntrigger t on f { workflow.run \"t\" { y: f.body.x.y, w: f.body.x.w, z: f.body.l[0].z } }",
    );
    // A path that a filter has compared is certain, also below `any`.
    let plan = as_json(&plan(
        "external source a: webhook\nfilter f from a where a.body.x == 1\ntrigger t on f { http { url: \"http://x\", payload: [f.body.x, f.body.y] } }",
    ));
    let payload = &plan["sensors"][0]["triggers"][0]["action"]["http"]["payload"]["list"];
    assert_eq!(payload[0]["path"]["certain"], json!(true));
    assert_eq!(payload[1]["path"]["certain"], json!(false));
}

#[test]
fn a_test_narrows_a_union() {
    let source = "external source e: webhook<Created | Deleted>\ntype Created { kind: \"created\", name: string }\ntype Deleted { kind: \"deleted\", reason: string }\n";
    clean(&format!(
        "{source}filter f from e where e.body.kind == \"created\"\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.name }} }}"
    ));
    clean(&format!(
        "{source}filter f from e where e.body.kind in [\"deleted\"]\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.reason }} }}"
    ));
    clean(&format!(
        "{source}filter f from e where e.body.kind != \"created\"\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.reason }} }}"
    ));
    let text = format!(
        "{source}filter f from e where e.body.kind == \"created\"\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.reason }} }}"
    );
    assert_eq!(compiled(&text, None).diagnostics[0].code.number(), 201);
    let text = format!("{source}trigger t on e {{ workflow.run \"t\" {{ a: e.body.reason }} }}");
    assert_eq!(compiled(&text, None).diagnostics[0].code.number(), 210);
}

#[test]
fn conditions_of_triggers() {
    let two = "external source a: webhook<{ x: string, only?: int }>\nexternal source b { event c: webhook<{ x: string }> }\n";
    let sensor = |on: &str, value: &str| {
        as_json(&clean(&format!("{two}trigger t on {on} {{ workflow.run \"t\" {{ v: {value} }} }}")))["sensors"][0].clone()
    };
    let joined = sensor("a and b.c as second", "\"${a.body.x}${second.body.x}\"");
    assert_eq!(joined["streams"][1]["name"], json!("b-c"));
    assert_eq!(joined["triggers"][0]["on"], json!({ "and": [{ "stream": "a" }, { "stream": "b-c" }] }));
    assert_eq!(
        joined["triggers"][0]["bindings"],
        json!([{ "name": "a", "streams": ["a"] }, { "name": "second", "streams": ["b-c"] }])
    );
    let either = sensor("(a or b.c) as e", "e.body.x");
    assert_eq!(either["triggers"][0]["bindings"], json!([{ "name": "e", "streams": ["a", "b-c"] }]));
    sensor("a or b.c", "a.body.x ?? c.body.x");
    sensor("a or b.c", "a.body.x ?? \"none\"");
    sensor("a or (b.c and a)", "a.body.x");
}

#[test]
fn what_the_header_says_holds_for_all() {
    let plan = clean(
        "/// Takes orders.\n/// All of them.\npipeline orders { namespace: \"shop\", labels: { team: \"a\" }, annotations: { \"acme.io/x\": \"y\" }, bus: stream, deliver: \"at-most-once\", serviceAccount: \"robot\" }\nbus stream: embedded\nexternal source s: webhook\ntrigger t on s { log }\ntrigger u on s { log, deliver: \"at-least-once\" }",
    );
    let plan = as_json(&plan);
    assert_eq!(plan["description"], json!("Takes orders. All of them."));
    assert_eq!(plan["namespace"], json!("shop"));
    assert_eq!(plan["labels"], json!({ "team": "a" }));
    assert_eq!(plan["sources"][0]["bus"], json!("stream"));
    let sensor = &plan["sensors"][0];
    assert_eq!((&sensor["bus"], &sensor["serviceAccount"]), (&json!("stream"), &json!("robot")));
    assert_eq!(sensor["triggers"][0]["deliver"], json!("at-most-once"));
    assert_eq!(sensor["triggers"][1]["deliver"], json!("at-least-once"));
}

#[test]
fn streams_follow_what_they_refine() {
    let plan = clean(
        "external source s: webhook\ntrigger t on c { log }\nfilter c from b where b.body.y == 1\nfilter b from a\nfilter a from s where s.body.x == 1",
    );
    let names: Vec<&str> = plan.sensors[0].streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn a_thousand_lines_take_a_moment() {
    let mut text = "external source s: webhook<{ id: string, n: int }>\n".to_owned();
    for i in 0..330 {
        text.push_str(&format!("filter f{i} from s as e where e.body.n == {i} and e.body.id != \"x\"\ntrigger t{i} on f{i} as e {{\n  workflow.run \"t\" {{ id: e.body.id }} }}\n"));
    }
    let plan = clean(&text);
    assert_eq!(plan.sensors[0].triggers.len(), 330);
}
