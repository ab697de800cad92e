//! The control socket: who may ask, what is answered, and what is done.

use crate::support::{
    PATIENCE, Place, Target, bus, filtered, http, plan, post, post_json, settled, stream, trigger,
};
use aev_host::Host;
use aev_host::control::api::{Letter, LetterDone, LettersRequest, ReplayRequest, Replayed, Status, Why};
use aev_host::control::client::{Client, ClientError};
use aev_host::control::{Control, ControlAddress, ControlError, Serving};
use aev_host::records::entry::Said;
use aev_host::settings::Name;
use aev_plan::Plan;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A host with its control socket, and a client.
pub struct Asked {
    pub host: Arc<Host>,
    client: Client,
    _serving: Serving,
}

pub async fn client(place: &Place, host: Host) -> Asked {
    let path = place.path("control.sock");
    let settings = place.settings(&[(Name::Control, &path.display().to_string())]);
    let host = Arc::new(host);
    let serving = Control::bind(&settings).unwrap().unwrap().serve(host.clone(), None).unwrap();
    let client = Client { address: ControlAddress::Socket(path), token: None };
    Asked { host, client, _serving: serving }
}

impl Asked {
    pub async fn status(&self) -> Status {
        self.client.get("status", &[]).await.unwrap().one().await.unwrap()
    }

    pub async fn why(&self, id: &str) -> Why {
        self.client.get("why", &[("id", id.to_owned())]).await.unwrap().one().await.unwrap()
    }

    pub async fn all<T: DeserializeOwned>(&self, path: &str, body: &impl serde::Serialize) -> Vec<T> {
        let mut lines = self.client.post(path, body).await.unwrap();
        let mut all = Vec::new();
        while let Some(line) = tokio::time::timeout(PATIENCE, lines.next()).await.unwrap().unwrap() {
            all.push(line);
        }
        all
    }

    async fn dead(&self) -> Vec<Letter> {
        let mut lines = self.client.get("dead", &[]).await.unwrap();
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            all.push(line);
        }
        all
    }

    async fn replay(&self, request: &ReplayRequest) -> Vec<Replayed> {
        self.all("replay", request).await
    }
}

fn since_ever() -> ReplayRequest {
    ReplayRequest {
        since: Default::default(),
        until: None,
        source: None,
        trigger: None,
        dry_run: false,
        same_ids: false,
        run: None,
    }
}

fn call(target: &Target, more: &str) -> Plan {
    plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), more))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_tells_the_story_of_an_event_over_all_triggers() {
    let (place, target) = (Place::new(), Target::new().await);
    let streams = [stream("a"), filtered("wanted", "a", "kind", "wanted")];
    let triggers =
        [trigger("call", "a", &http(&target.url("/t")), ""), trigger("other", "wanted", r#""log""#, "")];
    let plan = plan(&["a", "b"], &streams.join(","), &triggers.join(","));
    let asked = client(&place, place.start(&plan).await).await;
    post_json(&asked.host, "/a", r#"{"id":"1","kind":"x"}"#).await;
    post(&asked.host, "/b", "2").await;
    target.wait("/t", 1).await;
    settled(&asked.host).await;
    let firing = target.calls()[0].key.clone();

    let of_firing = asked.why(&firing).await;
    let event = of_firing.records[0].event.as_ref().unwrap().id.clone().into_owned();
    assert!(
        of_firing.records.iter().all(|entry| entry.place().is_none_or(|(_, _, trigger)| trigger == "call"))
    );
    let why = asked.why(&event).await;
    let told: Vec<_> = why
        .records
        .iter()
        .map(|entry| (entry.place().map(|(_, _, t)| t.to_owned()), entry.said[0].clone()))
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    let other = told.iter().find(|(trigger, _)| trigger.as_deref() == Some("other")).unwrap();
    assert!(matches!(&other.1, Said::Filtered { reason, .. } if reason.contains("`body.kind`")), "{other:?}");
    assert!(told.iter().any(|(_, said)| matches!(said, Said::Done { .. })), "{told:?}");
    assert!(why.silent.is_empty() && why.unread.is_empty(), "{why:?}");

    // Nobody reads the other event; and an id that nobody knows says what is known.
    let mut lines = asked.client.get("events", &[("source", "hook.b".to_owned())]).await.unwrap();
    let unread: serde_json::Value = lines.next().await.unwrap().unwrap();
    let why = asked.why(unread["event"]["id"].as_str().unwrap()).await;
    assert_eq!(why.unread.iter().map(|event| event.subject.as_str()).collect::<Vec<_>>(), ["b"]);
    let why = asked.why("nobody").await;
    assert!(why.records.is_empty() && why.kept.since.is_some());
    assert_eq!(why.sources.iter().filter(|event| event.last.is_some()).count(), 2, "{:?}", why.sources);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_are_listed_tried_again_and_dropped() {
    let status = Arc::new(AtomicU16::new(500));
    let answer = status.clone();
    let target = Target::answering(move |_, _| (answer.load(Ordering::SeqCst), Duration::ZERO)).await;
    let place = Place::new();
    let asked = client(&place, place.start(&call(&target, "")).await).await;
    for id in ["one", "two", "three"] {
        post(&asked.host, "/a", id).await;
    }
    settled(&asked.host).await;
    let dead = asked.dead().await;
    assert_eq!(dead.len(), 3);
    assert!(dead.iter().all(|letter| letter.letter.is_none() && letter.pipeline.as_deref() == Some("pipe")));
    let shown: Letter =
        asked.client.get(&format!("dead/{}", dead[0].id), &[]).await.unwrap().one().await.unwrap();
    assert_eq!(shown.letter.unwrap().events.len(), 1);
    let keys: Vec<String> = target.calls().into_iter().map(|call| call.key).collect();

    // It fails again, and is a dead letter again.
    let one =
        LettersRequest { ids: vec![dead[0].id.clone(), "77777".into(), "x".into()], ..Default::default() };
    let done: Vec<LetterDone> = asked.all("dead/redrive", &one).await;
    assert_eq!(done.iter().filter(|done| done.error.is_some()).count(), 2, "{done:?}");
    target.wait("/t", 4).await;
    settled(&asked.host).await;
    assert_eq!(target.calls()[3].key, dead[0].firing, "under the same id");
    assert!(keys.contains(&target.calls()[3].key));
    assert_eq!(asked.dead().await.len(), 3);

    // Then it goes through.
    status.store(200, Ordering::SeqCst);
    let drop = LettersRequest { ids: vec![dead[1].id.clone()], ..Default::default() };
    let dropped: Vec<LetterDone> = asked.all("dead/drop", &drop).await;
    assert_eq!(dropped, [LetterDone { id: dead[1].id.clone(), firing: None, error: None }]);
    let all = LettersRequest { all: true, trigger: Some("pipe/call".into()), ..Default::default() };
    let done: Vec<LetterDone> = asked.all("dead/redrive", &all).await;
    assert_eq!(done.iter().filter(|done| done.firing.is_some()).count(), 2, "{done:?}");
    target.wait("/t", 6).await;
    settled(&asked.host).await;
    assert_eq!(asked.dead().await, []);
    assert_eq!(asked.host.status().await.triggers[0].firings, 0);
    let both: Vec<serde_json::Value> = asked.all("dead/drop", &LettersRequest::default()).await;
    assert!(both[0]["error"].is_string(), "{both:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_tried_again_survives_the_end_of_the_process() {
    let target = Target::answering(|_, before| match before {
        0 => (500, Duration::ZERO),
        1 => (200, Duration::from_secs(20)),
        _ => (200, Duration::ZERO),
    })
    .await;
    let place = Place::new();
    let plan = call(&target, "");
    let asked = client(&place, place.start(&plan).await).await;
    post(&asked.host, "/a", "one").await;
    settled(&asked.host).await;
    let all = LettersRequest { all: true, ..Default::default() };
    let _: Vec<LetterDone> = asked.all("dead/redrive", &all).await;
    target.wait("/t", 2).await;
    asked.host.abort().await;
    drop(asked);
    let host = place.start(&plan).await;
    target.wait("/t", 3).await;
    settled(&host).await;
    let keys: Vec<String> = target.calls().into_iter().map(|call| call.key).collect();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(bus(&host).await.dead_letters(None, None, 10).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_never_was_an_event_can_only_be_dropped() {
    let (place, target) = (Place::new(), Target::new().await);
    let asked = client(&place, place.start(&call(&target, "")).await).await;
    let poison = aev_bus::CloudEvent {
        id: "poison".into(),
        source: "hook".into(),
        kind: "webhook".into(),
        subject: "a".into(),
        data: b"no json".to_vec(),
        ..Default::default()
    };
    bus(&asked.host).await.publish(aev_bus::Outgoing::new(&poison)).await.unwrap();
    settled(&asked.host).await;
    let all = LettersRequest { all: true, ..Default::default() };
    let done: Vec<LetterDone> = asked.all("dead/redrive", &all).await;
    assert!(done[0].error.as_deref().unwrap().contains("drop it"), "{done:?}");
    assert_eq!(asked.dead().await.len(), 1);
    let why = asked.why("poison").await;
    assert!(matches!(why.records[0].said[0], Said::Unreadable { .. }), "{why:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_fires_again_under_other_ids_or_under_the_same() {
    let (place, target) = (Place::new(), Target::new().await);
    let asked = client(&place, place.start(&call(&target, "")).await).await;
    for id in 0..100 {
        post(&asked.host, "/a", &id.to_string()).await;
    }
    target.wait("/t", 100).await;
    settled(&asked.host).await;

    let tried = asked.replay(&ReplayRequest { dry_run: true, ..since_ever() }).await;
    assert_eq!(tried.last(), Some(&Replayed::Done { events: 100, fire: Some(100) }));
    assert_eq!(tried.iter().filter(|line| matches!(line, Replayed::Would { fires: true, .. })).count(), 100);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(target.calls().len(), 100, "nothing has happened");

    let replayed = asked.replay(&since_ever()).await;
    assert_eq!(replayed.last(), Some(&Replayed::Done { events: 100, fire: None }));
    let Replayed::Begun { run, .. } = replayed[0] else { panic!("{replayed:?}") };
    target.wait("/t", 200).await;
    settled(&asked.host).await;
    let keys = |from: usize, to: usize| -> std::collections::BTreeSet<String> {
        target.calls()[from..to].iter().map(|call| call.key.clone()).collect()
    };
    assert_eq!((keys(0, 100).len(), keys(100, 200).len()), (100, 100));
    assert!(keys(0, 100).is_disjoint(&keys(100, 200)));

    // An earlier replay again, under its ids; and with those of the first time.
    asked.replay(&ReplayRequest { run: Some(run), ..since_ever() }).await;
    target.wait("/t", 300).await;
    assert_eq!(keys(100, 200), keys(200, 300));
    asked.replay(&ReplayRequest { same_ids: true, ..since_ever() }).await;
    target.wait("/t", 400).await;
    assert_eq!(keys(0, 100), keys(300, 400));
    settled(&asked.host).await;
    assert_eq!(asked.host.status().await.triggers[0].firings, 0, "nothing of it stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_waits_for_room_and_lets_what_comes_now_through() {
    let target = Target::answering(|_, _| (200, Duration::from_millis(15))).await;
    let place = Place::new();
    let asked = Arc::new(client(&place, place.start(&call(&target, "")).await).await);
    for id in 0..300 {
        post(&asked.host, "/a", &id.to_string()).await;
    }
    target.wait("/t", 300).await;
    settled(&asked.host).await;
    let replaying = asked.clone();
    let replay = tokio::spawn(async move { replaying.replay(&since_ever()).await });
    target.wait("/t", 320).await;
    post(&asked.host, "/a", "now").await;
    let most = async {
        let mut most = 0;
        while !replay.is_finished() {
            most = most.max(asked.host.status().await.triggers[0].firings);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        most
    };
    let most = tokio::time::timeout(PATIENCE, most).await.unwrap();
    assert!(most <= 320, "{most} firings were in flight");
    target.wait("/t", 601).await;
    let calls = target.calls();
    let when = calls.iter().position(|call| call.id() == "now").unwrap();
    assert!(when < 601);
    settled(&asked.host).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_listed_by_what_they_came_to_and_followed() {
    let place = Place::new();
    let plan = plan(&["a"], &filtered("wanted", "a", "kind", "x"), &trigger("t", "wanted", r#""log""#, ""));
    let asked = client(&place, place.start(&plan).await).await;
    post_json(&asked.host, "/a", r#"{"id":"1","kind":"x"}"#).await;
    post_json(&asked.host, "/a", r#"{"id":"2","kind":"y"}"#).await;
    settled(&asked.host).await;
    for (query, count) in [
        (vec![], 5),
        (vec![("outcome", "filtered")], 1),
        (vec![("outcome", "fired")], 1),
        (vec![("outcome", "failed")], 0),
        (vec![("trigger", "pipe/t")], 3),
        (vec![("trigger", "u")], 0),
        (vec![("source", "hook")], 4),
        (vec![("max", "2")], 2),
        (vec![("since", "2100-01-01T00:00:00Z")], 0),
    ] {
        let query: Vec<_> = query.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let mut lines = asked.client.get("events", &query).await.unwrap();
        let mut seen = 0;
        while lines.next::<serde_json::Value>().await.unwrap().is_some() {
            seen += 1;
        }
        assert_eq!(seen, count, "{query:?}");
    }
    let follow = [("follow", "true".to_owned()), ("outcome", "fired".to_owned())];
    let mut lines = asked.client.get("events", &follow).await.unwrap();
    let first: serde_json::Value = lines.next().await.unwrap().unwrap();
    post_json(&asked.host, "/a", r#"{"id":"3","kind":"y"}"#).await;
    post_json(&asked.host, "/a", r#"{"id":"4","kind":"x"}"#).await;
    let second: serde_json::Value =
        tokio::time::timeout(PATIENCE, lines.next()).await.unwrap().unwrap().unwrap();
    assert_ne!(first, second);
    let third = tokio::time::timeout(Duration::from_millis(300), lines.next::<serde_json::Value>()).await;
    assert!(third.is_err(), "{third:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_is_its_owners_and_a_live_one_is_not_taken() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let asked = client(&place, place.start(&call(&Target::new().await, "")).await).await;
    let path = place.path("control.sock");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let settings = |path: &str| place.settings(&[(Name::Control, path)]);
    let taken = Control::bind(&settings(&path.display().to_string())).err().unwrap();
    let text = taken.to_string();
    assert!(
        matches!(taken, ControlError::InUse { pid: Some(pid), .. } if pid == std::process::id()),
        "{text}"
    );
    assert!(text.contains("control.sock"), "{text}");
    drop(asked);
    assert!(!path.exists(), "it goes with the process");
    // One that a dead process has left.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let _again = client(&place, place.start(&call(&Target::new().await, "")).await).await;
    // What is something else stays.
    std::fs::write(place.path("text"), "mine").unwrap();
    let other = Control::bind(&settings(&place.path("text").display().to_string())).err().unwrap();
    assert!(matches!(other, ControlError::NoSocket { .. }), "{other}");
    assert_eq!(std::fs::read_to_string(place.path("text")).unwrap(), "mine");
}

/// Sends bytes and gives what came back.
async fn raw(mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, bytes: &[u8]) -> String {
    // It may have been refused before everything was sent.
    let _ = stream.write_all(bytes).await;
    let mut text = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("it ends");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_requests_are_refused_and_cost_little() {
    let place = Place::new();
    let asked = client(&place, place.start(&call(&Target::new().await, "")).await).await;
    let connect = || async { tokio::net::UnixStream::connect(place.path("control.sock")).await.unwrap() };
    let big = format!("GET /v1/status HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(100_000));
    let body = format!(
        "POST /v1/dead/drop HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n{{\"ids\":[\"{}",
        "1".repeat(300_000)
    );
    for (request, status) in [
        ("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n", "200"),
        ("GET /v1/status HTTP/1.1\r\nhost: x\r\norigin: http://evil.example\r\n\r\n", "403"),
        ("POST /v1/dead/drop HTTP/1.1\r\nhost: x\r\norigin: null\r\ncontent-length: 2\r\n\r\n{}", "403"),
        ("GET /v2/status HTTP/1.1\r\nhost: x\r\n\r\n", "404"),
        ("GET /v1/../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n", "404"),
        ("DELETE /v1/dead HTTP/1.1\r\nhost: x\r\n\r\n", "405"),
        ("GET /v1/dead/redrive HTTP/1.1\r\nhost: x\r\n\r\n", "404"),
        ("GET /v1/why HTTP/1.1\r\nhost: x\r\n\r\n", "400"),
        ("GET /v1/events?since=yesterday HTTP/1.1\r\nhost: x\r\n\r\n", "400"),
        ("GET /v1/events?what=x HTTP/1.1\r\nhost: x\r\n\r\n", "400"),
        ("POST /v1/replay HTTP/1.1\r\nhost: x\r\ncontent-length: 7\r\n\r\nno json", "400"),
        ("POST /v1/dead/drop HTTP/1.1\r\nhost: x\r\ncontent-length: 15\r\n\r\n{\"idz\":[\"all\"]}", "400"),
        ("POST /v1/reload HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n", "404"),
        ("no http at all\r\n\r\n", "400"),
        (big.as_str(), "431"),
        (body.as_str(), "413"),
    ] {
        let answer = raw(connect().await, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{:.80}: {answer}", request);
    }
    // Whoever connects and says nothing keeps nobody out for long.
    let mut silent = Vec::new();
    for _ in 0..32 {
        silent.push(connect().await);
    }
    let status = tokio::time::timeout(Duration::from_secs(15), asked.status()).await;
    assert!(status.is_ok(), "the silent ones are cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_needs_its_token_and_no_page_reaches_it() {
    let place = Place::new();
    let host = Arc::new(place.start(&call(&Target::new().await, "")).await);
    let port = |more: &[(Name, &str)]| {
        let mut settings = vec![(Name::Control, "127.0.0.1:0")];
        settings.extend_from_slice(more);
        Control::bind(&place.settings(&settings))
    };
    assert!(matches!(port(&[]).err(), Some(ControlError::NoToken)));
    let file = place.path("token").display().to_string();
    std::fs::write(&file, "short\n").unwrap();
    assert!(matches!(port(&[(Name::ControlToken, &file)]).err(), Some(ControlError::Token { .. })));
    std::fs::write(&file, "a-long-enough-token\n").unwrap();
    let serving = port(&[(Name::ControlToken, &file)]).unwrap().unwrap().serve(host.clone(), None).unwrap();
    let address = serving.address().unwrap();
    let ask = |headers: String| async move {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let answer = raw(stream, format!("GET /v1/status HTTP/1.1\r\n{headers}\r\n").as_bytes()).await;
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let token = |token: &str| format!("authorization: Bearer {token}\r\n");
    let host_of = |name: &str| format!("host: {name}\r\n");
    let good = token("a-long-enough-token");
    for (headers, status) in [
        (host_of("127.0.0.1") + &good, "200"),
        (host_of("localhost:1234") + &good, "200"),
        (host_of("[::1]:80") + &good, "200"),
        (host_of("127.0.0.1"), "401"),
        (host_of("127.0.0.1") + &token("a-long-enough-tokem"), "401"),
        (host_of("127.0.0.1") + &token("a-long-enough-token-and-more"), "401"),
        (host_of("127.0.0.1") + "authorization: Basic a-long-enough-token\r\n", "401"),
        (host_of("evil.example") + &good, "403"),
        (host_of("127.0.0.1.evil.example") + &good, "403"),
        (good.clone(), "403"),
        (host_of("127.0.0.1") + &good + "origin: http://127.0.0.1\r\n", "403"),
    ] {
        assert_eq!(ask(headers.clone()).await, status, "{headers}");
    }
    // Another token counts at once.
    std::fs::write(&file, "another-long-token").unwrap();
    assert_eq!(ask(host_of("127.0.0.1") + &good).await, "401");
    let address = ControlAddress::Tcp(address.to_string());
    let client = Client { address, token: Some("another-long-token".into()) };
    let status: Status = client.get("status", &[]).await.unwrap().one().await.unwrap();
    assert_eq!(status.pid, std::process::id());
    let wrong = Client { token: Some("wrong".into()), ..client };
    let refused = wrong.get("status", &[]).await.err().unwrap();
    assert!(matches!(refused, ClientError::Refused { status: 401, .. }), "{refused}");
    assert!(!refused.to_string().contains("another-long-token"));
}
