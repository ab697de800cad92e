//! The `webhook` kind.

use crate::support::{connect, plan, send, send_on, start, write_secret};
use aev_plan::document::Document;
use proptest::collection::vec;
use proptest::prelude::*;

const PLAIN: &str = r#"{"endpoint":"/in","port":"12000","method":"POST"}"#;

#[tokio::test]
async fn json_becomes_an_event_in_argos_shape() {
    let config = r#"{"endpoint":"in","port":12000,"metadata":{"b":"2","a":"1"}}"#;
    let run = start(plan("webhook", config)).await;
    let body = br#" { "id" : 12345678901234567890, "t": "\u00e9<&>" } "#;
    let head = "POST /in\nx-my-HEADER: one\nx-my-header: two\nAuthorization: Bearer canary\nContent-Type: application/json";
    let answer = send(run.address(), head, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let event = run.bus.one();
    assert_eq!(answer.body, format!("{{\"id\":\"{}\"}}\n", event.id));
    assert_eq!((event.source.as_str(), event.event.as_str(), event.kind), ("in", "in", "webhook"));
    assert_eq!(event.id.len(), 32);
    assert!(event.time.starts_with("20") && event.time.ends_with('Z'), "{}", event.time);
    assert_eq!(
        event.data,
        concat!(
            r#"{"header":{"Authorization":["*** Masked Auth Secret ***"],"Content-Length":["51"],"#,
            r#""Content-Type":["application/json"],"X-My-Header":["one","two"]},"#,
            r#""body":{ "id" : 12345678901234567890, "t": "\u00e9<&>" },"metadata":{"a":"1","b":"2"}}"#
        )
    );
}

#[tokio::test]
async fn a_body_need_be_no_object_and_needs_no_content_type() {
    let run = start(plan("webhook", PLAIN)).await;
    for (body, data) in [("[1,2]", "[1,2]"), ("\"x\"", "\"x\""), (" null\n", "null"), ("1e999", "1e999")] {
        assert_eq!(send(run.address(), "POST /in", body.as_bytes()).await.status, 200, "{body}");
        let expected = format!(r#"{{"header":{{"Content-Length":["{}"]}},"body":{data}}}"#, body.len());
        assert_eq!(run.bus.one().data, expected);
    }
}

#[tokio::test]
async fn queries_and_forms_become_lists() {
    let run = start(plan("webhook", r#"{"endpoint":"/in","port":"12000","method":"GET"}"#)).await;
    assert_eq!(send(run.address(), "GET /in?b=2&a=x%20y&b=3&c", b"").await.status, 200);
    let body = |data: String| data.split_once(r#""body":"#).unwrap().1.to_owned();
    assert_eq!(body(run.bus.one().data), r#"{"a":["x y"],"b":["2","3"],"c":[""]}}"#);
    for content_type in
        ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=utf-8"]
    {
        let run = start(plan("webhook", PLAIN)).await;
        let head = format!("POST /in\nContent-Type: {content_type}");
        assert_eq!(send(run.address(), &head, b"a=1&a=2").await.status, 200);
        assert_eq!(body(run.bus.one().data), r#"{"a":["1","2"]}}"#);
    }
}

#[tokio::test]
async fn other_methods_take_json_as_well() {
    for method in ["PUT", "PATCH"] {
        let config = format!(r#"{{"endpoint":"/in","port":"12000","method":"{method}"}}"#);
        let run = start(plan("webhook", &config)).await;
        assert_eq!(send(run.address(), &format!("{method} /in"), b"{}").await.status, 200);
        assert_eq!(run.bus.taken().len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused_with_the_reason() {
    let run = start(plan("webhook", PLAIN)).await;
    let deep = "[".repeat(200_000);
    let (deep, deep_enough) = (deep.as_bytes(), format!("{}{}", "[".repeat(255), "]".repeat(255)));
    for (head, body, status, reason) in [
        ("", &b""[..], 400, "the body is empty"),
        ("", b" \n", 400, "the body is empty"),
        ("", b"{\"a\":", 400, "the body is no JSON: EOF"),
        ("", b"{} {}", 400, "the body is no JSON: trailing characters"),
        ("", b"\"\xff\"", 400, "not UTF-8 at byte 1"),
        ("", deep, 400, "nests deeper than 255 levels"),
        ("", &deep[..256], 400, "nests deeper than 255 levels"),
        ("Content-Type: application/cloudevents+json", b"x", 400, "the body is no JSON"),
        ("Content-Type: text/xml; charset=utf-8", b"<x/>", 415, "the body is `text/xml` and no JSON"),
        ("Content-Encoding: gzip", b"{}", 415, "compressed (`gzip`)"),
    ] {
        let answer = send(run.address(), &format!("POST /in\n{head}"), body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(reason) && answer.body.starts_with("{\"error\":"), "{answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    assert_eq!(run.bus.taken(), []);
    assert_eq!(send(run.address(), "POST /in", deep_enough.as_bytes()).await.status, 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is taken is JSON that whoever reads the event can read, and it stands there as it came.
    #[test]
    fn json_is_taken_and_nothing_else(
        bodies in vec(prop_oneof![
            vec(any::<u8>(), 0..20),
            r#"[\[\]{}",:0-9eE+.tfnrualse\\ \n-]{0,30}"#.prop_map(String::into_bytes),
            r#"\[("[a-z\\"\x00-\x7f]{0,5}", ?|-?[0-9]{1,25}(\.[0-9]{1,3})?(e-?[0-9]{1,4})?, ?|\{"\\u[0-9a-f]{4}":null\}, ){0,4}0\] ?"#
                .prop_map(String::into_bytes),
        ], 40),
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let run = start(plan("webhook", PLAIN)).await;
            let mut stream = connect(run.address()).await;
            for body in bodies {
                let text = std::str::from_utf8(&body).unwrap_or_default();
                let readable = Document::parse(text).is_ok();
                let answer = send_on(&mut stream, "POST /in", &body).await;
                assert_eq!(answer.status, if readable { 200 } else { 400 }, "{text:?}: {answer:?}");
                if readable {
                    let data = run.bus.one().data;
                    assert!(data.ends_with(&format!(r#""body":{}}}"#, text.trim_ascii())), "{text:?}: {data}");
                }
            }
        });
    }
}

#[tokio::test]
async fn the_token_is_looked_at_before_the_body_and_may_change() {
    let config = r#"{"endpoint":"/in","port":"12000","authSecret":{"name":"api","key":"token"}}"#;
    let run = start(plan("webhook", config)).await;
    for (head, reason) in [
        ("POST /in", "`Authorization: Bearer …` is missing"),
        ("POST /in\nAuthorization: Basic b3BlbiBzZXNhbWU=", "is missing"),
        ("POST /in\nAuthorization: Bearer ", "is missing"),
        ("POST /in\nAuthorization: Bearer open sesam", "the bearer token is wrong"),
        ("POST /in\nAuthorization: Bearer open sesame!", "the bearer token is wrong"),
    ] {
        let answer = send(run.address(), head, b"no json").await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{head}");
        assert!(answer.body.contains(reason), "{answer:?}");
    }
    assert_eq!(run.bus.taken(), []);
    assert_eq!(send(run.address(), "POST /in\nauthorization: bearer open sesame", b"{}").await.status, 200);
    write_secret(run.dir.path(), "api", "token", "another");
    assert_eq!(send(run.address(), "POST /in\nAuthorization: Bearer open sesame", b"{}").await.status, 401);
    assert_eq!(send(run.address(), "POST /in\nAuthorization: Bearer another", b"{}").await.status, 200);
    // An empty secret lets nobody in, and where it should be is nobody's business.
    write_secret(run.dir.path(), "api", "token", "\n");
    let answer = send(run.address(), "POST /in\nAuthorization: Bearer ", b"{}").await;
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("token"), "{answer:?}");
}

#[tokio::test]
async fn paths_and_methods_are_exact() {
    let run = start(plan("webhook", PLAIN)).await;
    for (line, status) in [
        ("POST /", 404),
        ("POST /in/", 404),
        ("POST //in", 404),
        ("POST /IN", 404),
        ("GET /in", 405),
        ("DELETE /in", 405),
        ("POST /in?x=1", 200),
        ("GET /health", 200),
    ] {
        let answer = send(run.address(), line, if status == 405 { b"" } else { b"{}" }).await;
        assert_eq!(answer.status, status, "{line}");
        assert_eq!(answer.header("allow"), (status == 405).then_some("POST"), "{line}");
    }
    assert_eq!(send(run.address(), "GET /health", b"").await.body, "OK");
}

#[tokio::test]
async fn an_endpoint_called_health_wins() {
    let run = start(plan("webhook", r#"{"endpoint":"/health","port":"12000"}"#)).await;
    assert_eq!(send(run.address(), "GET /health", b"").await.status, 405);
    assert_eq!(send(run.address(), "POST /health", b"{}").await.status, 200);
}
