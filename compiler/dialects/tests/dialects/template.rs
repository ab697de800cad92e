//! Templates made into finished actions.

use crate::forms::event;
use aev_dialects::template::{finish, unsupported};
use aev_plan::argo::Template;

fn finished(template: &str, data: &str) -> String {
    let template: Template = serde_json::from_str(template).unwrap();
    assert_eq!(unsupported(&template), Vec::<&str>::new());
    let event = event(data);
    match finish(&template, &[("pr", &event)].into_iter().collect()) {
        Ok(finished) => serde_json::to_string(&finished).unwrap(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn an_object_gets_its_parameters() {
    let template = r#"{"template": {"k8s": {"operation": "create", "source": {"resource": {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"generateName": "ci-"},
        "spec": {"arguments": {"parameters": [{"name": "number", "value": ""}, {"name": "sha", "value": "at-"}]}}}},
        "parameters": [
          {"src": {"dependencyName": "pr", "dataKey": "body.number"}, "dest": "spec.arguments.parameters.0.value"},
          {"src": {"dependencyName": "pr", "dataKey": "body.sha"}, "dest": "spec.arguments.parameters.1.value", "operation": "append"},
          {"src": {"dependencyName": "pr", "dataKey": "body.number", "useRawData": true}, "dest": "spec.priority"},
          {"src": {"dependencyName": "other", "dataKey": "x"}, "dest": "spec.never"}]}}}"#;
    assert_eq!(
        finished(template, r#"{"body":{"number":12345678901234567890,"sha":"abc"}}"#),
        concat!(
            r#"{"kind":"k8s.create","object":{"apiVersion":"argoproj.io/v1alpha1","kind":"Workflow","#,
            r#""metadata":{"generateName":"ci-"},"spec":{"arguments":{"parameters":["#,
            r#"{"name":"number","value":"12345678901234567890"},{"name":"sha","value":"at-abc"}]},"#,
            r#""priority":12345678901234567890}}}"#
        )
    );
    assert_eq!(finished(template, "{}"), "error: `body.number` is not in the event of `pr`");
}

#[test]
fn a_call_gets_payload_headers_and_secrets_by_name() {
    let template = r#"{"template": {"http": {"url": "https://example.com/", "timeout": 5, "headers": {"X-A": "1", "X-B": "2"},
        "payload": [
          {"src": {"dependencyName": "pr", "value": "PR "}, "dest": "text"},
          {"src": {"dependencyName": "pr", "dataKey": "body", "useRawData": true}, "dest": "body"}],
        "dynamicHeaders": [{"src": {"dependencyName": "pr", "dataKey": "body.n"}, "dest": "X-B"}],
        "secureHeaders": [{"name": "Authorization", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}}]}},
        "parameters": [
          {"src": {"dependencyName": "pr", "dataKey": "body.n"}, "dest": "http.payload.0.src.value", "operation": "append"},
          {"src": {"dependencyName": "pr", "dataKey": "body.n"}, "dest": "http.url", "operation": "append"}]}"#;
    assert_eq!(
        finished(template, r#"{"body":{"n": 1.50}}"#),
        concat!(
            r#"{"kind":"http","method":"POST","url":"https://example.com/1.5","headers":{"X-A":"1","X-B":"1.5","#,
            r#""Authorization":{"secret":{"name":"api","key":"token"}}},"payload":{"text":"PR 1.5","body":{"n":1.50}},"#,
            r#""timeout":"5s"}"#
        )
    );
}

#[test]
fn a_field_of_the_wrong_type_is_an_error_as_in_argo() {
    let template = r#"{"template": {"http": {"url": "https://example.com/"}},
        "parameters": [{"src": {"dependencyName": "pr", "dataKey": "n"}, "dest": "http.timeout"}]}"#;
    assert_eq!(
        finished(template, r#"{"n":5}"#),
        "error: `timeout` must be a whole number and is a string; `useRawData` keeps a type"
    );
    assert!(
        finished(
            &template.replace(r#""dataKey": "n""#, r#""dataKey": "n", "useRawData": true"#),
            r#"{"n":5}"#
        )
        .contains(r#""timeout":"5s""#)
    );
}

#[test]
fn a_payload_without_its_event_is_an_error_and_not_the_end() {
    let template = r#"{"template": {"http": {"url": "https://example.com/",
        "payload": [{"src": {"dependencyName": "other", "dataKey": "a"}, "dest": "a"}]}}}"#;
    assert_eq!(
        finished(template, "{}"),
        "error: `a` needs an event of `other`, which has none; give it a `value`"
    );
}

#[test]
fn a_template_without_actions_is_its_own_text() {
    let template = r#"{"template": {"http": {"url": "u",
        "payload": [{"src": {"dependencyName": "none", "dataKey": "a"}, "dest": "a"}]}},
        "parameters": [{"src": {"dependencyName": "pr", "dataTemplate": "pr"}, "dest": "http.payload.0.src.dependencyName"}]}"#;
    assert!(finished(template, r#"{"a":"x"}"#).contains(r#""payload":{"a":"x"}"#));
}

#[test]
fn what_is_not_executed_is_named() {
    for (template, missing) in [
        (r#"{"argoWorkflow": {}}"#, "argoWorkflow"),
        (r#"{"kafka": {}}"#, "kafka"),
        (r#"{}"#, "a template without an action"),
        (r#"{"k8s": {"operation": "patch", "source": {"resource": {}}}}"#, "`operation` other than `create`"),
        (r#"{"k8s": {"source": {"git": {}}}}"#, "`source` other than `resource` and `inline` in JSON"),
        (r#"{"http": {"url": "u", "tls": {}}}"#, "`tls` of http"),
        (
            r#"{"nats": {"url": "u", "subject": "s", "payload": [], "auth": {}}}"#,
            "`auth` of nats without exactly one of `basic`, `token`, `nkey` and `credential`",
        ),
        (
            r#"{"http": {"url": "u", "payload": [{"src": {"dependencyName": "a", "dataTemplate": "{{ .Input.a }}"}, "dest": "b"}]}}"#,
            "`dataTemplate`",
        ),
    ] {
        let template: Template = serde_json::from_str(&format!(r#"{{"template": {template}}}"#)).unwrap();
        assert_eq!(unsupported(&template), [missing]);
        if !matches!(missing, "`dataTemplate`") {
            assert!(finish(&template, &Default::default()).is_err(), "{missing}");
        }
    }
}

#[test]
fn a_message_goes_to_the_subject_of_the_template() {
    let src = r#"{"dependencyName": "pr", "dataKey": "n"}"#;
    let template = format!(
        r#"{{"template": {{"nats": {{"url": "nats://a:4222", "subject": "orders.", "auth": {{"token": {{"name": "bus", "key": "t"}}}},
            "payload": [{{"src": {src}, "dest": "id"}}], "parameters": [{{"src": {src}, "dest": "subject"}}]}}}},
            "parameters": [{{"src": {src}, "dest": "nats.subject", "operation": "append"}}]}}"#
    );
    assert_eq!(
        finished(&template, r#"{"n":7}"#),
        concat!(
            r#"{"kind":"nats","url":"nats://a:4222","subject":"orders.7","payload":{"id":"7"},"#,
            r#""auth":{"token":{"secret":{"name":"bus","key":"t"}}}}"#
        )
    );
    let without = r#"{"template": {"nats": {"url": "a", "subject": "s"}}}"#;
    assert_eq!(finished(without, "{}"), "error: the message has no `payload`; give it one");
}
