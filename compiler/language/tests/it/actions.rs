//! Actions by the catalogue, and the objects that they are about.

use crate::check::{compiled, shown};
use aev_language::compile::{Compiled, Target};
use aev_language::target::argo;
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::{Action, Call, Resource};

const SHOP: &str = "external source shop: webhook<{ id: string, n: int, tags: list<string> }>\n";

fn whole(action: &str) -> String {
    format!("pipeline p {{ serviceAccount: \"p\" }}\n{SHOP}trigger t on shop as o {{ {action} }}\n")
}

/// The codes of what the checker and the emitter say.
fn said(text: &str, target: Target) -> Vec<u16> {
    let Compiled { plan, mut diagnostics, .. } = compiled(text, Some(target));
    if let (Some(plan), Target::Argo) = (plan, target) {
        diagnostics.extend(aev_language::target::argo(&plan).err().unwrap_or_default());
    }
    diagnostics.iter().map(|found| found.code.number()).collect()
}

/// Each action has these diagnostics.
fn all_of(cases: &[(&[u16], &str)], target: Target) {
    for (codes, action) in cases {
        let text = whole(action);
        assert_eq!(said(&text, target), *codes, "{text}\n{}", shown(&text, &compiled(&text, Some(target))));
    }
}

fn call(action: &str) -> Call {
    let text = whole(action);
    let compiled = compiled(&text, Some(Target::Argo));
    match compiled.plan.map(|mut plan| plan.sensors.remove(0).triggers.remove(0).action) {
        Some(Action::Call(call)) => *call,
        other => panic!("{other:?}\n{text}"),
    }
}

#[test]
fn what_is_wrong_with_fields_is_said_once() {
    all_of(
        &[
            (&[303], "kafka { url: \"k:9092\", topic: \"t\" }"),
            (&[302], "kafka { url: \"k:9092\", topic: \"t\", payload: o, secureHeaders: [] }"),
            (&[207], "kafka { url: o.body.id, topic: \"t\", payload: o }"),
            (&[207], "kafka { url: \"k:9092\", topic: \"t\", payload: o, headers: { id: o.body.id } }"),
            (&[307], "kafka { url: \"k:9092\", topic: \"t\", payload: o, requiredAcks: 2 }"),
            (&[307], "kafka { url: \"k:9092\", topic: \"t\", payload: o, requiredAcks: 0 }"),
            (&[405], "kafka { url: \"k:9092\", topic: \"t\", payload: o, partition: 1 }"),
            (&[333], "kafka { url: \"k:9092\", topic: \"t\", payload: o }\n success: { status: [200] }"),
            (&[305], "slack { slackToken: secret(\"a\", \"b\"), channel: \"c\" }"),
            (&[209], "slack { slackToken: \"xoxb\", channel: \"c\", message: \"m\" }"),
            (&[201], "slack { slackToken: secret(\"a\", \"b\"), channel: o.body.x, message: \"m\" }"),
            (
                &[302],
                "slack { slackToken: secret(\"a\", \"b\"), channel: \"c\", message: \"m\", thread: { key: o.body.id } }",
            ),
            (&[206], "email { host: \"h\", port: 25, from: \"a\", to: \"b\", subject: \"s\", body: \"b\" }"),
            (&[305], "azureServiceBus { connectionString: secret(\"a\", \"b\"), payload: o }"),
            (
                &[305],
                "azureServiceBus { connectionString: secret(\"a\", \"b\"), queueName: \"q\", topicName: \"t\", payload: o }",
            ),
            (
                &[305],
                "awsLambda { functionName: \"f\", region: \"r\", payload: o, accessKey: secret(\"a\", \"b\") }",
            ),
            (
                &[303],
                "pulsar { url: \"pulsar://p:6650\", topic: \"t\", payload: o, tls: { clientCertSecret: secret(\"a\", \"b\") } }",
            ),
            (&[334], "kafka { url: \"k:9092\", topic: \"t\", payload: o } with { a: 1 }"),
            (&[334], "kafka from file(\"/x\")"),
        ],
        Target::Argo,
    );
}

#[test]
fn what_is_wrong_with_an_object_is_said_once() {
    const MAP: &str = "{ apiVersion: \"v1\", kind: \"ConfigMap\", metadata: { name: \"m\" } }";
    let of = |operation: &str| format!("{operation} {MAP}");
    let cases: Vec<(&[u16], String)> = vec![
        (&[], of("k8s.update")),
        (&[], of("k8s.delete")),
        (&[302], of("k8s.update(alive: true)")),
        (&[206], of("k8s.update(live: \"yes\")")),
        (&[306], of("k8s.patch(strategy: \"merged\")")),
        (&[432], of("k8s.patch(strategy: \"json\")")),
        (&[434], of("k8s.update(live: true)")),
        (&[403], of("k8s.apply")),
        (&[333], format!("{}\n success: {{ labels: {{ a: \"b\" }} }}", of("k8s.delete"))),
        (&[303], of("k8s.update").replace("name", "generateName")),
        (&[342], of("k8s.patch").replace("} }", "}, list: [1] }")),
        (&[], of("k8s.patch(strategy: \"merge\")").replace("} }", "}, list: [1] }")),
        (&[306], of("workflow.submit")),
        (&[405, 306], of("workflow.submit-from")),
        (&[334], "k8s.create".to_owned()),
        (&[334], format!("k8s.create from file(\"/x\") {MAP}")),
        (&[334], "workflow.stop \"x\" { a: 1 }".to_owned()),
        (&[111], "workflow.stop \"A b\"".to_owned()),
        (&[201], "workflow.stop o.body.x".to_owned()),
    ];
    let cases: Vec<(&[u16], &str)> = cases.iter().map(|(codes, text)| (*codes, text.as_str())).collect();
    all_of(&cases, Target::Argo);
}

#[test]
fn what_is_wrong_with_a_place_is_said_once() {
    all_of(
        &[
            (&[341], "k8s.create from file(\"/a\", \"b\")"),
            (&[341], "k8s.create from configmap(\"a\")"),
            (&[308], "k8s.create from file(\"a.yaml\")"),
            (&[111], "k8s.create from configmap(\"A\", \"b\")"),
            (&[308], "k8s.create from configmap(\"a\", \"\")"),
            (&[303], "k8s.create from git { url: \"u\" }"),
            (&[302], "k8s.create from git { url: \"u\", filePath: \"f\", path: \"x\" }"),
            (
                &[305],
                "k8s.create from git { url: \"u\", filePath: \"f\", sshKeySecret: secret(\"a\", \"b\"), creds: { username: secret(\"a\", \"b\"), password: secret(\"a\", \"c\") } }",
            ),
            (
                &[303],
                "k8s.create from s3 { endpoint: \"m:1\", bucket: { name: \"b\" }, accessKey: secret(\"a\", \"b\"), secretKey: secret(\"a\", \"c\") }",
            ),
            (&[344], "k8s.create from url { path: \"https://a.b/c\" }"),
            (&[308], "k8s.create from url { path: \"ftp://a.b/c\", verifyCert: true }"),
            (&[341], "k8s.create from inline jq \"x\""),
            (&[341], "k8s.create from inline yaml \"a: [\""),
            (&[341], "k8s.create from inline yaml \"a: 1\""),
            (&[343], "k8s.create from file(\"/a\") with { l[name == \"x\"].value: 1 }"),
            (&[340], "k8s.create from file(\"/a\") with { a: \"x\" + old + \"y\" }"),
            (&[304], "k8s.create from file(\"/a\") with { a.b: 1, c: 2, a.b: 3 }"),
        ],
        Target::Argo,
    );
}

#[test]
fn the_runtime_takes_only_what_it_executes() {
    all_of(
        &[
            (&[402], "kafka { url: \"k:9092\", topic: \"t\", payload: o }"),
            (&[402], "workflow.stop \"x\""),
            (&[402], "k8s.create from file(\"/a\")"),
            (
                &[402],
                "k8s.create { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: { name: \"m\" } } with { a: 1 }",
            ),
            (&[402], "workflow.run \"x\" with { a: 1 }"),
            (&[402], "k8s.apply { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: { name: \"m\" } }"),
        ],
        Target::Plan,
    );
}

#[test]
fn rights_from_outside_need_an_account() {
    let text = whole("k8s.create from file(\"/a\")").replace("serviceAccount: \"p\"", "");
    assert_eq!(said(&text, Target::Argo), [433]);
    // What stands in the file is known.
    let text = text.replace(
        "from file(\"/a\")",
        "from inline yaml \"\"\"\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: m }\n  \"\"\"",
    );
    assert_eq!(said(&text, Target::Argo), [0_u16; 0]);
}

#[test]
fn an_action_becomes_its_fields() {
    let made =
        call("kafka { url: \"k:9092\", topic: \"t-${o.body.id}\", payload: o.body, headers: { a: \"b\" } }");
    assert_eq!((made.kind.as_str(), made.headers.len(), made.resource), ("kafka", 1, None));
    let names: Vec<&str> = made.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["url", "topic", "payload"]);
    assert_eq!(made.fields[0].value, Expr::text("k:9092"));
    assert!(matches!(made.fields[1].value, Expr::Concat(_)));

    let made = call("workflow.retry(args: [\"--x\"]) o.body.id with { metadata.namespace: \"b\" }");
    assert_eq!(made.args.get("args"), Some(&Json::List(vec![Json::from("--x")])));
    assert_eq!((made.kind.as_str(), made.patches.len()), ("workflow.retry", 1));
    let Some(Resource::Object(Expr::Object(members))) = &made.resource else { panic!("{made:?}") };
    assert_eq!(members[1], ("kind".to_owned(), Expr::text("Workflow")));

    // A Workflow from a template that is changed is created like any other object.
    assert_eq!(
        call("workflow.run(cluster: true) \"t\" with { metadata.namespace: \"b\" }").kind,
        "k8s.create"
    );

    let made = call(
        "k8s.create from s3 { endpoint: \"m:1\", bucket: { name: o.body.id, key: \"k\" }, accessKey: secret(\"a\", \"b\"), secretKey: secret(\"a\", \"c\") }",
    );
    let Some(Resource::From(location)) = &made.resource else { panic!("{made:?}") };
    assert_eq!((location.kind.as_str(), location.fields.len()), ("s3", 4));
}

#[test]
fn text_places_of_an_object_from_outside_are_text() {
    let made = call(
        "k8s.create from file(\"/a\") with { metadata.labels.n: o.body.n  spec.arguments.parameters[0].value: o.body.n  spec.n: o.body.n }",
    );
    let text: Vec<bool> = made.patches.iter().map(|patch| matches!(patch.value, Expr::Text(_))).collect();
    assert_eq!(text, [true, true, false]);
}

#[test]
fn text_is_not_put_together_under_a_number() {
    let spec = |spec: &str| {
        let trigger =
            format!("trigger t on shop as o {{ custom {{ serverURL: \"h:1\", spec: {{ {spec} }} }} }}");
        let text = format!("{SHOP}{trigger}");
        argo(&compiled(&text, Some(Target::Argo)).plan.unwrap()).err().unwrap_or_default()
    };
    for (text, refused) in [
        (r#""9": "a${o.body.id}""#, true),
        (r#""-1": "${o.body.id}${o.body.id}""#, true),
        (r#""9": "${o.body.id}""#, false),
        (r#""a.9": "a${o.body.id}""#, false),
        (r#"a: "a${o.body.id}""#, false),
    ] {
        let codes: Vec<u16> = spec(text).iter().map(|found| found.code.number()).collect();
        assert_eq!(codes, if refused { vec![421] } else { vec![] }, "{text}");
    }
}
