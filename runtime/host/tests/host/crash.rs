//! The process is killed under load, again and again: what was answered 2xx has its effect, and an effect is repeated only
//! under the same key.

use crate::support::{Client, Place, Target, example, filtered, http, plan, trigger};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ROUNDS: u64 = 12;
const SENDERS: usize = 8;
/// Deliveries that are answered in each round before its process is killed.
const EACH: usize = 50;

pub fn start(place: &Place, log: Option<&str>) -> (Child, SocketAddr) {
    let mut command = Command::new(example("runner"));
    command.args([place.path("plan.json"), place.path("bus"), place.path("objects")]).stdout(Stdio::piped());
    match log {
        Some(levels) => command.env("AEV_LOG", levels).stderr(Stdio::piped()),
        None => command.env_remove("AEV_LOG"),
    };
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().parse().unwrap_or_else(|_| panic!("the process did not start: {line}"));
    (child, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_every_answered_delivery_has_its_effect() {
    let place = Place::new();
    // Every seventh call fails, so that kills meet retries as well.
    let target =
        Target::answering(|_, before| (if before % 7 == 3 { 500 } else { 200 }, Duration::ZERO)).await;
    let retry = r#","retry":{"steps":50,"duration":"20ms","factor":1.0,"jitter":1.0}"#;
    let streams = filtered("wanted", "a", "kind", "wanted");
    let plan = plan(&["a"], &streams, &trigger("call", "wanted", &http(&target.url("/t")), retry));
    std::fs::write(place.path("plan.json"), serde_json::to_vec(&plan).unwrap()).unwrap();

    let next = Arc::new(AtomicUsize::new(0));
    let answered = Arc::new(Mutex::new(Vec::new()));
    for round in 0..ROUNDS {
        let (mut child, address) = start(&place, None);
        let before = answered.lock().unwrap().len();
        let senders: Vec<_> = (0..SENDERS)
            .map(|_| {
                let (next, answered) = (next.clone(), answered.clone());
                tokio::spawn(async move {
                    let Ok(mut client) = Client::connect(address).await else { return };
                    loop {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        let kind = if n % 5 == 0 { "other" } else { "wanted" };
                        let response = client.post("/a", &format!(r#"{{"id":"{n}","kind":"{kind}"}}"#)).await;
                        match response {
                            Some(response) if response.status == 200 => answered.lock().unwrap().push(n),
                            _ => return,
                        }
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(250 + round * 61 % 300)).await;
        // On a machine with much else to do it takes longer until there is something to lose.
        let patience = Instant::now() + Duration::from_secs(60);
        while answered.lock().unwrap().len() < before + EACH && Instant::now() < patience {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for sender in senders {
            sender.await.unwrap();
        }
    }

    let (mut child, _) = start(&place, None);
    let answered = std::mem::take(&mut *answered.lock().unwrap());
    let wanted: BTreeSet<String> = answered.iter().filter(|n| *n % 5 != 0).map(usize::to_string).collect();
    assert!(answered.len() >= ROUNDS as usize * EACH, "only {} deliveries were answered", answered.len());
    let deadline = Instant::now() + Duration::from_secs(60);
    let lost = loop {
        let calls = target.calls();
        let lost: Vec<_> = {
            let seen: BTreeSet<&str> = calls.iter().map(|call| call.id()).collect();
            wanted.iter().filter(|id| !seen.contains(id.as_str())).cloned().collect()
        };
        if lost.is_empty() || Instant::now() > deadline {
            break lost;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        lost.is_empty(),
        "{} of {} deliveries had no effect, such as {:?}",
        lost.len(),
        wanted.len(),
        lost.first()
    );
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in target.calls() {
        assert_ne!(call.id().parse::<usize>().unwrap() % 5, 0, "a filtered event was acted on");
        keys.entry(call.id().to_owned()).or_default().insert(call.key);
    }
    let doubled: Vec<_> = keys.iter().filter(|(_, keys)| keys.len() > 1).collect();
    assert!(doubled.is_empty(), "repeated under another key: {:?}", doubled.first());
}

/// Every level of every part of aev is logged, and the payload is nowhere in it, whether the action works or fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_payload_reaches_a_log() {
    let place = Place::new();
    let target =
        Target::answering(|path, _| (if path == "/fails" { 500 } else { 200 }, Duration::ZERO)).await;
    let streams =
        [filtered("wanted", "a", "kind", "canary-kind"), filtered("other", "a", "kind", "canary-other")]
            .join(",");
    let triggers = [
        trigger("works", "wanted", &http(&target.url("/works")), ""),
        trigger("fails", "wanted", &http(&target.url("/fails")), ""),
        trigger("never", "other", r#""log""#, ""),
    ];
    let plan = plan(&["a"], &streams, &triggers.join(","));
    std::fs::write(place.path("plan.json"), serde_json::to_vec(&plan).unwrap()).unwrap();
    let (mut child, address) =
        start(&place, Some("aev_host=trace,aev_bus=trace,aev_connect=trace,aev_engine=trace"));
    let mut client = Client::connect(address).await.unwrap();
    let response = client.post("/a", r#"{"id":"canary-id","kind":"canary-kind"}"#).await.unwrap();
    assert_eq!(response.status, 200);
    client.post("/a", "canary-broken").await.unwrap();
    target.wait("/works", 1).await;
    target.wait("/fails", 1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("aev_host"), "nothing was logged: {log}");
    assert!(!log.contains("canary"), "{log}");
}
