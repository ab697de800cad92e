//! NATS as a source and as an action, on real servers.

use crate::support::{Bus, PATIENCE, plan, secrets, write_secret};
use aev_connect::actions::{ActionError, Actions, Done, Job, Options as To, Outcome};
use aev_connect::publish::{Incoming, PublishError};
use aev_connect::sources;
use aev_connect::sources::task::{Around, Memory, Remembering, Running};
use aev_connect::trace::Context;
use aev_plan::finished::{Finished, FinishedNats};
use aev_plan::json::Json;
use aev_plan::model::{BasicAuth, NatsAuth, SecretRef, Tls};
use aev_plan::time::Timestamp;
use aev_servers::{Access, Certificates, NatsServer, Options, program};
use async_nats::jetstream::{self, stream};
use async_nats::{Client, HeaderMap};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

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
    let task = sources::read(&plan("nats", &config.to_string())).unwrap().tasks.remove(0);
    let now = Arc::new(|| Timestamp(0));
    task.start(Around {
        publisher: bus.clone(),
        secrets: secrets(dir.path()),
        now,
        memory: Arc::new(Nothing),
    })
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Sends a message until the source has taken one: when it listens is not told.
async fn reach(client: &Client, bus: &Bus) -> Incoming {
    let end = Instant::now() + PATIENCE;
    loop {
        client.publish("orders.first", "{}".into()).await.unwrap();
        client.flush().await.unwrap();
        sleep(Duration::from_millis(20)).await;
        let taken = bus.taken();
        if let Some(event) = taken.into_iter().next() {
            sleep(Duration::from_millis(100)).await;
            bus.taken();
            return event;
        }
        assert!(Instant::now() < end, "the source does not listen");
    }
}

async fn client(server: &NatsServer) -> Client {
    async_nats::connect(server.url()).await.unwrap()
}

fn data(event: &Incoming) -> Value {
    serde_json::from_str(&event.data).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_become_events_in_the_shape_of_argo() {
    if program::missing("messages_become_events_in_the_shape_of_argo") {
        return;
    }
    let (server, dir) = (NatsServer::start(&Options::default()).unwrap(), TempDir::new().unwrap());
    let (plain, as_json) = (Arc::new(Bus::default()), Arc::new(Bus::default()));
    let config = json!({ "url": server.url(), "subject": "orders.>", "metadata": { "team": "shop" } });
    let first = start(&config, &plain, &dir);
    let second =
        start(&json!({ "url": server.url(), "subject": "orders.*", "jsonBody": true }), &as_json, &dir);
    let client = client(&server).await;
    reach(&client, &plain).await;
    reach(&client, &as_json).await;
    plain.taken();
    let mut headers = HeaderMap::new();
    headers.append("x-Kind", "a");
    headers.append("x-Kind", "b");
    client
        .publish_with_headers("orders.big", headers, r#"{"id": 12345678901234567890}"#.into())
        .await
        .unwrap();
    client.publish("orders.bad", "{".into()).await.unwrap();
    client.publish("orders.last", "[]".into()).await.unwrap();
    let events =
        until("two events", || Some(as_json.events.lock().unwrap().clone()).filter(|e| e.len() == 2)).await;
    // What is no JSON is left out.
    let big = r#"{"subject":"orders.big","body":{"id": 12345678901234567890},"header":{"x-Kind":["a","b"]}}"#;
    assert_eq!(
        events.iter().map(|event| event.data.as_str()).collect::<Vec<_>>(),
        [big, r#"{"subject":"orders.last","body":[]}"#]
    );
    let events =
        until("three events", || Some(plain.events.lock().unwrap().clone()).filter(|e| e.len() == 3)).await;
    let body = data(&events[1]);
    assert_eq!(body, json!({ "subject": "orders.bad", "body": "ew==", "metadata": { "team": "shop" } }));
    assert_eq!(events[0].kind, "nats");
    for running in [first, second] {
        running.drain();
        assert!(running.ended(tokio::time::Instant::now() + PATIENCE).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_group_shares_and_a_number_makes_the_id() {
    if program::missing("a_queue_group_shares_and_a_number_makes_the_id") {
        return;
    }
    let (server, dir) = (NatsServer::start(&Options::default()).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let config = json!({ "url": server.url(), "subject": "orders.*", "queue": "shop", "jsonBody": true });
    let running = [start(&config, &bus, &dir), start(&config, &bus, &dir)];
    let client = client(&server).await;
    reach(&client, &bus).await;
    sleep(Duration::from_millis(300)).await;
    bus.taken();
    for number in ["7", "7", "8"] {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", number);
        client.publish_with_headers("orders.x", headers, "1".into()).await.unwrap();
    }
    client.publish("orders.x", "2".into()).await.unwrap();
    client.flush().await.unwrap();
    sleep(Duration::from_millis(300)).await;
    let events = bus.taken();
    assert_eq!(events.len(), 4, "{events:?}");
    let mut ids: Vec<String> = events.into_iter().map(|event| event.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_is_heard_again_and_a_full_bus_is_waited_for() {
    if program::missing("a_server_that_comes_back_is_heard_again_and_a_full_bus_is_waited_for") {
        return;
    }
    let (mut server, dir) = (NatsServer::start(&Options::default()).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let backoff = json!({ "duration": "50ms", "jitter": 0 });
    let running = start(
        &json!({ "url": server.url(), "subject": "orders.*", "jsonBody": true, "connectionBackoff": backoff }),
        &bus,
        &dir,
    );
    reach(&client(&server).await, &bus).await;
    server.kill().unwrap();
    sleep(Duration::from_millis(300)).await;
    server.start_again().unwrap();
    let client = client(&server).await;
    reach(&client, &bus).await;
    // Nothing is lost while the bus takes nothing, nor when the source ends then.
    *bus.error.lock().unwrap() = Some(PublishError::Unavailable { retry_after: Duration::from_secs(1) });
    for number in 0..500 {
        client.publish("orders.x", number.to_string().into()).await.unwrap();
    }
    client.flush().await.unwrap();
    sleep(Duration::from_millis(200)).await;
    assert!(bus.taken().is_empty());
    *bus.error.lock().unwrap() = None;
    let events =
        until("all events", || Some(bus.events.lock().unwrap().clone()).filter(|e| e.len() == 500)).await;
    let mut bodies: Vec<i64> = events.iter().map(|event| data(event)["body"].as_i64().unwrap()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, (0..500).collect::<Vec<_>>());
    drop(running);
}

/// Every way to say who one is, with where its secrets are written.
fn ways(dir: &TempDir) -> Vec<(Access, NatsAuth)> {
    let secret = |key: &str, value: &str| {
        write_secret(dir.path(), "nats", key, value);
        SecretRef { name: "nats".into(), key: key.into() }
    };
    let nkey = Access::nkey().unwrap();
    let Access::Nkey { seed } = nkey.clone() else { panic!("it is a key") };
    let credentials = Access::credentials().unwrap();
    let Access::Credentials { file, .. } = credentials.clone() else { panic!("it is a file") };
    let basic = BasicAuth { username: secret("user", "shop"), password: secret("password", "pass word") };
    vec![
        (Access::UserAndPassword("shop".into(), "pass word".into()), NatsAuth::Basic(basic)),
        (Access::Token("t0ken".into()), NatsAuth::Token(secret("token", "t0ken"))),
        (nkey, NatsAuth::Nkey(secret("seed", &seed))),
        (credentials, NatsAuth::Credential(secret("file", &file))),
    ]
}

fn message(url: String, subject: &str, tls: Option<Tls>, auth: Option<NatsAuth>) -> FinishedNats {
    FinishedNats {
        url,
        subject: subject.to_owned(),
        body: Json::from_iter([("n", Json::from(1))]),
        tls,
        auth,
    }
}

async fn publish(actions: &Actions, dir: &TempDir, firing: &str, message: FinishedNats) -> Outcome {
    let action = Finished::Nats(Box::new(message));
    let job = Job { pipeline: "pipe", trigger: "tell", firing, action: &action, trace: None };
    timeout(PATIENCE, actions.perform(job, &*secrets(dir.path()))).await.expect("an outcome in time")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_say_who_one_is_works_over_tls() {
    if program::missing("every_way_to_say_who_one_is_works_over_tls") {
        return;
    }
    let dir = TempDir::new().unwrap();
    let certificates = Certificates::make().unwrap();
    let secret = |key: &str, value: &str| {
        write_secret(dir.path(), "tls", key, value);
        SecretRef { name: "tls".into(), key: key.into() }
    };
    let tls = Tls {
        ca_cert_secret: Some(secret("ca", &certificates.ca)),
        client_cert_secret: Some(secret("cert", &certificates.client)),
        client_key_secret: Some(secret("key", &certificates.client_key)),
        ..Tls::default()
    };
    for (access, auth) in ways(&dir) {
        let options =
            Options { access, tls: Some(certificates.clone()), verify_clients: true, ..Options::default() };
        let server = NatsServer::start(&options).unwrap();
        let actions = Actions::new(To::new(dir.path())).unwrap();
        let bus = Arc::new(Bus::default());
        let config = json!({ "url": server.address().to_string(), "subject": "orders.*", "jsonBody": true, "tls": tls, "auth": auth });
        let running = start(&config, &bus, &dir);
        let end = Instant::now() + PATIENCE;
        while bus.events.lock().unwrap().is_empty() {
            assert!(Instant::now() < end, "{auth:?}");
            let sent = message(server.url(), "orders.x", Some(tls.clone()), Some(auth.clone()));
            assert_eq!(publish(&actions, &dir, "f1", sent).await, Outcome::Done(Done::Published), "{auth:?}");
        }
        let event = bus.taken().remove(0);
        assert_eq!(
            data(&event),
            json!({ "subject": "orders.x", "body": { "n": 1 }, "header": { "Nats-Msg-Id": ["f1"] } })
        );
        // Somebody else is not let in.
        let nobody = message(server.url(), "orders.x", Some(tls.clone()), None);
        let refused = publish(&actions, &dir, "f2", nobody).await;
        assert!(
            matches!(refused, Outcome::Failed { retriable: true, error: ActionError::Connect { .. } }),
            "{refused:?}"
        );
        drop(running);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_verified_unless_the_file_says_otherwise() {
    if program::missing("certificates_are_verified_unless_the_file_says_otherwise") {
        return;
    }
    let dir = TempDir::new().unwrap();
    let options = Options { tls: Some(Certificates::make().unwrap()), ..Options::default() };
    let server = NatsServer::start(&options).unwrap();
    let actions = Actions::new(To::new(dir.path())).unwrap();
    let strict = Tls { enabled: true, ..Tls::default() };
    let refused = publish(&actions, &dir, "f1", message(server.url(), "a", Some(strict), None)).await;
    assert!(matches!(refused, Outcome::Failed { error: ActionError::Connect { .. }, .. }), "{refused:?}");
    let believing = Tls { insecure_skip_verify: true, ..Tls::default() };
    let done = publish(&actions, &dir, "f1", message(server.url(), "a", Some(believing), None)).await;
    assert_eq!(done, Outcome::Done(Done::Published));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_has_what_was_published_once_and_a_full_one_refuses() {
    if program::missing("a_stream_has_what_was_published_once_and_a_full_one_refuses") {
        return;
    }
    let (server, dir) = (NatsServer::start(&Options::default()).unwrap(), TempDir::new().unwrap());
    let actions = Actions::new(To::new(dir.path())).unwrap();
    let context = jetstream::new(client(&server).await);
    let config = stream::Config {
        name: "ORDERS".into(),
        subjects: vec!["orders.>".into()],
        max_messages: 2,
        discard: stream::DiscardPolicy::New,
        ..stream::Config::default()
    };
    let mut stream = context.create_stream(config).await.unwrap();
    let send =
        |firing: &'static str| publish(&actions, &dir, firing, message(server.url(), "orders.x", None, None));
    assert_eq!(send("f1").await, Outcome::Done(Done::Published));
    assert_eq!(send("f1").await, Outcome::Done(Done::Published));
    assert_eq!(send("f2").await, Outcome::Done(Done::Published));
    assert_eq!(stream.info().await.unwrap().state.messages, 2);
    let full = send("f3").await;
    let Outcome::Failed { retriable: true, error: ActionError::Refused { reason, .. } } = &full else {
        panic!("{full:?}")
    };
    assert!(reason.contains("maximum messages"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_or_a_right_nothing_is_done() {
    if program::missing("without_a_server_or_a_right_nothing_is_done") {
        return;
    }
    let dir = TempDir::new().unwrap();
    let more = r#"accounts { A { users: [ { user: "u", password: "p", permissions: { publish: { deny: ["closed"] } } },
        { user: "mute", password: "p", permissions: { publish: ["orders.>"], subscribe: { deny: [">"] } } } ] } }"#;
    let mut server = NatsServer::start(&Options { more: more.into(), ..Options::default() }).unwrap();
    let actions = Actions::new(To { call_timeout: Duration::from_secs(3), ..To::new(dir.path()) }).unwrap();
    write_secret(dir.path(), "nats", "u", "u");
    write_secret(dir.path(), "nats", "mute", "mute");
    write_secret(dir.path(), "nats", "p", "p");
    let secret = |key: &str| SecretRef { name: "nats".into(), key: key.into() };
    let user =
        |name: &str| Some(NatsAuth::Basic(BasicAuth { username: secret(name), password: secret("p") }));
    let sent = |subject: &str, name: &str| message(server.url(), subject, None, user(name));
    assert_eq!(publish(&actions, &dir, "f1", sent("open", "u")).await, Outcome::Done(Done::Published));
    // The server may say it behind its answer; at the next attempt it is known.
    publish(&actions, &dir, "f2", sent("closed", "u")).await;
    let refused = publish(&actions, &dir, "f2", sent("closed", "u")).await;
    assert!(matches!(refused, Outcome::Failed { error: ActionError::Refused { .. }, .. }), "{refused:?}");
    // Who may not listen can still send.
    assert_eq!(publish(&actions, &dir, "f3", sent("orders.x", "mute")).await, Outcome::Done(Done::Published));
    let wrong = publish(&actions, &dir, "f4", sent("a b", "u")).await;
    assert_eq!(wrong, Outcome::Failed { retriable: false, error: ActionError::Subject });
    let (open, url) = (sent("open", "u"), server.url());
    server.pause().unwrap();
    let late = publish(&actions, &dir, "f5", open.clone()).await;
    assert!(matches!(late, Outcome::Unknown { .. }), "{late:?}");
    server.resume().unwrap();
    server.kill().unwrap();
    sleep(Duration::from_millis(200)).await;
    let away = publish(&actions, &dir, "f6", open).await;
    assert!(
        matches!(&away, Outcome::Failed { retriable: true, error: ActionError::Connect { target, .. } } if *target == url),
        "{away:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_subscribes_gets_the_text_and_the_id() {
    if program::missing("who_subscribes_gets_the_text_and_the_id") {
        return;
    }
    let (server, dir) = (NatsServer::start(&Options::default()).unwrap(), TempDir::new().unwrap());
    let actions = Actions::new(To::new(dir.path())).unwrap();
    let client = client(&server).await;
    let mut messages = client.subscribe("told").await.unwrap();
    client.flush().await.unwrap();
    let told = FinishedNats { body: Json::from("plain text"), ..message(server.url(), "told", None, None) };
    assert_eq!(publish(&actions, &dir, "f9", told).await, Outcome::Done(Done::Published));
    let got = timeout(PATIENCE, messages.next()).await.unwrap().unwrap();
    assert_eq!((&got.payload[..], got.reply), (&b"plain text"[..], None));
    assert_eq!(got.headers.unwrap().get("Nats-Msg-Id").unwrap().as_str(), "f9");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_on_from_an_action_to_a_source() {
    if program::missing("a_trace_goes_on_from_an_action_to_a_source") {
        return;
    }
    let (server, dir) = (NatsServer::start(&Options::default()).unwrap(), TempDir::new().unwrap());
    let bus = Arc::new(Bus::default());
    let running = start(&json!({ "url": server.url(), "subject": "orders.*", "jsonBody": true }), &bus, &dir);
    let client = client(&server).await;
    assert_eq!(reach(&client, &bus).await.trace, None);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let trace = Context::parse(parent, ["a=1,b=2"]).unwrap();
    let action = Finished::Nats(Box::new(message(server.url(), "orders.x", None, None)));
    let job = Job { pipeline: "pipe", trigger: "tell", firing: "f1", action: &action, trace: Some(&trace) };
    let actions = Actions::new(To::new(dir.path())).unwrap();
    assert_eq!(actions.perform(job, &*secrets(dir.path())).await, Outcome::Done(Done::Published));
    let event = until("the event", || bus.taken().into_iter().next()).await;
    assert_eq!(event.trace.as_deref(), Some(&trace));
    // Senders in Go write the names of headers with a capital.
    let mut headers = HeaderMap::new();
    headers.insert("Traceparent", parent);
    client.publish_with_headers("orders.y", headers, "{}".into()).await.unwrap();
    let event = until("the event", || bus.taken().into_iter().next()).await;
    assert_eq!(event.trace, Context::parse(parent, []).map(Box::new));
    running.drain();
    assert!(running.ended(tokio::time::Instant::now() + PATIENCE).await);
}
