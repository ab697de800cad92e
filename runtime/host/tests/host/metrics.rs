//! Metrics, and what Kubernetes asks of a process.

use crate::support::{Client, Place, Target, address, filtered, http, plan, post_json, settled, trigger};
use aev_host::Host;
use aev_host::metrics::{Names, Scraping};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The page as a strict reader sees it: the series with their values; each belongs to a metric that was described, once.
fn read(page: &str) -> BTreeMap<String, f64> {
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    let mut series = BTreeMap::new();
    let mut current = "";
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            current = help.split_once(' ').expect("a metric has help").0;
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert_eq!(name, current, "a type follows its help");
            assert!(["counter", "gauge", "histogram", "summary"].contains(&kind), "{line}");
            assert!(kinds.insert(name, kind).is_none(), "{name} is described twice");
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
        let metric = name.split('{').next().unwrap();
        let base = match kinds.get(current) {
            Some(&"histogram") | Some(&"summary") => {
                metric.trim_end_matches("_bucket").trim_end_matches("_sum").trim_end_matches("_count")
            }
            _ => metric,
        };
        assert_eq!(base, current, "a sample stands below its metric: {line}");
        if let Some(labels) = name.strip_prefix(metric).filter(|labels| !labels.is_empty()) {
            assert!(labels.starts_with('{') && labels.ends_with("\"}"), "{line}");
        }
        let known = series.insert(name.to_owned(), value.parse().unwrap_or_else(|_| panic!("{line}")));
        assert!(known.is_none(), "{name} stands there twice");
    }
    series
}

async fn get(server: &Scraping, path: &str) -> (u16, String) {
    let mut client = Client::connect(server.address()).await.unwrap();
    let response = client.get(path).await.unwrap();
    (response.status, response.body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_series_is_there_before_the_first_event_and_counts_what_comes() {
    let (place, target) =
        (Place::new(), Target::answering(|_, n| (if n == 0 { 500 } else { 200 }, Duration::ZERO)).await);
    let retry = r#","retry":{"steps":2,"duration":"10ms","factor":1.0,"jitter":0.0}"#;
    let streams = filtered("wanted", "a", "kind", "wanted");
    let plan = plan(&["a"], &streams, &trigger("call", "wanted", &http(&target.url("/t")), retry));
    let host = Arc::new(place.start(&plan).await);
    let server = Scraping::start("127.0.0.1:0".parse().unwrap(), Names::AndArgo, host.clone()).await.unwrap();
    let before = read(&get(&server, "/metrics").await.1);
    for kind in ["wanted", "other", "wanted"] {
        post_json(&host, "/a", &format!(r#"{{"id":"1","kind":"{kind}"}}"#)).await;
    }
    let mut client = Client::connect(address(&host)).await.unwrap();
    assert_eq!(client.post("/a", "no JSON").await.unwrap().status, 400);
    settled(&host).await;
    let after = read(&get(&server, "/metrics").await.1);

    let names: BTreeSet<_> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    assert_eq!(names.len(), 1, "only the status of a refusal is new: {names:?}");
    let trigger = r#"{pipeline="pipe",sensor="pipe",trigger="call"}"#;
    let source = r#"{pipeline="pipe",source="hook",event="a"}"#;
    for (name, labels, count) in [
        ("aev_source_events_published_total", source, 3.0),
        ("aev_source_publish_seconds_count", source, 3.0),
        (
            "aev_source_requests_refused_total",
            r#"{pipeline="pipe",source="hook",event="a",status="400"}"#,
            1.0,
        ),
        ("aev_trigger_events_received_total", trigger, 3.0),
        ("aev_trigger_events_matched_total", trigger, 2.0),
        ("aev_trigger_events_filtered_total", trigger, 1.0),
        ("aev_trigger_fired_total", trigger, 2.0),
        ("aev_action_attempts_total", trigger, 3.0),
        ("aev_action_done_total", trigger, 2.0),
        ("aev_action_failed_total", trigger, 0.0),
        ("aev_action_seconds_count", trigger, 3.0),
        ("aev_trigger_lag", trigger, 0.0),
        ("aev_trigger_stalled", trigger, 0.0),
        ("argo_events_events_sent_total", r#"{namespace="",eventsource_name="hook",event_name="a"}"#, 3.0),
        (
            "argo_events_action_triggered_total",
            r#"{namespace="",sensor_name="pipe",trigger_name="call"}"#,
            2.0,
        ),
        (
            "argo_events_action_retries_failed_total",
            r#"{namespace="",sensor_name="pipe",trigger_name="call"}"#,
            0.0,
        ),
    ] {
        assert_eq!(after.get(&format!("{name}{labels}")), Some(&count), "{name}");
    }
    assert!(after["process_resident_memory_bytes"] > 1e6 && after["process_cpu_seconds_total"] >= 0.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_follows_the_triggers_and_the_end() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan =
        plan(&["a"], &filtered("x", "a", "kind", "x"), &trigger("call", "x", &http(&target.url("/t")), ""));
    let host: Arc<Host> = Arc::new(place.start(&plan).await);
    let server = Scraping::start("127.0.0.1:0".parse().unwrap(), Names::Ours, host.clone()).await.unwrap();
    assert_eq!(get(&server, "/healthz").await.0, 200);
    assert_eq!(get(&server, "/readyz").await.0, 200);
    assert_eq!(get(&server, "/else").await.0, 404);
    host.drain(Duration::from_secs(5)).await;
    let (status, reason) = get(&server, "/readyz").await;
    assert_eq!((status, reason.trim()), (503, "the process is ending"));
    assert_eq!(get(&server, "/healthz").await.0, 200, "ending is no reason to be killed");
}
