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
