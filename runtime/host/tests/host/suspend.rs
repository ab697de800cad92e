//! A suspended trigger takes no events, forgets none, and works all of them off when it goes on.

use crate::control::client;
use crate::support::{PATIENCE, Place, Target, http, plan, post, settled, stream, trigger};
use aev_engine::Timestamp;
use aev_host::control::api::{ReplayRequest, Replayed};
use aev_host::settings::Name;
use aev_host::{Host, Settings, TriggerStatus};
use aev_plan::Plan;
use aev_servers::{NatsServer, Options, program};
use std::time::Duration;

const SUSPENDED: &str = r#","flow":{"suspend":{}}"#;

/// A join and a trigger of one event, each perhaps suspended, and one that goes on in any case.
fn both(target: &Target, more: &str) -> Plan {
    let join = format!(
        r#"{{"name":"both","on":{{"and":[{{"stream":"a"}},{{"stream":"b"}}]}},
            "bindings":[{{"name":"a","streams":["a"]}},{{"name":"b","streams":["b"]}}],
            "action":{{"http":{{"url":{{"const":"{}"}},"method":"POST","payload":{{"object":[
              ["a",{{"path":{{"event":"a","steps":["body","id"]}}}}],["b",{{"path":{{"event":"b","steps":["body","id"]}}}}]]}}}}}}{more}}}"#,
        target.url("/both")
    );
    let one = trigger("one", "a", &http(&target.url("/one")), more);
    let other = trigger("other", "a", &http(&target.url("/other")), "");
    plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &format!("{join},{one},{other}"))
}

async fn start(plan: &Plan, settings: &Settings) -> Host {
    Host::start(std::slice::from_ref(plan), settings).await.unwrap_or_else(|errors| panic!("{errors:?}"))
}

async fn status(host: &Host, name: &str) -> TriggerStatus {
    host.status().await.triggers.into_iter().find(|trigger| trigger.trigger == name).unwrap()
}

/// Nothing else comes, however long one waits.
async fn quiet(target: &Target, paths: &[(&str, usize)]) {
    tokio::time::sleep(Duration::from_millis(400)).await;
    for (path, count) in paths {
        assert_eq!(target.of(path).len(), *count, "{path}");
    }
}

async fn waits_and_goes_on(settings: &Settings) {
    let target = Target::new().await;
    let (works, waits) = (both(&target, ""), both(&target, SUSPENDED));

    // The join has kept an event when it is suspended by a reload.
    let host = start(&works, settings).await;
    post(&host, "/a", "a1").await;
    target.wait("/one", 1).await;
    target.wait("/other", 1).await;
    settled(&host).await;
    assert!(!status(&host, "both").await.suspended);
    let applied = host.apply(std::slice::from_ref(&waits)).await.unwrap();
    assert_eq!((applied.started, applied.kept, applied.ended), (2, 1, 2));
    for id in ["b1", "b2"] {
        post(&host, "/b", id).await;
    }
    for id in ["a2", "a3"] {
        post(&host, "/a", id).await;
    }
    target.wait("/other", 3).await;
    settled(&host).await;
    quiet(&target, &[("/both", 0), ("/one", 1), ("/other", 3)]).await;
    let (join, one) = (status(&host, "both").await, status(&host, "one").await);
    assert!(join.suspended && one.suspended && !status(&host, "other").await.suspended);
    assert_eq!((join.lag, one.lag), (4, 2));
    assert!(host.ready().is_ok() && host.alive().is_ok());

    // It is killed and started again, and is still suspended.
    host.abort().await;
    drop(host);
    let host = start(&waits, settings).await;
    post(&host, "/a", "a4").await;
    target.wait("/other", 4).await;
    settled(&host).await;
    quiet(&target, &[("/both", 0), ("/one", 1), ("/other", 4)]).await;
    assert_eq!(status(&host, "one").await.lag, 3);

    // Lifted, it takes up what it has kept, and works off the rest in order.
    host.apply(std::slice::from_ref(&works)).await.unwrap();
    target.wait("/one", 4).await;
    target.wait("/both", 2).await;
    settled(&host).await;
    quiet(&target, &[("/both", 2), ("/one", 4), ("/other", 4)]).await;
    // Actions of one trigger run beside each other; each event has had one.
    let mut ones: Vec<String> = target.of("/one").iter().map(|call| call.id().to_owned()).collect();
    ones.sort();
    assert_eq!(ones, ["a1", "a2", "a3", "a4"]);
    let mut joined: Vec<String> = target.of("/both").into_iter().map(|call| call.body).collect();
    joined.sort();
    assert_eq!(joined, [r#"{"a":"a1","b":"b1"}"#, r#"{"a":"a2","b":"b2"}"#]);
    host.drain(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_and_goes_on() {
    let place = Place::new();
    waits_and_goes_on(&place.settings(&[])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_and_goes_on_on_jetstream() {
    if program::missing("host::suspend::it_waits_and_goes_on_on_jetstream") {
        return;
    }
    let (place, server) = (Place::new(), NatsServer::start(&Options::default()).unwrap());
    let bus = server.url().replace("nats://", "jetstream://");
    waits_and_goes_on(&place.settings(&[(Name::Bus, &bus)])).await;
}

/// What has begun is brought to an end: a firing that waits to be tried again is, and begins nothing new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_begun_goes_on() {
    let place = Place::new();
    let target = Target::answering(|_, before| (if before == 0 { 500 } else { 200 }, Duration::ZERO)).await;
    let with = |more: &str| {
        let retry = format!(r#","retry":{{"steps":3,"duration":"1s","jitter":0}}{more}"#);
        plan(&["a"], &stream("a"), &trigger("t", "a", &http(&target.url("/t")), &retry))
    };
    let host = place.start(&with("")).await;
    post(&host, "/a", "a1").await;
    target.wait("/t", 1).await;
    host.apply(&[with(SUSPENDED)]).await.unwrap();
    post(&host, "/a", "a2").await;
    target.wait("/t", 2).await;
    quiet(&target, &[("/t", 2)]).await;
    // It is done, which is stored until its event comes again: a restart does not repeat it.
    host.drain(PATIENCE).await;
    drop(host);
    let host = place.start(&with(SUSPENDED)).await;
    quiet(&target, &[("/t", 2)]).await;
    host.apply(&[with("")]).await.unwrap();
    target.wait("/t", 3).await;
    settled(&host).await;
    let calls: Vec<String> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    assert_eq!(calls, ["a1", "a1", "a2"]);
    host.drain(PATIENCE).await;
}

/// Whoever sends it something of the past is told, instead of waiting until it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_takes_no_replay_and_says_why_it_is_silent() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", &http(&target.url("/t")), SUSPENDED));
    let asked = client(&place, place.start(&plan).await).await;
    post(&asked.host, "/a", "a1").await;
    let request = ReplayRequest {
        since: Timestamp(0),
        until: None,
        source: None,
        trigger: None,
        dry_run: false,
        same_ids: false,
        run: None,
    };
    let replayed: Vec<Replayed> = asked.all("replay", &request).await;
    let failed = replayed.iter().find_map(|line| match line {
        Replayed::Failed { error, .. } => Some(error.as_str()),
        _ => None,
    });
    assert!(failed.is_some_and(|error| error.contains("suspended")), "{replayed:?}");
    assert!(asked.status().await.host.triggers[0].suspended);
    quiet(&target, &[("/t", 0)]).await;
}

/// Everything else that the runtime does not run yet is refused, and never passed over.
#[tokio::test]
async fn clauses_that_are_not_run_yet_are_refused() {
    let place = Place::new();
    for (word, clause) in [
        ("match", r#""match":{"parts":[{"paths":[{"event":"e","steps":["body","id"]}]}]}"#),
        ("within", r#""within":{"window":"1h0m0s"}"#),
        ("count", r#""count":{"firings":3}"#),
        ("after", r#""after":{"wait":"1m0s","without":{"name":"b","streams":["b"]}}"#),
        ("debounce", r#""debounce":{"quiet":"30s"}"#),
        ("batch", r#""batch":{"size":10,"wait":"5s"}"#),
        ("order-by", r#""orderBy":{"value":{"path":{"event":"e","steps":["body","id"]}}}"#),
    ] {
        let flow = format!(r#","flow":{{{clause}}}"#);
        let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, &flow));
        let errors = Host::start(&[plan], &place.settings(&[])).await.err().unwrap();
        let said = errors.iter().map(ToString::to_string).collect::<String>();
        assert!(said.contains(&format!("`{word}`")) && said.contains("AEV0402"), "{said}");
    }
}
