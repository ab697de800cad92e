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

fn start(place: &Place) -> (Child, SocketAddr) {
    let mut child = Command::new(example("runner"))
        .args([place.path("plan.json"), place.path("bus"), place.path("objects")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
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
        let (mut child, address) = start(&place);
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
        child.kill().unwrap();
        child.wait().unwrap();
        for sender in senders {
            sender.await.unwrap();
        }
    }

    let (mut child, _) = start(&place);
    let answered = std::mem::take(&mut *answered.lock().unwrap());
    let wanted: BTreeSet<String> = answered.iter().filter(|n| *n % 5 != 0).map(usize::to_string).collect();
    assert!(answered.len() > 2000, "only {} deliveries were answered", answered.len());
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
