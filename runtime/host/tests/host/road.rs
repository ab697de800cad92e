//! The whole road: webhook, bus, filter, action.

use crate::support::{
    Client, PATIENCE, Place, Target, address, filtered, http, plan, post_json, settled, stream, trigger,
    words,
};
use aev_host::Host;
use aev_host::settings::Name;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_webhook_to_a_call_with_every_decision_said() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan = plan(
        &["a"],
        &filtered("main", "a", "branch", "main"),
        &trigger("call", "main", &http(&target.url("/t")), ""),
    );
    let host = place.start(&plan).await;
    let mut decisions = host.decisions();
    post_json(&host, "/a", r#"{"id":"one","branch":"other"}"#).await;
    post_json(&host, "/a", r#"{"id":"two","branch":"main"}"#).await;
    settled(&host).await;
    let calls = target.calls();
    assert_eq!(calls.iter().map(|call| call.body.as_str()).collect::<Vec<_>>(), [r#"{"id":"two"}"#]);
    assert_eq!(calls[0].key.len(), 32, "{calls:?}");
    let said = words(&mut decisions).await;
    let wanted = [
        "received",
        "filtered",
        "received",
        "matched",
        "fired",
        "attempt",
        r#"result {"answered":{"status":200}}"#,
        "done",
    ];
    assert_eq!(said, wanted);
    let status = host.status().await;
    assert_eq!(status.buses[0].bytes, 0, "what every trigger has finished with is gone");
    assert!(status.triggers[0].last_event.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_becomes_a_file_and_events_a_result() {
    let place = Place::new();
    let object = r#"{"k8sCreate":{"object":[["apiVersion",{"const":"v1"}],["kind",{"const":"ConfigMap"}],
        ["metadata",{"object":[["generateName",{"const":"c-"}]]}],
        ["data",{"object":[["id",{"path":{"event":"e","steps":["body","id"]}}]]}]]}}"#;
    let triggers = format!("{},{}", trigger("make", "a", object, ""), trigger("tell", "a", r#""log""#, ""));
    let host = place.start(&plan(&["a"], &stream("a"), &triggers)).await;
    let mut decisions = host.decisions();
    post_json(&host, "/a", r#"{"id":12345678901234567890}"#).await;
    settled(&host).await;
    let files: Vec<_> = std::fs::read_dir(place.path("objects").join("pipe"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert!(text.contains("12345678901234567890"), "{text}");
    let said = words(&mut decisions).await;
    assert!(
        said.iter().any(|word| word.contains("written")) && said.iter().any(|word| word.contains("logged")),
        "{said:?}"
    );
    assert_eq!(host.drain(PATIENCE).await, Default::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_target_delays_no_other_trigger_and_has_32_calls_at_most() {
    let (place, target) = (
        Place::new(),
        Target::answering(|path, _| {
            (200, if path == "/slow" { Duration::from_millis(700) } else { Duration::ZERO })
        })
        .await,
    );
    let triggers =
        ["slow", "fast"].map(|name| trigger(name, "a", &http(&target.url(&format!("/{name}"))), ""));
    let host = place.start(&plan(&["a"], &stream("a"), &triggers.join(","))).await;
    let mut client = Client::connect(address(&host)).await.unwrap();
    let begun = Instant::now();
    for n in 0..100 {
        assert_eq!(client.post("/a", &format!(r#"{{"id":"{n}"}}"#)).await.unwrap().status, 200);
    }
    target.wait("/fast", 100).await;
    let slow = target.of("/slow").len();
    assert!(begun.elapsed() < Duration::from_millis(700) * 4, "the fast trigger waited for the slow one");
    assert!(slow < 100, "{slow}");
    settled(&host).await;
    assert_eq!(target.of("/slow").len(), 100);
    // 100 calls, 32 at a time, 700 ms each.
    assert!(begun.elapsed() >= Duration::from_millis(2800), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_bus_turns_senders_away_and_recovers() {
    let place = Place::new();
    let gate = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let open = gate.clone();
    let target = Target::answering(move |_, _| match open.load(std::sync::atomic::Ordering::SeqCst) {
        true => (200, Duration::ZERO),
        false => (500, Duration::ZERO),
    })
    .await;
    let retry = r#","retry":{"steps":1000,"duration":"200ms","factor":1.0,"jitter":0.0}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), retry));
    let bus = format!("embedded:{}?max-bytes=100000", place.path("small").display());
    let host = Host::start(&[plan], &place.settings(&[(Name::Bus, &bus)])).await.unwrap();
    let mut client = Client::connect(address(&host)).await.unwrap();
    let pad = "x".repeat(5000);
    let mut taken = 0;
    let refused = loop {
        let response = client.post("/a", &format!(r#"{{"id":"{taken}","pad":"{pad}"}}"#)).await.unwrap();
        if response.status != 200 {
            break response;
        }
        taken += 1;
        assert!(taken < 100, "it never became full");
    };
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(!refused.body.contains("xxx"), "an answer repeats no payload");
    assert!(refused.retry_after.is_some());
    gate.store(true, std::sync::atomic::Ordering::SeqCst);
    settled(&host).await;
    assert_eq!(client.post("/a", r#"{"id":"later"}"#).await.unwrap().status, 200);
    settled(&host).await;
    let mut ids: Vec<_> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert!(ids.len() > taken, "{} of {} events", ids.len(), taken + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_ends_what_has_begun_and_leaves_the_rest_on_the_bus() {
    let (place, target) = (Place::new(), Target::answering(|_, _| (200, Duration::from_millis(300))).await);
    let plan = plan(
        &["a"],
        &stream("a"),
        &trigger("call", "a", &http(&target.url("/t")), r#","deliver":"at-most-once""#),
    );
    let host = place.start(&plan).await;
    let mut client = Client::connect(address(&host)).await.unwrap();
    for n in 0..60 {
        assert_eq!(client.post("/a", &format!(r#"{{"id":"{n}"}}"#)).await.unwrap().status, 200);
    }
    drop(client);
    assert_eq!(host.drain(PATIENCE).await, Default::default());
    let before = target.calls().len();
    assert!((1..60).contains(&before), "{before} calls before the end");
    let host = place.start(&plan).await;
    settled(&host).await;
    let mut ids: Vec<_> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (60, 60), "each exactly once: an orderly end interrupts nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_of_decisions_delays_nothing_and_is_told() {
    let (place, target) = (Place::new(), Target::new().await);
    let host =
        place.start(&plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""))).await;
    let mut decisions = host.decisions();
    let mut client = Client::connect(address(&host)).await.unwrap();
    for n in 0..1500 {
        assert_eq!(client.post("/a", &format!(r#"{{"id":"{n}"}}"#)).await.unwrap().status, 200);
    }
    settled(&host).await;
    assert_eq!(target.calls().len(), 1500);
    assert!(matches!(decisions.next().await, aev_host::decision::Next::Missed(count) if count > 0));
    assert!(decisions.missed() > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_source_filters_never_reaches_the_bus() {
    let (place, target) = (Place::new(), Target::new().await);
    let mut plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let at_source = |wanted: &str| {
        let filter = filtered("x", "a", "branch", wanted);
        let stream: aev_plan::model::Stream = serde_json::from_str(&filter).unwrap();
        match stream.predicate {
            aev_plan::model::Predicate::Aev(condition) => Some(condition),
            other => panic!("{other:?}"),
        }
    };
    plan.sources[0].events[0].condition = at_source("main");
    let host = place.start(&plan).await;
    let mut decisions = host.decisions();
    // Whoever sends it is told the same of both: 200, or this would not return.
    post_json(&host, "/a", r#"{"id":"one","branch":"other"}"#).await;
    post_json(&host, "/a", r#"{"id":"two","branch":"main"}"#).await;
    settled(&host).await;
    let bodies = || target.calls().into_iter().map(|call| call.body).collect::<Vec<_>>();
    assert_eq!(bodies(), [r#"{"id":"two"}"#]);
    assert_eq!(words(&mut decisions).await.iter().filter(|word| *word == "received").count(), 1);
    let page = host.metrics().await;
    for (name, count) in [("filtered", 1), ("published", 1)] {
        let series = format!(
            "aev_source_events_{name}_total{{pipeline=\"pipe\",source=\"hook\",event=\"a\"}} {count}\n"
        );
        assert!(page.contains(&series), "{series}{page}");
    }
    // Another condition counts from the next event on, without a new start.
    plan.sources[0].events[0].condition = at_source("other");
    host.apply(std::slice::from_ref(&plan)).await.unwrap();
    post_json(&host, "/a", r#"{"id":"three","branch":"other"}"#).await;
    settled(&host).await;
    assert_eq!(bodies(), [r#"{"id":"two"}"#, r#"{"id":"three"}"#]);
}
