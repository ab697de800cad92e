//! What is read from a plan before anything starts.

use crate::support::{plan, plan_of};
use aev_connect::actions::needs;
use aev_connect::sources::{self, SourceError};
use aev_plan::Plan;

fn refused(plan: &Plan) -> String {
    let errors = sources::read(plan).expect_err("refused");
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].to_string()
}

#[test]
fn a_kind_that_is_not_executed_yet_says_so() {
    let plan = plan("kafka", r#"{"topic":"orders"}"#);
    let errors = sources::read(&plan).unwrap_err();
    assert!(matches!(&errors[..], [SourceError::Unsupported { kind, .. }] if kind == "kafka"));
    assert_eq!(
        errors[0].to_string(),
        "`in`: this runtime cannot execute a source of kind `kafka` yet; declare it as `external source` and let Argo's \
         own event source feed it over the same bus"
    );
}

#[test]
fn wrong_fields_are_named() {
    for (kind, config, reason) in [
        ("webhook", r#"{"port":"1"}"#, "the fields of `webhook` are wrong: missing field `endpoint`"),
        ("webhook", r#"{"endpoint":"/","port":"x"}"#, "`port` is \"x\", not a number from 1 to 65535"),
        ("webhook", r#"{"endpoint":"/","port":0}"#, "`port` is 0"),
        ("webhook", r#"{"endpoint":"/","port":70000}"#, "`port` is 70000"),
        ("webhook", r#"{"endpoint":"/","port":1,"jsonBody":true}"#, "unknown field `jsonBody`"),
        ("webhook", r#"{"endpoint":"/","port":1,"maxPayloadSize":0}"#, "invalid value: integer `0`"),
        ("webhook", r#"{"endpoint":"/","port":1,"method":"DELETE"}"#, "the method `DELETE` is not served"),
        ("webhook", r#"{"endpoint":"/","port":1,"method":"post"}"#, "the method `post` is not served"),
        (
            "webhook",
            r#"{"endpoint":"/","port":1,"filter":{"expression":"true"}}"#,
            "move the `where` to a `filter`",
        ),
        (
            "webhook",
            r#"{"endpoint":"/","port":1,"serverCertSecret":{"name":"a","key":"b"}}"#,
            "belong together",
        ),
        ("webhook", r#"{"endpoint":"/","port":1,"authSecret":{"name":"a"}}"#, "missing field `key`"),
        ("github", r#"{"events":["push"]}"#, "missing field `webhook`"),
        ("calendar", "{}", "it needs `schedule` or `interval`"),
        ("calendar", r#"{"schedule":"0 2 * *"}"#, "a schedule has five fields"),
        ("calendar", r#"{"interval":"often"}"#, "`interval` is no duration"),
        (
            "calendar",
            r#"{"interval":"1h","timezone":"Europe/Berln"}"#,
            "there is no time zone `Europe/Berln`",
        ),
        ("calendar", r#"{"interval":"1h","exclusionDates":["EXDATE:2026"]}"#, "`2026` is no day"),
        ("calendar", r#"{"interval":"1h","filter":{"expression":"true"}}"#, "move the `where` to a `filter`"),
        ("nats", r#"{"url":"nats://a"}"#, "missing field `subject`"),
        ("nats", r#"{"url":"ws://a","subject":"s"}"#, "the scheme `ws`"),
        ("nats", r#"{"url":"nats://u:p@a","subject":"s"}"#, "its URL holds a password"),
        ("nats", r#"{"url":"a","subject":"s","auth":{}}"#, "the fields of `nats` are wrong"),
        ("github", r#"{"webhook":{"endpoint":"/","port":1},"event":["push"]}"#, "unknown field `event`"),
        ("github", r#"{"webhook":{"endpoint":"/","port":1},"active":"yes"}"#, "invalid type"),
        (
            "github",
            r#"{"webhook":{"endpoint":"/","port":1},"filter":{"expression":"true"}}"#,
            "move the `where`",
        ),
    ] {
        let text = refused(&plan(kind, config));
        assert!(text.contains(reason) && !text.contains(" line "), "{config}: {text}");
    }
}

#[test]
fn all_mistakes_are_told_and_external_sources_are_passed_over() {
    let plan = plan_of(
        r#"[{"name":"a","events":[{"name":"x","kind":"kafka"},{"name":"y","kind":"webhook","config":{}}]},
            {"name":"b","external":true,"events":[{"name":"b","kind":"kafka"}]}]"#,
    );
    let errors: Vec<_> = sources::read(&plan).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("`a.x`: ") && errors[1].starts_with("`a.y`: "), "{errors:?}");
}

#[test]
fn every_field_of_argo_is_known_and_unregistered_hooks_are_told() {
    let plan = plan(
        "github",
        r#"{"id":7,"webhook":{"endpoint":"/hub","port":"12000","method":"POST","url":"https://hooks.acme.io",
            "maxPayloadSize":5,"authSecret":{"name":"a","key":"b"}},
            "owner":"o","repository":"r","events":["push","ping"],"apiToken":{"name":"github","key":"token"},
            "webhookSecret":{"name":"hub","key":"hook"},"insecure":false,"active":true,"contentType":"json",
            "githubBaseURL":"u","githubUploadURL":"v","deleteHookOnFinish":true,"metadata":{"a":"b"},
            "repositories":[{"owner":"o","names":["n"]}],"organizations":["o"],
            "githubApp":{"privateKey":{"name":"a","key":"b"},"appID":1,"installationID":2}}"#,
    );
    let sources = sources::read(&plan).unwrap();
    let [notice] = &sources.notices[..] else { panic!("{:?}", sources.notices) };
    assert_eq!(
        notice.to_string(),
        "`in`: hooks are not registered at GitHub yet; create one there by hand, with the payload URL \
         `https://hooks.acme.io`, for the events `push`, `ping`"
    );
    // The token is not needed as long as nothing is registered.
    let secrets: Vec<_> =
        sources.endpoints[0].secrets().iter().map(|s| format!("{}/{}", s.name, s.key)).collect();
    assert_eq!(secrets, ["a/b", "hub/hook"]);
}

#[test]
fn a_source_that_wishes_no_hook_has_no_notice() {
    let plan = plan("github", r#"{"webhook":{"endpoint":"/hub","port":"12000"}}"#);
    assert_eq!(sources::read(&plan).unwrap().notices, []);
}

#[test]
fn the_secrets_of_actions_are_known_before_they_are_used() {
    let http = |headers: &str| {
        format!(
            r#"{{"http":{{"url":{{"const":"http://x"}},"method":"POST","headers":[{headers}],
                "basicAuth":{{"username":{{"name":"u","key":"1"}},"password":{{"name":"p","key":"2"}}}}}}}}"#
        )
    };
    let plan = |headers: &str| -> Plan {
        let (first, second) = (http(""), http(headers));
        serde_json::from_str(&format!(
            r#"{{"name":"pipe","sensors":[{{"name":"pipe","streams":[],"triggers":[{{"name":"t","on":{{"stream":"s"}},
                "bindings":[],"action":{first},"onFailure":{{"name":"f","action":{second}}}}}]}}]}}"#
        ))
        .unwrap()
    };
    let secret = r#"{"name":"X-Token","value":{"secret":{"name":"t","key":"3"}}}"#;
    let names: Vec<_> =
        needs(&plan(secret)).unwrap().iter().map(|s| format!("{}/{}", s.name, s.key)).collect();
    assert_eq!(names, ["u/1", "p/2", "t/3", "u/1", "p/2"]);
    let message = r#"{"name":"pipe","sensors":[{"name":"pipe","streams":[],"triggers":[{"name":"t","on":{"stream":"s"},"bindings":[],
        "action":{"nats":{"url":"URL","subject":{"const":"s"},"payload":{"const":1},"auth":{"token":{"name":"n","key":"4"}},
        "tls":{"caCertSecret":{"name":"c","key":"5"}}}}}]}]}"#;
    let names: Vec<_> =
        needs(&serde_json::from_str(message).unwrap()).unwrap().iter().map(|s| s.key.clone()).collect();
    assert_eq!(names, ["5", "4"]);
    let errors = needs(&serde_json::from_str(&message.replace("URL", "ws://a")).unwrap()).unwrap_err();
    assert!(
        errors[0].to_string().starts_with("the trigger `t` cannot publish: its URL has the scheme `ws`"),
        "{}",
        errors[0]
    );
    let member = r#"{"name":"X-Token","value":{"configMap":{"name":"t","key":"3"}}}"#;
    let errors = needs(&plan(member)).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().starts_with("the trigger `f` reads the config map `t`"), "{}", errors[0]);
}
