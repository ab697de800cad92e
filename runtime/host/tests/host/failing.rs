//! Actions that fail: retries, dead letters, `on-failure`, at-most-once.

use crate::support::{
    Client, PATIENCE, Place, Target, address, bus, http, plan, post, settled, stream, trigger, words,
};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const RETRY: &str = r#","retry":{"steps":3,"duration":"100ms","factor":2.0,"jitter":0.0}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_for_good_becomes_a_dead_letter() {
    let (place, target) = (Place::new(), Target::answering(|_, _| (500, Duration::ZERO)).await);
    let host = place
        .start(&plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), RETRY)))
        .await;
    let begun = Instant::now();
    post(&host, "/a", "one").await;
    settled(&host).await;
    assert!(begun.elapsed() >= Duration::from_millis(300), "100 ms and 200 ms between the attempts");
    let calls = target.calls();
    assert_eq!(calls.len(), 3);
    assert_eq!(
        calls.iter().map(|call| &call.key).collect::<BTreeSet<_>>().len(),
        1,
        "one key for all attempts"
    );
    let dead = bus(&host).await.dead_letters(None, None, 10).await.unwrap();
    let letter = &dead[0].1;
    assert_eq!((dead.len(), letter.trigger.as_str(), letter.attempts), (1, "call", 3));
    assert!(letter.reason.contains("500"), "{}", letter.reason);
    let event = letter.events[0].event.as_ref().unwrap();
    assert!(String::from_utf8_lossy(&event.data).contains("one"));
    let status = host.status().await;
    assert_eq!((status.triggers[0].dead, status.triggers[0].lag), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retries_go_on_after_a_restart_where_they_were() {
    let (place, target) = (Place::new(), Target::answering(|_, _| (500, Duration::ZERO)).await);
    let slow = r#","retry":{"steps":3,"duration":"700ms","factor":1.0,"jitter":0.0}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), slow));
    let host = place.start(&plan).await;
    let mut decisions = host.decisions();
    post(&host, "/a", "one").await;
    // What is said is stored by then.
    let stored = async { while !words(&mut decisions).await.contains(&"retry".to_owned()) {} };
    tokio::time::timeout(PATIENCE, stored).await.expect("no retry was said");
    host.abort().await;
    drop(host);

    let host = place.start(&plan).await;
    let mut decisions = host.decisions();
    settled(&host).await;
    let calls = target.calls();
    assert_eq!(calls.len(), 3, "one attempt before the restart, two after it");
    assert_eq!(calls.iter().map(|call| &call.key).collect::<BTreeSet<_>>().len(), 1, "under the same id");
    let said = words(&mut decisions).await;
    assert_eq!(said.iter().filter(|word| *word == "attempt").count(), 2, "{said:?}");
    let dead = bus(&host).await.dead_letters(None, None, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].1.attempts), (1, 3), "the attempt before the restart counts");
    let spec = aev_bus::LaneSpec {
        pipeline: "pipe".into(),
        sensor: "pipe".into(),
        trigger: "call".into(),
        subjects: vec![],
    };
    let lane = bus(&host).await.lane(spec).await.unwrap();
    assert_eq!(lane.records().await.unwrap(), [], "what is over leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_failure_runs_once_the_trigger_has_failed() {
    let (place, target) = (
        Place::new(),
        Target::answering(|path, _| (if path == "/t" { 500 } else { 200 }, Duration::ZERO)).await,
    );
    let fallback =
        format!(r#","onFailure":{{"name":"tell","action":{}}}{RETRY}"#, http(&target.url("/fallback")));
    let host = place
        .start(&plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), &fallback)))
        .await;
    post(&host, "/a", "one").await;
    settled(&host).await;
    assert_eq!(target.of("/t").len(), 3);
    let told = target.of("/fallback");
    assert_eq!((told.len(), told[0].id()), (1, "one"));
    assert_ne!(told[0].key, target.of("/t")[0].key, "it is another firing for who is called");
    assert_eq!(bus(&host).await.dead_letters(None, None, 10).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_once_is_never_repeated() {
    let (place, target) = (
        Place::new(),
        Target::answering(|_, before| (if before == 0 { 500 } else { 200 }, Duration::from_millis(400)))
            .await,
    );
    let plan = plan(
        &["a"],
        &stream("a"),
        &trigger("call", "a", &http(&target.url("/t")), r#","deliver":"at-most-once""#),
    );
    let host = place.start(&plan).await;
    post(&host, "/a", "fails").await;
    target.wait("/t", 1).await;
    settled(&host).await;
    assert_eq!(target.calls().len(), 1, "a failure is not tried again");
    post(&host, "/a", "cut").await;
    target.wait("/t", 2).await;
    host.abort().await;
    drop(host);
    let host = place.start(&plan).await;
    settled(&host).await;
    assert_eq!(target.calls().len(), 2, "what was under way at the end is not done again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_no_event_blocks_nobody() {
    let (place, target) = (Place::new(), Target::new().await);
    let host =
        place.start(&plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""))).await;
    let mut decisions = host.decisions();
    let poison = aev_bus::CloudEvent {
        id: "poison".into(),
        source: "hook".into(),
        kind: "webhook".into(),
        subject: "a".into(),
        data: b"no json".to_vec(),
        ..Default::default()
    };
    bus(&host).await.publish(aev_bus::Outgoing::new(&poison)).await.unwrap();
    post(&host, "/a", "good").await;
    settled(&host).await;
    assert_eq!(target.calls()[0].id(), "good");
    let dead = bus(&host).await.dead_letters(None, None, 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].1.reason.contains("no JSON"), "{}", dead[0].1.reason);
    assert_eq!(dead[0].1.events[0].event.as_ref(), Some(&poison));
    assert!(words(&mut decisions).await.contains(&"unreadable".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_cut_off_at_the_deadline_is_repeated_under_its_key() {
    let answer = |_: &str, before| (200, if before == 0 { Duration::from_secs(20) } else { Duration::ZERO });
    let (place, target) = (Place::new(), Target::answering(answer).await);
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let host = place.start(&plan).await;
    post(&host, "/a", "one").await;
    target.wait("/t", 1).await;
    let begun = Instant::now();
    let drained = host.drain(Duration::from_millis(300)).await;
    assert_eq!(drained.triggers, 1);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(host);
    let host = place.start(&plan).await;
    settled(&host).await;
    let calls = target.calls();
    assert_eq!((calls.len(), &calls[0].key), (2, &calls[1].key));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_is_away_shows_in_health_and_turns_senders_away() {
    let place = Place::new();
    let host = place.start(&plan(&["a"], &stream("a"), &trigger("call", "a", r#""log""#, ""))).await;
    let mut client = Client::connect(address(&host)).await.unwrap();
    assert_eq!(client.post("/health", "").await.unwrap().status, 200);
    bus(&host).await.close().await;
    let response = client.post("/a", r#"{"id":"1"}"#).await.unwrap();
    assert_eq!(response.status, 503);
    assert!(response.retry_after.is_some());
    let sick = async {
        while client.post("/health", "").await.unwrap().status == 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), sick).await.expect("health does not follow the bus");
}
