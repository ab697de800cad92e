//! `verify: hmac { … }`: over HTTP, with the bytes as they are sent.

use crate::support::{connect, endpoints, plan_of, read_answer, send, start, write_secret};
use aev_connect::sources;
use base64::Engine as _;
use hmac::{Hmac, Mac};
use sha2::{Sha256, Sha512};
use std::fmt::Write as _;
use tokio::io::AsyncWriteExt;

const SECRET: &[u8] = b"open sesame";
const PLAIN: &str = r#""endpoint":"/in","port":"12000","method":"POST""#;

/// A source whose requests are signed as `hmac` says.
fn source(kind: &str, config: &str, hmac: &str) -> aev_plan::Plan {
    plan_of(&format!(
        r#"[{{"name":"in","events":[{{"name":"in","kind":"{kind}","config":{{{config}}},
            "verify":{{"hmac":{{"header":"X-Signature","secret":{{"name":"api","key":"token"}},{hmac}}}}}}}]}}]"#
    ))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn mac<M: Mac + hmac::digest::KeyInit>(secret: &[u8], body: &[u8]) -> Vec<u8> {
    <M as Mac>::new_from_slice(secret).unwrap().chain_update(body).finalize().into_bytes().to_vec()
}

fn sha256(body: &[u8]) -> String {
    hex(&mac::<Hmac<Sha256>>(SECRET, body))
}

/// The example of RFC 4231, 4.3, and of RFC 2202, 3: what others have worked out.
#[tokio::test]
async fn codes_of_the_standards_are_right() {
    let body = b"what do ya want for nothing?";
    for (algorithm, signature) in [
        ("sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        ("sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            "sha512",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
    ] {
        let run = start(source("webhook", PLAIN, &format!(r#""algorithm":"{algorithm}""#))).await;
        write_secret(run.dir.path(), "api", "token", "Jefe");
        // It is signed, and no JSON: what is verified is the body as it came.
        let answer = send(run.address(), &format!("POST /in\nX-Signature: {signature}"), body).await;
        assert_eq!(answer.status, 400, "{algorithm}: {answer:?}");
        let mut wrong = signature.to_owned();
        wrong.replace_range(0..1, if wrong.starts_with('0') { "1" } else { "0" });
        let answer = send(run.address(), &format!("POST /in\nX-Signature: {wrong}"), body).await;
        assert_eq!(answer.status, 401, "{algorithm}: {answer:?}");
    }
}

#[tokio::test]
async fn only_what_is_signed_becomes_an_event() {
    let run = start(source("webhook", PLAIN, r#""algorithm":"sha256","prefix":"sha256=""#)).await;
    let body: &[u8] = br#" {"n": 1.0}  "#;
    let right = sha256(body);
    let ask = async |head: String| send(run.address(), &format!("POST /in\n{head}"), body).await;
    assert_eq!(ask(format!("X-Signature: sha256={right}")).await.status, 200);
    assert!(run.bus.one().data.contains(r#""body":{"n": 1.0}"#));
    // Digits are hexadecimal in either case, and the name of a header is, too.
    assert_eq!(ask(format!("x-SIGNATURE: sha256={}", right.to_uppercase())).await.status, 200);
    run.bus.one();

    let shorter = |by: usize| right.chars().skip(by).collect::<String>();
    for (head, why) in [
        (String::new(), "is missing"),
        ("X-Signature:".to_owned(), "is not written as"),
        (format!("X-Signature: {right}"), "is not written as"),
        (format!("X-Signature: SHA256={right}"), "is not written as"),
        (format!("X-Signature: sha256=0x{right}"), "is not written as"),
        (format!("X-Signature: sha256= {right}"), "is not written as"),
        (format!("X-Signature: sha256={}", shorter(1)), "is not written as"),
        (format!("X-Signature: sha256={}g", shorter(1)), "is not written as"),
        (format!("X-Signature: sha256={}ä", shorter(2)), "is not written as"),
        (format!("X-Signature: sha256={}", shorter(2)), "is not that of this body"),
        ("X-Signature: sha256=".to_owned(), "is not that of this body"),
        (format!("X-Signature: sha256={}", sha256(br#"{"n": 1.0}"#)), "is not that of this body"),
        (format!("X-Signature: sha256={}", hex(&mac::<Hmac<Sha256>>(b"other", body))), "is not that of"),
        (format!("X-Signature: sha256={}", hex(&mac::<Hmac<Sha512>>(SECRET, body))), "is not that of"),
        (format!("X-Signature: sha256={right}\nX-Signature: sha256={right}"), "more than once"),
        (format!("X-Signature: sha256={right}, sha256={right}"), "is not written as"),
    ] {
        let answer = ask(head.clone()).await;
        assert_eq!(answer.status, 401, "{head}: {answer:?}");
        assert!(answer.body.contains(why), "{head}: {answer:?}");
        assert!(!answer.body.contains(&right) && !answer.body.contains("sesame"), "{answer:?}");
    }
    assert_eq!(run.bus.taken().len(), 0);
}

#[tokio::test]
async fn base64_has_its_padding() {
    let run = start(source("webhook", PLAIN, r#""algorithm":"sha1","encoding":"base64""#)).await;
    let body: &[u8] = b"[]";
    let right = base64::engine::general_purpose::STANDARD.encode(mac::<Hmac<sha1::Sha1>>(SECRET, body));
    assert!(right.ends_with('='), "{right}");
    for (signature, status) in [
        (right.clone(), 200),
        (right.trim_end_matches('=').to_owned(), 401),
        (right.to_lowercase(), 401),
        (hex(&mac::<Hmac<sha1::Sha1>>(SECRET, body)), 401),
        ("*".to_owned(), 401),
    ] {
        let answer = send(run.address(), &format!("POST /in\nX-Signature: {signature}"), body).await;
        assert_eq!(answer.status, status, "{signature}: {answer:?}");
    }
    assert_eq!(run.bus.taken().len(), 1);
}

#[tokio::test]
async fn bodies_of_every_form_are_taken_as_they_are_sent() {
    let run = start(source("webhook", PLAIN, r#""algorithm":"sha256""#)).await;
    // The largest that is taken, and one byte more.
    let limit = 1 << 20;
    let large = format!("\"{}\"", "x".repeat(limit - 2));
    let head = |body: &[u8]| format!("POST /in\nX-Signature: {}", sha256(body));
    assert_eq!(send(run.address(), &head(large.as_bytes()), large.as_bytes()).await.status, 200);
    assert_eq!(run.bus.one().data.len(), large.len() + run_over(&large));
    let larger = format!("{large} ");
    assert_eq!(send(run.address(), &head(larger.as_bytes()), larger.as_bytes()).await.status, 413);
    // One that is empty is signed, and no JSON.
    assert_eq!(send(run.address(), &head(b""), b"").await.status, 400);
    assert_eq!(send(run.address(), "POST /in", b"").await.status, 401);
    // One that is compressed is refused before it is read.
    let packed = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let gzip = format!("{}\nContent-Encoding: gzip", head(&packed));
    assert_eq!(send(run.address(), &gzip, &packed).await.status, 415);
    // A form is signed as it is sent.
    let form = b"a=1&b=%20";
    let answer = send(
        run.address(),
        &format!("{}\nContent-Type: application/x-www-form-urlencoded", head(form)),
        form,
    )
    .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    run.bus.one();
    // In pieces.
    for (signature, status) in [(sha256(b"{\"a\":1}"), 200), (sha256(b"{\"a\":2}"), 401)] {
        let mut stream = connect(run.address()).await;
        let text = format!(
            "POST /in HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\nX-Signature: {signature}\r\n\r\n3\r\n{{\"a\r\n4\r\n\":1}}\r\n0\r\n\r\n"
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        assert_eq!(read_answer(&mut stream).await.status, status);
    }
    assert_eq!(run.bus.taken().len(), 1);
}

/// How much longer the data is than the body.
fn run_over(body: &str) -> usize {
    let signature = sha256(body.as_bytes());
    let length = body.len();
    format!(r#"{{"header":{{"Content-Length":["{length}"],"X-Signature":["{signature}"]}},"body":}}"#).len()
}

#[tokio::test]
async fn a_secret_that_changes_counts_at_once_and_an_empty_one_lets_nobody_in() {
    let plan = source("webhook", PLAIN, r#""algorithm":"sha256""#);
    assert_eq!(endpoints(&plan)[0].secrets().len(), 1);
    let run = start(plan).await;
    let body: &[u8] = b"{}";
    let signed =
        |secret: &[u8]| format!("POST /in\nX-Signature: {}", hex(&mac::<Hmac<Sha256>>(secret, body)));
    assert_eq!(send(run.address(), &signed(SECRET), body).await.status, 200);
    write_secret(run.dir.path(), "api", "token", "another");
    assert_eq!(send(run.address(), &signed(SECRET), body).await.status, 401);
    assert_eq!(send(run.address(), &signed(b"another"), body).await.status, 200);
    for value in ["", "\n"] {
        write_secret(run.dir.path(), "api", "token", value);
        for secret in [&b""[..], b"\n", b"another"] {
            let answer = send(run.address(), &signed(secret), body).await;
            assert_eq!(answer.status, 500, "{answer:?}");
            assert!(answer.body.contains("its operator finds the reason in the log"), "{answer:?}");
        }
    }
    std::fs::remove_file(run.dir.path().join("api").join("token")).unwrap();
    assert_eq!(send(run.address(), &signed(b""), body).await.status, 500);
    assert_eq!(run.bus.taken().len(), 2);
}

/// Beside what a kind asks for itself, on any kind that takes requests.
#[tokio::test]
async fn it_comes_before_what_the_kind_asks() {
    let config = format!(r#""webhook":{{{PLAIN}}},"events":["push"]"#);
    let run = start(source("github", &config, r#""algorithm":"sha256""#)).await;
    let body: &[u8] = b"{}";
    let head = |signature: &str| {
        format!("POST /in\nContent-Type: application/json\nX-GitHub-Event: push\nX-Signature: {signature}")
    };
    assert_eq!(send(run.address(), &head(&sha256(body)), body).await.status, 200);
    assert_eq!(send(run.address(), &head(&sha256(b"")), body).await.status, 401);
    assert_eq!(run.bus.taken().len(), 1);
}

#[test]
fn what_cannot_be_verified_is_not_started() {
    let why = |plan: &aev_plan::Plan| sources::read(plan).unwrap_err()[0].to_string();
    let get = PLAIN.replace("POST", "GET");
    let found = why(&source("webhook", &get, r#""algorithm":"sha256""#));
    assert!(found.contains("`verify`") && found.contains("no body"), "{found}");
    let found = why(&source("calendar", r#""interval":"1m""#, r#""algorithm":"sha256""#));
    assert!(found.contains("takes no requests"), "{found}");
    let odd = source("webhook", PLAIN, r#""algorithm":"sha256""#);
    let mut odd = odd;
    odd.sources[0].events[0].verify.as_mut().unwrap().hmac.header = "X Signature".into();
    assert!(why(&odd).contains("no header"), "{}", why(&odd));
}
