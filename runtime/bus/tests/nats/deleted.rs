//! Streams that are deleted: what goes with them unread is counted, and where it cannot be counted that is said.

use crate::support::{OnServer, ack, ask, drain, ids, stranger, take};
use aev_bus::conformance::{event, spec};
use aev_bus::{Bus, JetStream, Lane, Outgoing, Publish};
use aev_servers::Options;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::time::Duration;

async fn publish(bus: &JetStream, subject: &str, ids: std::ops::Range<usize>) {
    for id in ids {
        bus.publish(Outgoing::new(&event(subject, &id.to_string()))).await.unwrap();
    }
}

async fn delete(setup: &OnServer) {
    ask(&stranger(setup).await, "$JS.API.STREAM.DELETE.default", "").await;
}

/// Waits until the server has sent each consumer all that it was asked for.
async fn sent(setup: &OnServer) {
    let client = stranger(setup).await;
    let all = async {
        loop {
            let listed = ask(&client, "$JS.API.CONSUMER.LIST.default", "").await;
            let consumers = listed["consumers"].as_array().unwrap();
            if consumers.iter().all(|of| (of["num_pending"] == 0) != (of["num_waiting"] == 0)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("the server does not send");
}

/// What a lane gets until the event with this id.
async fn until(lane: &mut dyn Lane, last: &str) -> Vec<String> {
    let mut found = Vec::new();
    while found.last().is_none_or(|id: &String| id != last) {
        let events = take(lane, 1).await;
        ack(lane, &events).await;
        found.extend(ids(&events));
    }
    found
}

/// A lane that is behind loses what it has not got. Its own are counted to the last one when nobody else publishes; a lane that
/// had everything loses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_read_is_counted() {
    let Some(setup) = OnServer::start("what_was_not_read_is_counted", &Options::default()) else { return };
    let bus = setup.jetstream().await;
    let mut behind = bus.lane(spec("behind", &["a"])).await.unwrap();
    let mut ahead = bus.lane(spec("ahead", &["a"])).await.unwrap();
    let mut rare = bus.lane(spec("rare", &["b"])).await.unwrap();
    publish(&bus, "b", 0..1).await;
    publish(&bus, "a", 1..2).await;
    // From here on the one has a request for some hundreds, and makes no other before it is asked again.
    let mut got = ids(&take(&mut *behind, 1).await);
    assert_eq!(ids(&take(&mut *rare, 1).await), ["0"]);
    let waits = tokio::spawn(async move { rare.next(1).await.map(|events| (ids(&events), rare.lost())) });
    publish(&bus, "a", 2..1001).await;
    assert_eq!(until(&mut *ahead, "1000").await.len(), 1000);
    let waiting = tokio::spawn(async move { (until(&mut *ahead, "1001").await, ahead.lost()) });
    sent(&setup).await;
    delete(&setup).await;
    publish(&bus, "a", 1001..1002).await;
    publish(&bus, "b", 1002..1003).await;
    got.extend(until(&mut *behind, "1001").await);
    let lost = usize::try_from(behind.lost()).unwrap();
    assert!(lost > 0, "{} came", got.len());
    assert_eq!(got.len() + lost, 1001, "{lost} are counted");
    assert_eq!(waiting.await.unwrap(), (vec!["1001".to_owned()], 0));
    assert_eq!(waits.await.unwrap().unwrap(), (vec!["1002".to_owned()], 0));
    let status = bus.status().await.unwrap();
    assert_eq!(status.deletions, 1);
    let counted: Vec<(&str, u64)> = status.lanes.iter().map(|lane| (lane.name.as_str(), lane.lost)).collect();
    assert_eq!(counted, [("p/q/ahead", 0), ("p/q/behind", lost as u64), ("p/q/rare", 0)]);
}

/// Nobody looks while the stream is deleted and made anew: the lane begins with all that the new one has, and that something is
/// gone is counted as one deletion, whatever it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_deleted_while_nobody_looks() {
    let Some(setup) = OnServer::start("a_stream_is_deleted_while_nobody_looks", &Options::default()) else {
        return;
    };
    let bus = setup.jetstream().await;
    drop(bus.lane(spec("t", &["a"])).await.unwrap());
    publish(&bus, "a", 0..3).await;
    bus.close().await;
    // A lane that was there an hour before.
    let client = stranger(&setup).await;
    let wanted = r#"{"next_by_subj":"$KV.aev-lanes.>","seq":1}"#;
    let found = ask(&client, "$JS.API.STREAM.MSG.GET.KV_aev-lanes", wanted).await;
    let data = STANDARD.decode(found["message"]["data"].as_str().unwrap()).unwrap();
    let mut entry: Value = serde_json::from_slice(&data).unwrap();
    entry["since"] = (entry["since"].as_u64().unwrap() - 3600).into();
    ask(&client, found["message"]["subject"].as_str().unwrap(), &entry.to_string()).await;
    delete(&setup).await;
    // As a source of Argo's does.
    let config = r#"{"name":"default","subjects":["default.*.*"],"storage":"file","discard":"new"}"#;
    ask(&client, "$JS.API.STREAM.CREATE.default", config).await;
    client.request("default.s.a", event("a", "new").encode().into()).await.unwrap();

    for deletions in [1, 0] {
        let bus = setup.jetstream().await;
        let mut lane = bus.lane(spec("t", &["a"])).await.unwrap();
        let new: &[&str] = if deletions > 0 { &["new"] } else { &[] };
        assert_eq!(drain(&mut *lane, Duration::from_secs(1)).await, new);
        let status = bus.status().await.unwrap();
        assert_eq!((status.deletions, lane.lost()), (deletions, 0));
        drop(lane);
        bus.close().await;
    }
}
