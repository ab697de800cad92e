//! Several pipelines in one process, and exchanging them while they run.

use crate::support::{
    Client, PATIENCE, Place, Target, address, bus, filtered, http, plan, post, settled, stream, trigger,
};
use aev_host::Host;
use aev_plan::Plan;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn named(name: &str, event: &str, target: &Target) -> Plan {
    let mut plan =
        plan(&[event], &stream(event), &trigger("call", event, &http(&target.url(&format!("/{name}"))), ""));
    plan.name = name.to_owned();
    plan.sources[0].name = format!("hook-{name}");
    if let aev_plan::model::From::Event { source, .. } = &mut plan.sensors[0].streams[0].from {
        *source = format!("hook-{name}");
    }
    plan
}

async fn start(place: &Place, plans: &[Plan]) -> Host {
    Host::start(plans, &place.settings(&[])).await.unwrap_or_else(|errors| panic!("{errors:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pipelines_share_a_port_and_a_bus() {
    let (place, target) = (Place::new(), Target::new().await);
    let plans: Vec<Plan> = ["one", "two", "three"].iter().map(|name| named(name, name, &target)).collect();
    let host = start(&place, &plans).await;
    assert_eq!((host.addresses().len(), host.buses().await.len()), (1, 1));
    for name in ["one", "two", "three"] {
        post(&host, &format!("/{name}"), &format!("for-{name}")).await;
    }
    settled(&host).await;
    for name in ["one", "two", "three"] {
        let calls = target.of(&format!("/{name}"));
        assert_eq!(
            calls.iter().map(|call| call.id().to_owned()).collect::<Vec<_>>(),
            [format!("for-{name}")]
        );
    }
    let states = host.status().await.triggers;
    assert_eq!(
        states.iter().map(|state| state.pipeline.as_str()).collect::<Vec<_>>(),
        ["one", "three", "two"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_is_exchanged_under_load_without_losing_or_repeating_an_event() {
    let (place, target) = (Place::new(), Target::answering(|_, _| (200, Duration::from_millis(3))).await);
    let version = |path: &str| {
        plan(
            &["a"],
            &filtered("wanted", "a", "kind", "wanted"),
            &trigger("call", "wanted", &http(&target.url(path)), ""),
        )
    };
    let other = named("other", "b", &target);
    let host = Arc::new(start(&place, &[version("/first"), other.clone()]).await);
    let stop = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let (address, stop) = (address(&host), stop.clone());
            tokio::spawn(async move {
                // One connection over all exchanges: it is never cut.
                let mut client = Client::connect(address).await.unwrap();
                let mut sent = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let id = format!("{sender}-{}", sent.len());
                    let body = format!(r#"{{"id":"{id}","kind":"wanted"}}"#);
                    assert_eq!(client.post("/a", &body).await.expect("the connection was cut").status, 200);
                    sent.push(id);
                }
                sent
            })
        })
        .collect();
    for round in 0..6 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let path = ["/second", "/first"][round % 2];
        let applied = host.apply(&[version(path), other.clone()]).await.unwrap();
        assert_eq!((applied.started, applied.kept, applied.ended), (1, 1, 1));
    }
    stop.store(true, Ordering::Relaxed);
    let mut sent = Vec::new();
    for sender in senders {
        sent.extend(sender.await.unwrap());
    }
    settled(&host).await;
    let mut called: Vec<String> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    called.sort();
    sent.sort();
    assert_eq!(called, sent, "each event has its effect exactly once");
    assert!(!target.of("/first").is_empty() && !target.of("/second").is_empty());
    host.drain(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_run_changes_nothing() {
    let (place, target) = (Place::new(), Target::new().await);
    let good = named("one", "one", &target);
    let host = start(&place, std::slice::from_ref(&good)).await;
    let mut bad = good.clone();
    bad.sources[0].events[0].kind = "kafka".to_owned();
    assert_eq!(host.apply(&[bad]).await.unwrap_err().len(), 1);
    post(&host, "/one", "still").await;
    settled(&host).await;
    assert_eq!(target.of("/one").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pipelines_come_and_go() {
    let (place, target) = (Place::new(), Target::new().await);
    let (one, two) = (named("one", "one", &target), named("two", "two", &target));
    let host = start(&place, std::slice::from_ref(&one)).await;
    host.apply(&[one.clone(), two.clone()]).await.unwrap();
    post(&host, "/two", "new").await;
    settled(&host).await;
    assert_eq!(target.of("/two").len(), 1);
    host.apply(std::slice::from_ref(&two)).await.unwrap();
    let mut client = Client::connect(address(&host)).await.unwrap();
    assert_eq!(client.post("/one", "{}").await.unwrap().status, 404, "its endpoint is gone");
    let lanes = bus(&host).await.lanes().await.unwrap();
    assert_eq!(lanes, ["one/pipe/call", "two/pipe/call"], "its place on the bus stays");
    let applied = host.apply(&[one, two]).await.unwrap();
    assert_eq!((applied.started, applied.kept, applied.ended), (1, 1, 0));
    post(&host, "/one", "back").await;
    settled(&host).await;
    assert_eq!(target.of("/one")[0].id(), "back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_trigger_goes_on_where_it_was() {
    let (place, target) = (Place::new(), Target::answering(|_, _| (200, Duration::from_millis(700))).await);
    let called = |name: &str, path: &str| {
        plan(
            &["a"],
            &stream("a"),
            &trigger(name, "a", &http(&target.url(path)), r#","deliver":"at-most-once""#),
        )
    };
    let host = start(&place, &[called("before", "/t")]).await;
    let mut client = Client::connect(address(&host)).await.unwrap();
    for n in 0..200 {
        assert_eq!(client.post("/a", &format!(r#"{{"id":"{n}"}}"#)).await.unwrap().status, 200);
    }
    // While it runs, and between two runs.
    host.apply(&[called("between", "/t")]).await.unwrap();
    assert_eq!(bus(&host).await.lanes().await.unwrap(), ["pipe/pipe/between"]);
    host.drain(PATIENCE).await;
    let before = target.calls().len();
    assert!(before < 200, "{before}");
    let host = start(&place, &[called("after", "/t")]).await;
    settled(&host).await;
    assert_eq!(bus(&host).await.lanes().await.unwrap(), ["pipe/pipe/after"]);
    let mut ids: Vec<_> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (200, 200), "each event once, under three names");
}
