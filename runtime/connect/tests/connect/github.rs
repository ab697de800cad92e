//! The `github` kind.

use crate::support::{Answer, Running, plan, send, start};
use hmac::{Hmac, Mac};

const SECRET: &[u8] = b"It's a Secret to Everybody";

fn config(more: &str) -> String {
    format!(r#"{{"webhook":{{"endpoint":"/hub","port":"12000","method":"POST"}},"events":["push"]{more}}}"#)
}

fn signed() -> String {
    config(r#","webhookSecret":{"name":"hub","key":"hook"}"#)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(body: &[u8]) -> String {
    hex(&Hmac::<sha2::Sha256>::new_from_slice(SECRET).unwrap().chain_update(body).finalize().into_bytes())
}

fn sha1(body: &[u8]) -> String {
    hex(&Hmac::<sha1::Sha1>::new_from_slice(SECRET).unwrap().chain_update(body).finalize().into_bytes())
}

async fn deliver(run: &Running, headers: &str, body: &[u8]) -> Answer {
    let head = format!("POST /hub\nContent-Type: application/json\n{headers}");
    send(run.address(), &head, body).await
}

#[tokio::test]
async fn a_delivery_becomes_an_event_in_argos_shape() {
    let run = start(plan("github", &config(r#","metadata":{"team":"a"}"#))).await;
    let body = br#"{"zen": "x", "X-GitHub-Event": "forged", "id": 12345678901234567890, "zen": "last"}"#;
    let headers = "X-GitHub-Event: ping\nX-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958";
    let answer = deliver(&run, headers, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let event = run.bus.one();
    assert_eq!(event.kind, "github");
    assert_eq!(event.id, "72d3162e-cc78-11e3-81ab-4c9367dc0958");
    assert_eq!(
        event.data,
        concat!(
            r#"{"headers":{"Content-Length":["83"],"Content-Type":["application/json"],"#,
            r#""X-Github-Delivery":["72d3162e-cc78-11e3-81ab-4c9367dc0958"],"X-Github-Event":["ping"]},"#,
            r#""body":{"X-GitHub-Delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","X-GitHub-Event":"ping","#,
            r#""id":12345678901234567890,"zen":"last"},"metadata":{"team":"a"}}"#
        )
    );
    // A redelivery is the same event; one without a number is an event of its own.
    deliver(&run, headers, body).await;
    deliver(&run, "", b"{}").await;
    let events = run.bus.taken();
    assert_eq!(events[0].id, event.id);
    assert_eq!(events[1].id.len(), 32);
    assert!(events[1].data.contains(r#""X-GitHub-Delivery":"","X-GitHub-Event":"""#), "{}", events[1].data);
}

#[tokio::test]
async fn only_what_is_signed_becomes_an_event() {
    let run = start(plan("github", &signed())).await;
    let body = br#"{"a":1}"#;
    let (good, old) = (sha256(body), sha1(body));
    for (headers, reason) in [
        (String::new(), "`X-Hub-Signature-256` is missing"),
        ("X-Hub-Signature-256: ".into(), "is missing"),
        (format!("X-Hub-Signature-256: {good}"), "not written as"),
        (format!("X-Hub-Signature-256: sha256={good}0"), "not written as"),
        (format!("X-Hub-Signature-256: sha256={good}00"), "is not that of this body"),
        (format!("X-Hub-Signature-256: sha512={good}"), "not written as"),
        (format!("X-Hub-Signature-256: sha256={}", sha256(b"{}")), "is not that of this body"),
        (format!("X-Hub-Signature: sha1={}", sha1(b"{}")), "is not that of this body"),
        // The older header does not make up for a wrong newer one.
        (format!("X-Hub-Signature-256: sha256={}\nX-Hub-Signature: sha1={old}", sha256(b"")), "is not that"),
    ] {
        let answer = deliver(&run, &headers, body).await;
        assert_eq!(answer.status, 401, "{headers}");
        assert!(answer.body.contains(reason), "{headers}: {answer:?}");
    }
    assert_eq!(run.bus.taken(), []);
    for headers in [
        format!("X-Hub-Signature-256: sha256={good}"),
        format!("X-Hub-Signature-256: sha256={}", good.to_uppercase()),
        format!("X-Hub-Signature: sha1={old}"),
        format!("X-Hub-Signature: sha1=00\nX-Hub-Signature-256: sha256={good}"),
    ] {
        assert_eq!(deliver(&run, &headers, body).await.status, 200, "{headers}");
        run.bus.one();
    }
}

#[tokio::test]
async fn the_signature_is_githubs() {
    // From GitHub's own documentation: a secret, a payload, its signature. The payload is no JSON, which is noticed only
    // after the signature was found right.
    let run = start(plan("github", &signed())).await;
    let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let answer = deliver(&run, &format!("X-Hub-Signature-256: sha256={signature}"), b"Hello, World!").await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test]
async fn a_form_is_signed_as_it_is_sent() {
    let run = start(plan("github", &signed())).await;
    let body = b"payload=%7B%22a%22%3A%22x+y%22%7D";
    let head = |signature: String| {
        format!(
            "POST /hub\nContent-Type: application/x-www-form-urlencoded\nX-Hub-Signature-256: sha256={signature}"
        )
    };
    assert_eq!(send(run.address(), &head(sha256(br#"{"a":"x y"}"#)), body).await.status, 401);
    assert_eq!(send(run.address(), &head(sha256(body)), body).await.status, 200);
    assert!(run.bus.one().data.contains(r#""a":"x y"}"#));
    let other = b"other=1";
    let answer = send(run.address(), &head(sha256(other)), other).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("no field `payload`"), "{answer:?}");
}

#[tokio::test]
async fn what_github_does_not_send_is_refused() {
    let run = start(plan("github", &config(""))).await;
    for (body, reason) in [("[1]", "no JSON object"), ("{", "no JSON: EOF"), ("", "the body is empty")] {
        let answer = deliver(&run, "", body.as_bytes()).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains(reason), "{answer:?}");
    }
    assert_eq!(send(run.address(), "POST /hub\nContent-Type: text/plain", b"{}").await.status, 415);
    assert_eq!(send(run.address(), "POST /hub", b"{}").await.status, 415);
    assert_eq!(run.bus.taken(), []);
}

#[tokio::test]
async fn a_secret_that_goes_away_lets_nobody_in() {
    let run = start(plan("github", &signed())).await;
    std::fs::remove_file(run.dir.path().join("hub/hook")).unwrap();
    let answer = deliver(&run, &format!("X-Hub-Signature-256: sha256={}", sha256(b"{}")), b"{}").await;
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("hook") && !answer.body.contains('/'), "{answer:?}");
    assert_eq!(run.bus.taken(), []);
}
