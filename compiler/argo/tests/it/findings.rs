//! What strict decoding finds in manifests that people write.

use aev_argo::lift::{Document, Problem, lift};
use aev_plan::Plan;
use aev_plan::argo::Operator;
use aev_plan::json::Json;
use aev_plan::model::{Action, Condition, Delivery, Predicate, Success, Workload};

const SENSOR: &str = r#"apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata:
  name: s
spec:
  dependencies:
    - name: a
      eventSourceName: hook
      eventName: e
      filtersLogicalOperator: or
      filters: {}
    - name: b
      eventSourceName: hook
      eventName: e
      filters:
        data:
          - path: body.n
            type: number
            value: ["1"]
            comparator: ">="
  triggers:
    - template:
        name: t
        http:
          url: http://a
          payload:
            - src: {dependencyName: a, dataKey: body}
              dest: x
      parameters:
        - src: {dependencyName: b, value: ""}
          dest: http.url
          operation: prepend
      retryStrategy: {steps: 3, duration: 1000000000}
      atLeastOnce: true
"#;

/// The problems with the text that each points at.
fn problems(text: &str) -> Vec<(Problem, String)> {
    let findings = match lift(&[Document { name: "s.yaml", text }]) {
        Ok((_, findings)) | Err(findings) => findings,
    };
    let at = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default().to_owned();
    findings
        .into_iter()
        .map(|finding| (finding.problem, at(finding.origin.start, finding.origin.end)))
        .collect()
}

fn one(from: &str, to: &str) -> (Problem, String) {
    let changed = SENSOR.replacen(from, to, 1);
    assert_ne!(changed, SENSOR);
    let mut problems = problems(&changed);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn a_sensor_keeps_argos_own_form() {
    let (plan, findings) = lift(&[Document { name: "s.yaml", text: SENSOR }]).unwrap();
    assert_eq!(findings, []);
    assert_eq!((plan.name.as_str(), plan.files.as_slice()), ("s", ["s.yaml".to_owned()].as_slice()));
    let sensor = &plan.sensors[0];
    let Predicate::Argo(empty) = &sensor.streams[0].predicate else { panic!() };
    assert_eq!((empty.operator, empty.data.is_none()), (Operator::Or, true));
    let trigger = &sensor.triggers[0];
    // No condition means all dependencies.
    let both = ["a", "b"].map(|name| Condition::Stream(name.to_owned()));
    assert_eq!(trigger.on, Condition::And(both.to_vec()));
    assert_eq!(trigger.bindings.iter().map(|binding| binding.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(trigger.deliver, Delivery::AtLeastOnce);
    assert_eq!(trigger.retry.as_ref().unwrap().duration.unwrap().to_string(), "1s");
    assert_eq!(trigger.success, Some(Success::AnyStatus));
    let Action::Argo(template) = &trigger.action else { panic!() };
    assert_eq!(template.parameters[0].src.value.as_deref(), Some(""));
    assert_eq!(template.template.get("http").unwrap().get("url").unwrap().as_str(), Some("http://a"));
    let (plan, _) =
        lift(&[Document { name: "s.yaml", text: &SENSOR.replace("      atLeastOnce: true\n", "") }]).unwrap();
    assert_eq!(plan.sensors[0].triggers[0].deliver, Delivery::AtMostOnce);
}

#[test]
fn fields_that_argo_ignores() {
    let (problem, at) = one("        http:\n", "        atLeastOnce: true\n        http:\n");
    let belongs = "spec.triggers[0]".to_owned();
    assert_eq!(
        (problem, at.as_str()),
        (Problem::MisplacedField { name: "atLeastOnce".to_owned(), belongs }, "atLeastOnce")
    );

    let (problem, at) = one("dataKey", "datakey");
    let unknown = |name: &str, owner: &str, suggestion: Option<&str>| Problem::UnknownField {
        name: name.to_owned(),
        owner: owner.to_owned(),
        suggestion: suggestion.map(str::to_owned),
    };
    let owner = "spec.triggers[0].template.http.payload[0].src";
    assert_eq!((problem, at.as_str()), (unknown("datakey", owner, Some("dataKey")), "datakey"));
    let (problem, _) = one("comparator", "comparater");
    assert_eq!(problem, unknown("comparater", "spec.dependencies[1].filters.data[0]", Some("comparator")));
    let (problem, _) = one("comparator", "colour");
    assert_eq!(problem, unknown("colour", "spec.dependencies[1].filters.data[0]", None));
}

#[test]
fn what_argo_refuses_or_drops() {
    let (problem, at) = one(r#"value: ["1"]"#, "value: [1]");
    let path = "spec.dependencies[1].filters.data[0].value[0]".to_owned();
    assert_eq!((problem, at.as_str()), (Problem::WrongType { path, expected: "text", found: "number" }, "1"));
    let (problem, _) = one("steps: 3", "steps: \"3\"");
    let path = "spec.triggers[0].retryStrategy.steps".to_owned();
    assert_eq!(problem, Problem::WrongType { path, expected: "a whole number", found: "string" });
    let (problem, at) = one("duration: 1000000000", "duration: 1 second");
    assert_eq!(
        (problem, at.as_str()),
        (Problem::InvalidDuration { text: "1 second".to_owned() }, "1 second")
    );
    let (problem, at) = one("name: t\n", "name: t\n        conditions: a and b\n");
    assert_eq!((problem, at.as_str()), (Problem::InvalidCondition { text: "a and b".to_owned() }, "a and b"));
    let (problem, _) = one("name: t\n", "name: t\n        conditions: a && c\n");
    assert_eq!(problem, Problem::UnknownDependency { name: "c".to_owned() });
    let (problem, at) = one("filtersLogicalOperator: or", "filtersLogicalOperator: OR");
    assert_eq!(
        (problem, at.as_str()),
        (Problem::InvalidWord { text: "OR".to_owned(), allowed: "`and`, `or`" }, "OR")
    );
    let (problem, _) = one("name: s\n", "generateName: s\n");
    assert_eq!(problem, Problem::Missing { what: "manifest", field: "metadata.name" });
    assert!(matches!(one("kind: Sensor", "kind: [").0, Problem::Syntax { .. }));
}

#[test]
fn rates_and_resets() {
    let rate = |fields: &str| {
        one("      atLeastOnce: true\n", &format!("      atLeastOnce: true\n      rateLimit: {fields}\n"))
    };
    let word = |text: &str, allowed| Problem::InvalidWord { text: text.to_owned(), allowed };
    assert_eq!(rate("{unit: Day, requestsPerUnit: 3}").0, word("Day", "`Second`, `Minute`, `Hour`"));
    assert_eq!(rate("{unit: Minute}").0, word("0", "the numbers from 1"));
    let reset = |fields: &str| {
        one("        http:\n", &format!("        conditionsReset: [{fields}]\n        http:\n"))
    };
    assert_eq!(reset("{}").0, Problem::Missing { what: "conditionsReset", field: "byTime" });
    let (problem, at) = reset("{byTime: {cron: '@daily'}}");
    assert_eq!((problem, at.as_str()), (word("@daily", "the schedules with five fields"), "'@daily'"));
    let (problem, _) = reset("{byTime: {cron: '0 0 * * *', timezone: Mars}}");
    assert_eq!(problem, word("Mars", "the time zones of the IANA database"));
    let dead = "      dlqTrigger: {atLeastOnce: true, rateLimit: {requestsPerUnit: 1}, template: {name: d, log: {}}}\n";
    let (problem, _) = one("      atLeastOnce: true\n", &format!("      atLeastOnce: true\n{dead}"));
    assert_eq!(
        problem,
        Problem::MisplacedField { name: "rateLimit".to_owned(), belongs: "spec.triggers".to_owned() }
    );
    let text = SENSOR.replace(
        "      atLeastOnce: true\n",
        "      atLeastOnce: true\n      rateLimit: {requestsPerUnit: 3}\n",
    );
    let (plan, _) = lift(&[Document { name: "s.yaml", text: &text }]).unwrap();
    let rate = plan.sensors[0].triggers[0].rate.unwrap();
    assert_eq!((rate.count.get(), rate.per), (3, aev_plan::model::RateUnit::Second));
}

#[test]
fn what_is_not_built_yet() {
    let (problem, _) = one("kind: Sensor", "kind: Deployment");
    assert_eq!(problem, Problem::OtherObject { kind: "Deployment".to_owned() });
    let source = "apiVersion: argoproj.io/v1alpha1\nkind: EventSource\nmetadata: {name: s}\nspec:\n";
    let problems = |rest: &str| problems(&format!("{source}{rest}"));
    let event = |config: &str| problems(&format!("  webhook:\n    e: {config}\n"));
    assert_eq!(
        event("{endpoint: /, port: \"1\", filter: {expression: \"true\"}}")[0].0,
        Problem::NotBuilt { what: "filter".to_owned() }
    );
    let path = "spec.webhook.e.port".to_owned();
    assert_eq!(
        event("{endpoint: /, port: 12000}")[0].0,
        Problem::WrongType { path, expected: "text", found: "number" }
    );
    let misspelt = Problem::UnknownField {
        name: "webhooks".to_owned(),
        owner: "spec".to_owned(),
        suggestion: Some("webhook".to_owned()),
    };
    assert_eq!(problems("  webhooks: {}\n")[0].0, misspelt);
}

#[test]
fn what_is_not_on_every_object() {
    let bus = |name: &str, namespace: &str| {
        let metadata = format!("{{name: {name}, namespace: {namespace}, labels: {{team: x, own: {name}}}}}");
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: EventBus\nmetadata: {metadata}\nspec: {{jetstream: {{version: latest}}}}\n"
        )
    };
    let (first, second) = (bus("a", "one"), bus("b", "two"));
    let files = [Document { name: "a.yaml", text: &first }, Document { name: "b.yaml", text: &second }];
    let (plan, findings) = lift(&files).unwrap();
    assert_eq!(
        (plan.namespace.as_deref(), plan.labels.get("team").map(String::as_str)),
        (Some("one"), Some("x"))
    );
    let shared = |name: &str| Problem::NotShared { name: name.to_owned() };
    let found: Vec<(Problem, u32)> =
        findings.into_iter().map(|finding| (finding.problem, finding.origin.file)).collect();
    assert_eq!(found, [(shared("namespace"), 1), (shared("own"), 0), (shared("own"), 1)]);
}

#[test]
fn what_is_particular_to_an_object_stays_with_it() {
    let object = |kind: &str, name: &str, namespace: &str, spec: &str| {
        let metadata = format!(
            "{{name: {name}, namespace: {namespace}, labels: {{team: x, own: {name}}}, annotations: {{a: {name}}}}}"
        );
        format!("---\napiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {metadata}\nspec: {spec}\n")
    };
    let source = "{replicas: 2, template: {serviceAccountName: s, priority: 5}, webhook: {e: {endpoint: /, port: \"1\", method: POST}}}";
    let made = "{template: {serviceAccountName: m-eventsource, nodeSelector: {a: b}}, webhook: {e: {endpoint: /, port: \"1\", method: POST}}}";
    let sensor = "{replicas: 3, template: {serviceAccountName: t, container: {env: [{name: A, value: b}]}}, dependencies: [{name: d, eventSourceName: s, eventName: e}], triggers: [{template: {name: t, log: {}}}]}";
    let text = object("EventSource", "s", "one", source)
        + &object("EventSource", "m", "one", made)
        + &object("Sensor", "t", "two", sensor);
    let (plan, findings) = lift(&[Document { name: "a.yaml", text: &text }]).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let pod = |workload: &Workload| workload.pod.as_ref().map(Json::to_string).unwrap_or_default();
    let [s, m] = plan.sources.as_slice() else { panic!("{plan:?}") };
    assert_eq!(
        (pod(&s.workload), s.workload.replicas),
        (r#"{"serviceAccountName":"s","priority":5}"#.to_owned(), Some(2))
    );
    // The account that is made beside it is made again.
    assert_eq!((pod(&m.workload), m.workload.replicas), (r#"{"nodeSelector":{"a":"b"}}"#.to_owned(), None));
    let t = &plan.sensors[0];
    assert_eq!((t.service_account.as_deref(), t.workload.replicas), (Some("t"), Some(3)));
    assert_eq!(pod(&t.workload), r#"{"container":{"env":[{"name":"A","value":"b"}]}}"#);
    assert_eq!((plan.namespace.as_deref(), t.workload.namespace.as_deref()), (Some("one"), Some("two")));
    assert_eq!(
        (plan.labels.len(), &s.workload.labels["own"], &t.workload.annotations["a"]),
        (1, &"s".to_owned(), &"t".to_owned())
    );
    let again = aev_argo::emit(&plan).unwrap().to_yaml();
    let (lifted, _) = lift(&[Document { name: "b.yaml", text: &again }]).unwrap();
    let workloads = |plan: &Plan| -> Vec<Workload> {
        let sources = plan.sources.iter().map(|source| source.workload.clone());
        sources.chain(plan.sensors.iter().map(|sensor| sensor.workload.clone())).collect()
    };
    assert_eq!(workloads(&lifted), workloads(&plan), "{again}");
}

#[test]
fn the_fields_of_every_action_are_looked_at() {
    let of = |action: &str| {
        let (before, rest) = SENSOR.split_once("        http:").unwrap();
        let (_, after) = rest.split_once("      parameters:\n        - src: {dependencyName: b").unwrap();
        let text =
            format!("{before}        {action}\n      parameters:\n        - src: {{dependencyName: b{after}");
        problems(&text)
    };
    for right in [
        "kafka: {url: a, topic: t, payload: [{src: {dependencyName: a}, dest: x}], headers: {a: b}, secureHeaders: [{name: h, valueFrom: {secretKeyRef: {name: a, key: b}}}]}",
        "slack: {slackToken: {name: a, key: b}, channel: c, thread: {broadcastMessageToChannel: true}, parameters: []}",
        "email: {host: h, port: 25, to: [a]}",
        "argoWorkflow: {operation: submit, args: [a], source: {git: {url: u, filePath: f, cloneDirectory: d}}}",
        "k8s: {operation: patch, patchStrategy: x, source: {s3: {endpoint: e, bucket: {name: b, key: k}, events: [x], metadata: {a: b}}}}",
    ] {
        assert_eq!(of(right), [], "{right}");
    }
    for wrong in [
        "kafka: {url: a, topic: t, dynamicHeaders: []}",
        "kafka: {url: a, topic: 1}",
        "slack: {thread: {broadcast: true}}",
        "email: {to: a}",
        "openWhisk: {actionname: a}",
        "argoWorkflow: {operation: submit, source: {git: {url: u, file: f}}}",
    ] {
        assert_eq!(of(wrong).len(), 1, "{wrong}: {:?}", of(wrong));
    }
}
