//! Scripts in streams: what they make is what fires, and one that loops delays only its own trigger.

use crate::support::{Place, Target, http, plan, post, settled, stream, trigger};
use std::time::{Duration, Instant};

/// A stream of events that a script transforms first.
fn mapped(name: &str, event: &str, language: &str, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(
        r#"{{"name":"{name}","from":{{"event":{{"source":"hook","event":"{event}"}}}},"declared":true,
            "transform":{{"script":{{"language":"{language}","text":{text}}}}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_script_makes_is_what_fires() {
    let (place, target) = (Place::new(), Target::new().await);
    let streams = [
        mapped("by-jq", "a", "jq", ".body.id |= . + \"-jq\""),
        mapped("by-lua", "a", "lua", "event.body.id = event.body.id .. '-lua'\nreturn event"),
        mapped("failing", "a", "jq", "error(.body.id)"),
    ];
    let triggers = ["by-jq", "by-lua", "failing"]
        .map(|name| trigger(name, name, &http(&target.url(&format!("/{name}"))), ""));
    let host = place.start(&plan(&["a"], &streams.join(","), &triggers.join(","))).await;
    post(&host, "/a", "x").await;
    settled(&host).await;
    let ids = |path: &str| target.of(path).iter().map(|call| call.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids("/by-jq"), ["x-jq"]);
    assert_eq!(ids("/by-lua"), ["x-lua"]);
    assert_eq!(target.of("/failing").len(), 0);
}

/// One worker: a script that ran on it would stop everything.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_script_that_loops_delays_its_own_trigger_alone() {
    const EVENTS: usize = 12;
    let (place, target) = (Place::new(), Target::new().await);
    let streams = [stream("a"), mapped("looping", "a", "jq", "def f: f; f")];
    let triggers = [
        trigger("free", "a", &http(&target.url("/free")), ""),
        trigger("stuck", "looping", &http(&target.url("/stuck")), ""),
    ];
    let host = place.start(&plan(&["a"], &streams.join(","), &triggers.join(","))).await;
    let begun = Instant::now();
    for event in 0..EVENTS {
        post(&host, "/a", &event.to_string()).await;
    }
    target.wait("/free", EVENTS).await;
    let free = begun.elapsed();
    settled(&host).await;
    let stuck = begun.elapsed();
    assert_eq!((target.of("/free").len(), target.of("/stuck").len()), (EVENTS, 0));
    assert!(free * 2 < stuck, "one was done after {free:?}, the one that loops after {stuck:?}");
    assert!(stuck > Duration::from_millis(100), "it did not loop");
}
