//! The rules of Argo's admission webhook, each broken once.

use aev_argo::{Manifests, Object, validate, yaml};

const GOOD: &str = r#"apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: default}
spec:
  nats: {exotic: {url: "nats://a", clusterID: c}}
---
apiVersion: argoproj.io/v1alpha1
kind: EventBus
metadata: {name: js}
spec:
  jetstream: {version: latest, replicas: 3}
---
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: s}
spec:
  webhook:
    hook: {endpoint: /, port: "12000"}
  github:
    pr: {organizations: [acme], webhook: {endpoint: /pr, port: "12000"}}
---
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: c}
spec:
  calendar:
    clock: {interval: 10s}
    cron: {schedule: 0 2 * * *}
  generic:
    foreign: {url: "a:1", config: x}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: s}
spec:
  dependencies:
    - {name: a, eventSourceName: s, eventName: hook, filtersLogicalOperator: or}
    - name: b
      eventSourceName: s
      eventName: pr
      filters:
        data: [{path: p, type: string, value: [v], comparator: "="}]
        exprs: [{expr: x == 1, fields: [{name: x, path: p}]}]
        context: {type: webhook}
        time: {start: "9:00:00", stop: "17:00:00.5"}
  triggers:
    - template: {name: t, k8s: {operation: create, source: {resource: {}}, parameters: [{src: {dependencyName: a}, dest: d}]}}
      policy: {k8s: {labels: {a: b}}}
      atLeastOnce: true
      dlqTrigger: {template: {name: f, log: {}}, atLeastOnce: true}
    - template: {name: u, http: {url: "http://a", method: PUT, payload: [{src: {dependencyName: a}, dest: ""}]}}
      policy: {status: {allow: [200]}}
    - template: {name: v, custom: {serverURL: "a:1", secure: true, certSecret: {name: a, key: b}, spec: {}, parameters: [{src: {dependencyName: a}, dest: e}]}}
"#;

fn messages(text: &str) -> Vec<String> {
    let objects = yaml::parse(text, 0).unwrap().into_iter().map(|node| Object { node }).collect();
    validate(&Manifests { objects })
        .into_iter()
        .map(|violation| format!("{} {}", violation.object, violation.message))
        .collect()
}

#[test]
fn manifests_that_argo_takes() {
    assert_eq!(messages(GOOD), Vec::<String>::new());
}

#[test]
fn each_rule() {
    for (from, to, message) in [
        (
            "  nats: {exotic: {url: \"nats://a\", clusterID: c}}",
            "  none: 1",
            "EventBus/default invalid spec: either",
        ),
        ("clusterID: c", "", "EventBus/default \"spec.nats.exotic.clusterID\" is missing"),
        ("url: \"nats://a\", ", "", "EventBus/default \"spec.nats.exotic.url\" is missing"),
        ("nats: {exotic", "nats: {native: {}, exotic", "EventBus/default \"spec.nats.native\" and"),
        ("version: latest, ", "", "EventBus/js invalid spec: a version"),
        ("replicas: 3", "replicas: 2", "EventBus/js invalid spec: a jetstream eventbus requires 1 replica"),
        ("hook: {endpoint: /,", "hook: {", "EventSource/s endpoint can't be empty"),
        ("port: \"12000\"}\n  github", "port: x}\n  github", "EventSource/s failed to parse server port x"),
        ("organizations: [acme], ", "", "EventSource/s either repositories or organizations is required"),
        (
            "organizations: [acme]",
            "organizations: [acme], repositories: [{}]",
            "EventSource/s only one of repositories",
        ),
        ("organizations: [acme]", "organizations: [acme], contentType: xml", "EventSource/s content type"),
        (
            "organizations: [acme]",
            "organizations: [acme], githubBaseURL: a",
            "EventSource/s githubUploadURL is required",
        ),
        ("    pr: {", "    hook: {", "EventSource/s more than one \"hook\" found"),
        (
            "  github:\n",
            "  calendar: {x: {interval: 1s}}\n  github:\n",
            "EventSource/s event sources with rolling update",
        ),
        ("interval: 10s", "interval: ten", "EventSource/c failed to parse interval"),
        ("clock: {interval: 10s}", "clock: {}", "EventSource/c must have either"),
        ("0 2 * * *", "'@daily'", "EventSource/c failed to parse schedule"),
        ("name: a, ", "", "Sensor/s event dependency must define a name"),
        (
            "eventName: pr",
            "eventName: hook",
            "Sensor/s event 'hook' from EventSource 's' is referenced for more than one",
        ),
        (
            "filtersLogicalOperator: or",
            "filtersLogicalOperator: xor",
            "Sensor/s logical operator xor not supported",
        ),
        ("comparator: \"=\"", "comparator: like", "Sensor/s comparator like not supported"),
        ("value: [v]", "value: []", "Sensor/s one of data filters is not valid (type, path"),
        ("value: [v]", "value: [\"\"]", "Sensor/s one of data filters is not valid (value"),
        ("expr: x == 1, ", "", "Sensor/s one of expr filters is not valid (expr"),
        ("{name: x, path: p}", "{name: x}", "Sensor/s one of expr filters is not valid (path"),
        ("{type: webhook}", "{id: x}", "Sensor/s no fields specified in ctx filter"),
        ("17:00:00.5", "24:00:00", "Sensor/s cannot parse \"24:00:00\""),
        ("17:00:00.5", "9:00:00", "Sensor/s invalid event time filter"),
        ("name: u, ", "name: t, ", "Sensor/s duplicate trigger name: t"),
        ("name: u, ", "", "Sensor/s trigger must define a name"),
        ("name: u, ", "name: u, conditionsReset: [{}], ", "Sensor/s invalid conditionsReset"),
        (
            "name: u, ",
            "name: u, conditionsReset: [{byTime: {cron: '0 0 * *'}}], ",
            "Sensor/s invalid cron expression \"0 0 * *\"",
        ),
        (
            "name: u, ",
            "name: u, conditionsReset: [{byTime: {cron: '0 0 * * *', timezone: Mars}}], ",
            "Sensor/s invalid timezone \"Mars\"",
        ),
        ("source: {resource: {}}, ", "", "Sensor/s k8s trigger does not contain"),
        ("operation: create", "operation: apply", "Sensor/s unknown operation type apply"),
        ("{labels: {a: b}}", "{}", "Sensor/s resource labels are not specified"),
        (", dest: d}", "}", "Sensor/s parameter destination can't be empty"),
        ("{dependencyName: a}, dest: d", "{}, dest: d", "Sensor/s parameter dependency name can't be empty"),
        (", dest: d}", ", dest: d, operation: add}", "Sensor/s parameter operation add is invalid"),
        ("      atLeastOnce: true\n", "", "Sensor/s to use dlqTrigger"),
        ("log: {}}, atLeastOnce: true", "log: {}}", "Sensor/s atLeastOnce must be set to true within"),
        ("url: \"http://a\", ", "", "Sensor/s server URL is not specified"),
        ("method: PUT", "method: HEAD", "Sensor/s only GET"),
        ("url: \"a:1\", ", "", "EventSource/c server url can't be empty"),
        (", config: x", "", "EventSource/c config can't be empty"),
        ("serverURL: \"a:1\", ", "", "Sensor/s custom trigger gRPC server url is not defined"),
        ("spec: {}, ", "", "Sensor/s trigger body can't be empty"),
        ("certSecret: {name: a, key: b}, ", "", "Sensor/s certSecret can't be nil"),
        (", dest: e}", "}", "Sensor/s parameter destination can't be empty"),
        ("{allow: [200]}", "{}", "Sensor/s list of allowed response status"),
    ] {
        let changed = GOOD.replacen(from, to, 1);
        assert_ne!(changed, GOOD, "{from}");
        let found = messages(&changed);
        assert!(found.len() == 1 && found[0].starts_with(message), "{from} → {to}: {found:?}");
    }
}
