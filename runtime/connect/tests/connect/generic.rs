//! A foreign event source over gRPC.

use crate::support::{Bus, PATIENCE, plan, secrets, write_secret};
use aev_connect::publish::{Incoming, PublishError};
use aev_connect::sources::task::{Around, Memory, Remembering, Running};
use aev_connect::sources::{self, SourceError};
use aev_plan::time::Timestamp;
use aev_servers::extension::{Started, Status};
use aev_servers::{Certificates, Extension};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

struct Nothing;

impl Memory for Nothing {
    fn recall<'a>(&'a self, _: &'a sources::Place) -> Remembering<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }

    fn remember<'a>(&'a self, _: &'a sources::Place, _: String) -> Remembering<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

fn start(config: &Value, bus: &Arc<Bus>, dir: &TempDir) -> Running {
    let task = sources::read(&plan("generic", &config.to_string())).unwrap().tasks.remove(0);
    task.start(Around {
        publisher: bus.clone(),
        secrets: secrets(dir.path()),
        now: Arc::new(|| Timestamp(0)),
        memory: Arc::new(Nothing),
    })
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE * 3;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until so many streams have been started.
async fn started(server: &Extension, streams: usize) -> Vec<Started> {
    until("a stream", || Some(server.events.started()).filter(|started| started.len() >= streams)).await
}

async fn taken(bus: &Bus, events: usize) -> Vec<Incoming> {
    until("events", || Some(bus.events.lock().unwrap().clone()).filter(|taken| taken.len() >= events)).await
}

async fn end(running: Running) {
    running.drain();
    assert!(running.ended(Instant::now() + PATIENCE).await, "it does not end");
}

fn bodies(events: &[Incoming]) -> Vec<&str> {
    events.iter().map(|event| event.data.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn payloads_become_events_in_the_shape_of_argo() {
    let (server, dir) = (Extension::start(None).unwrap(), TempDir::new().unwrap());
    write_secret(dir.path(), "shop", "token", "abc\n");
    let bus = Arc::new(Bus::default());
    let config = json!({
        "url": server.url(), "config": "a: b\n", "insecure": true, "jsonBody": true,
        "authSecret": { "name": "shop", "key": "token" }, "metadata": { "team": "shop" },
    });
    let running = start(&config, &bus, &dir);
    let asked =
        Started { name: "in".into(), config: "a: b\n".into(), authorization: Some("Bearer abc".into()) };
    assert_eq!(started(&server, 1).await, [asked]);
    for payload in [r#"{"id": 12345678901234567890}"#, "{", "", "[1]", "[1]"] {
        assert!(server.events.send(payload).await);
    }
    let events = taken(&bus, 4).await;
    assert_eq!(
        bodies(&events),
        [
            r#"{"body":{"id": 12345678901234567890},"metadata":{"team":"shop"}}"#,
            // What is no JSON is left out, and nothing is null.
            r#"{"body":null,"metadata":{"team":"shop"}}"#,
            r#"{"body":[1],"metadata":{"team":"shop"}}"#,
            r#"{"body":[1],"metadata":{"team":"shop"}}"#,
        ]
    );
    assert_eq!(
        (events[0].kind, events[0].source.as_str(), events[0].event.as_str()),
        ("generic", "in", "in")
    );
    assert_ne!(events[2].id, events[3].id, "equal payloads are two events");
    assert_eq!(running.task().trouble(), None);
    end(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_become_base64() {
    let (server, dir) = (Extension::start(None).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let running = start(&json!({ "url": server.url(), "config": "x", "insecure": true }), &bus, &dir);
    assert_eq!(started(&server, 1).await[0].authorization, None);
    for payload in [&b"{\xff"[..], b""] {
        assert!(server.events.send(payload).await);
    }
    assert_eq!(bodies(&taken(&bus, 2).await), [r#"{"body":"e/8="}"#, r#"{"body":null}"#]);
    end(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_is_started_again() {
    let (server, dir) = (Extension::start(None).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let running = start(&json!({ "url": server.url(), "config": "x", "insecure": true }), &bus, &dir);
    started(&server, 1).await;
    assert!(server.events.send("1").await);
    taken(&bus, 1).await;
    // In order, with a status, and with the whole server.
    server.events.end(None).await;
    started(&server, 2).await;
    assert!(server.events.send("2").await);
    server.events.end(Some(Status::unavailable("moving"))).await;
    until("the reason", || running.task().trouble().filter(|why| why == "moving (UNAVAILABLE)")).await;
    started(&server, 3).await;
    assert!(server.events.send("3").await);
    taken(&bus, 3).await;
    let (address, events, actions) = server.stop().await;
    until("it is away", || running.task().trouble()).await;
    let server = Extension::again(address, events, actions).unwrap();
    started(&server, 4).await;
    assert!(server.events.send("4").await);
    assert_eq!(bodies(&taken(&bus, 4).await)[3], r#"{"body":"NA=="}"#);
    assert_eq!(running.task().trouble(), None);
    end(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_or_refuses_is_waited_for() {
    let (address, events, actions) = Extension::start(None).unwrap().stop().await;
    let dir = TempDir::new().unwrap();
    write_secret(dir.path(), "shop", "token", "canary");
    let bus = Arc::new(Bus::default());
    let config = json!({
        "url": address.to_string(), "config": "x", "insecure": true,
        "authSecret": { "name": "shop", "key": "token" },
    });
    let running = start(&config, &bus, &dir);
    let why = until("a reason", || running.task().trouble()).await;
    assert!(why.contains("refused"), "{why}");
    // A server that says what it was told does not give the token away.
    events.refuse(Some(Status::unauthenticated("who is canary?")));
    let server = Extension::again(address, events, actions).unwrap();
    started(&server, 1).await;
    until("the reason", || running.task().trouble().filter(|why| why == "who is ***? (UNAUTHENTICATED)"))
        .await;
    server.events.refuse(None);
    let before = server.events.started().len();
    started(&server, before + 1).await;
    assert!(server.events.send("1").await);
    taken(&bus, 1).await;
    end(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_insecure_it_speaks_tls_and_believes_only_the_authorities_of_the_system() {
    let certificates = Certificates::make().unwrap();
    let (server, dir) = (Extension::start(Some(&certificates)).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let running = start(&json!({ "url": server.url(), "config": "x" }), &bus, &dir);
    let why = until("a reason", || running.task().trouble()).await;
    assert!(why.contains("certificate"), "{why}");
    assert_eq!(server.events.started(), []);
    end(running).await;
}

/// Where the process that this test starts finds the server.
const SECURED: &str = "AEV_TEST_SECURED_URL";

/// The authorities of the system are those that the environment names, so this test starts itself with another one.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_the_system_is_believed() {
    let dir = TempDir::new().unwrap();
    if let Ok(url) = std::env::var(SECURED) {
        let bus = Arc::new(Bus::default());
        let running = start(&json!({ "url": url, "config": "x" }), &bus, &dir);
        assert_eq!(bodies(&taken(&bus, 1).await), [r#"{"body":"MQ=="}"#]);
        return end(running).await;
    }
    let certificates = Certificates::make().unwrap();
    let server = Extension::start(Some(&certificates)).unwrap();
    let file = dir.path().join("ca.pem");
    std::fs::write(&file, &certificates.ca).unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "generic::an_authority_of_the_system_is_believed"])
        .env("SSL_CERT_FILE", &file)
        .env_remove("SSL_CERT_DIR")
        .env(SECURED, server.url())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    started(&server, 1).await;
    assert!(server.events.send("1").await);
    let status = until("it ends", || child.try_wait().unwrap()).await;
    assert!(status.success(), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_bus_takes_nothing_the_server_waits() {
    let (server, dir) = (Extension::start(None).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    *bus.error.lock().unwrap() = Some(PublishError::Unavailable { retry_after: Duration::from_millis(10) });
    let running = start(&json!({ "url": server.url(), "config": "x", "insecure": true }), &bus, &dir);
    started(&server, 1).await;
    // Sixteen times what is held, in pieces of a mebibyte.
    let (events, sent) = (server.events.clone(), Arc::new(std::sync::atomic::AtomicUsize::new(0)));
    let count = sent.clone();
    let sending = tokio::spawn(async move {
        for n in 0..128_u32 {
            let mut payload = vec![0_u8; 1 << 20];
            payload[..4].copy_from_slice(&n.to_be_bytes());
            assert!(events.send(payload).await);
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    let counted = || sent.load(std::sync::atomic::Ordering::SeqCst);
    // It stops somewhere, and stays there.
    let stuck = loop {
        let before = counted();
        sleep(Duration::from_millis(500)).await;
        if before > 0 && counted() == before {
            break before;
        }
    };
    assert!(stuck < 64, "{stuck} MiB were taken while the bus took none");
    *bus.error.lock().unwrap() = None;
    assert_eq!(taken(&bus, 128).await.len(), 128, "nothing is lost");
    sending.await.unwrap();
    end(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_lost_alone() {
    let (server, dir) = (Extension::start(None).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let running = start(&json!({ "url": server.url(), "config": "x", "insecure": true }), &bus, &dir);
    started(&server, 1).await;
    // Larger than the clients of Go take, and than all that is held once it is base64.
    assert!(server.events.send(vec![b'x'; 30 << 20]).await);
    assert_eq!(taken(&bus, 1).await[0].data.len(), (30 << 20) / 3 * 4 + r#"{"body":""}"#.len());
    // A larger one ends the stream, and the next one goes on.
    assert!(server.events.send(vec![b'x'; 33 << 20]).await);
    started(&server, 2).await;
    assert!(server.events.send("1").await);
    assert_eq!(taken(&bus, 2).await[1].data, r#"{"body":"MQ=="}"#);
    end(running).await;
}

#[test]
fn what_cannot_be_started_says_so() {
    let reason =
        |config: Value| match sources::read(&plan("generic", &config.to_string())).unwrap_err().remove(0) {
            SourceError::Config { reason, .. } => reason,
            other => panic!("{other}"),
        };
    assert_eq!(
        reason(json!({ "url": "http://a:80", "config": "x" })),
        "`http://a:80` is no address of a server; write `host:port`"
    );
    assert_eq!(reason(json!({ "url": "a:80", "config": "" })), "`config` is empty");
}
