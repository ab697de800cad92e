//! Two events, one firing, whatever happens in between.

use crate::bench::{Bench, World};
use crate::crash::start;
use crate::support::{Client, Place, Target, plan, post, settled, stream};
use aev_bus::{Bus, Delivery, Embedded, Span, Subject};
use aev_host::Host;
use aev_host::settings::Name;
use aev_servers::{NatsServer, Options, program};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn join(url: &str) -> String {
    format!(
        r#"{{"name":"both","on":{{"and":[{{"stream":"a"}},{{"stream":"b"}}]}},
            "bindings":[{{"name":"a","streams":["a"]}},{{"name":"b","streams":["b"]}}],
            "action":{{"http":{{"url":{{"const":"{url}"}},"method":"POST","payload":{{"object":[
              ["a",{{"path":{{"event":"a","steps":["body","id"]}}}}],["b",{{"path":{{"event":"b","steps":["body","id"]}}}}]]}}}}}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_survives_restarts() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan = plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &join(&target.url("/t")));
    for round in 0..3 {
        let host = place.start(&plan).await;
        post(&host, "/a", &format!("old{round}")).await;
        post(&host, "/a", &format!("a{round}")).await;
        settled(&host).await;
        // Once in order and once not.
        if round % 2 == 0 {
            host.abort().await;
        } else {
            host.drain(crate::support::PATIENCE).await;
        }
        drop(host);
        let host = place.start(&plan).await;
        assert_eq!(target.calls().len(), round);
        post(&host, "/b", &format!("b{round}")).await;
        settled(&host).await;
        host.drain(crate::support::PATIENCE).await;
    }
    let bodies: Vec<_> = target.calls().into_iter().map(|call| call.body).collect();
    let wanted = [0, 1, 2].map(|round| format!(r#"{{"a":"a{round}","b":"b{round}"}}"#));
    assert_eq!(bodies, wanted, "the newest event of each, once");
}

/// The same on another bus, whose server is a process of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_survives_restarts_on_jetstream() {
    if program::missing("host::joins::a_join_survives_restarts_on_jetstream") {
        return;
    }
    let (place, target) = (Place::new(), Target::new().await);
    let server = NatsServer::start(&Options::default()).unwrap();
    let plan = plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &join(&target.url("/t")));
    let bus = server.url().replace("nats://", "jetstream://");
    let settings = place.settings(&[(Name::Bus, &bus)]);
    for round in 0..3 {
        let host = Host::start(std::slice::from_ref(&plan), &settings).await.unwrap();
        post(&host, "/a", &format!("old{round}")).await;
        post(&host, "/a", &format!("a{round}")).await;
        settled(&host).await;
        if round % 2 == 0 {
            host.abort().await;
        } else {
            host.drain(crate::support::PATIENCE).await;
        }
        drop(host);
        let host = Host::start(std::slice::from_ref(&plan), &settings).await.unwrap();
        assert_eq!(target.calls().len(), round);
        post(&host, "/b", &format!("b{round}")).await;
        target.wait("/t", round + 1).await;
        settled(&host).await;
        host.drain(crate::support::PATIENCE).await;
    }
    let bodies: Vec<_> = target.calls().into_iter().map(|call| call.body).collect();
    let wanted = [0, 1, 2].map(|round| format!(r#"{{"a":"a{round}","b":"b{round}"}}"#));
    assert_eq!(bodies, wanted, "the newest event of each, once");
}

/// The body's id of an event as it lies on the bus.
fn id(delivery: &Delivery) -> String {
    let event = delivery.event.as_ref().unwrap();
    let data: serde_json::Value = serde_json::from_slice(&event.data).unwrap();
    data["body"]["id"].as_str().unwrap().to_owned()
}

/// The process is killed again and again. What the bus has taken says which matches there are: each has one effect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_every_match_has_one_effect() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan = plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &join(&target.url("/t")));
    std::fs::write(place.path("plan.json"), serde_json::to_vec(&plan).unwrap()).unwrap();
    let mut sent = 0;
    for round in 0..15_u64 {
        let (mut child, address) = start(&place, None);
        let sender = tokio::spawn(async move {
            let Ok(mut client) = Client::connect(address).await else { return sent };
            loop {
                let path = if sent % 2 == 0 { "/a" } else { "/b" };
                let answer = client.post(path, &format!(r#"{{"id":"{sent}"}}"#)).await;
                // Nobody knows whether that one was taken.
                sent += 1;
                if answer.is_none_or(|answer| answer.status != 200) {
                    return sent;
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(120 + round * 37 % 150)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        sent = sender.await.unwrap();
    }
    let bus = Embedded::open(aev_bus::Options::new(place.path("bus"))).unwrap();
    let span = Span {
        subjects: vec![Subject::new("hook", "a"), Subject::new("hook", "b")],
        since: UNIX_EPOCH,
        until: SystemTime::now() + Duration::from_secs(60),
        after: None,
        max: 1_000_000,
    };
    let history = bus.history(span).await.unwrap();
    bus.close().await;
    drop(bus);
    let (mut child, _) = start(&place, None);
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let mut matches = BTreeSet::new();
    for delivery in &history {
        kept.insert(delivery.subject.event.clone(), id(delivery));
        if let (Some(a), Some(b)) = (kept.get("a"), kept.get("b")) {
            matches.insert(format!(r#"{{"a":"{a}","b":"{b}"}}"#));
            kept.clear();
        }
    }
    assert!(matches.len() > 30, "only {} matches", matches.len());
    let deadline = Instant::now() + crate::support::PATIENCE;
    let bodies = || target.calls().into_iter().map(|call| call.body).collect::<BTreeSet<String>>();
    while !matches.is_subset(&bodies()) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(bodies(), matches);
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in target.calls() {
        keys.entry(call.body).or_default().insert(call.key);
    }
    assert!(keys.values().all(|keys| keys.len() == 1), "what is repeated has the same key");
}

fn hourly() -> aev_plan::Plan {
    let join = r#"{"name":"t","on":{"and":[{"stream":"a"},{"stream":"b"}]},"bindings":[],"action":"log",
        "resets":[{"cron":"0 * * * *","zone":"Europe/Berlin"}]}"#;
    plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), join)
}

const HOURS: Duration = Duration::from_secs(2 * 3600);

#[tokio::test]
async fn a_reset_between_the_parts_forgets() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(100, |_| true);
    let mut bench = Bench::start(dir.path(), &hourly(), &world, Duration::ZERO).await;
    bench.send("a", "a1").await;
    bench.decided("waiting").await;
    bench.clock.put_forward(HOURS);
    // The bus took both in one hour.
    bench.send("b", "b1").await;
    bench.decided("fired").await;
    world.wait(1).await;
    // Of this one the hour is over while it waits.
    bench.send("a", "a2").await;
    bench.decided("waiting").await;
    assert_eq!(bench.decided("reset").await["streams"], serde_json::json!(["a"]));
    bench.send("b", "b2").await;
    bench.decided("waiting").await;
    assert_eq!(world.count(), 1);
    bench.kill().await;
}

#[tokio::test]
async fn a_reset_that_was_missed_is_made_up_for_and_comes_after_what_the_bus_took_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(100, |_| true);
    let mut bench = Bench::start(dir.path(), &hourly(), &world, Duration::ZERO).await;
    bench.send("a", "a1").await;
    bench.decided("waiting").await;
    bench.kill().await;
    let mut bench = Bench::start(dir.path(), &hourly(), &world, HOURS).await;
    assert_eq!(bench.decided("reset").await["streams"], serde_json::json!(["a"]));
    bench.send("b", "b1").await;
    bench.decided("waiting").await;
    bench.kill().await;
    assert_eq!(world.count(), 0);

    // The other part was on the bus before the reset, and nobody had read it.
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(dir.path(), &hourly(), &world, Duration::ZERO).await;
    bench.send("a", "a1").await;
    bench.decided("waiting").await;
    bench.kill().await;
    let away: Arc<dyn Bus> = Arc::new(Embedded::open(aev_bus::Options::new(dir.path())).unwrap());
    crate::bench::publish(&away, "b", "b1").await;
    away.close().await;
    drop(away);
    let mut bench = Bench::start(dir.path(), &hourly(), &world, HOURS).await;
    bench.decided("fired").await;
    world.wait(1).await;
    bench.kill().await;
}
