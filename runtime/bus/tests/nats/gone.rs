//! Lanes that another process renames or forgets while they are open here.

use crate::support::{OnServer, ack, ask, drain, ids, stranger, take};
use aev_bus::conformance::{event, spec};
use aev_bus::{Bus, BusError, Commit, CommitError, JetStream, Key, Outgoing, Publish, Revision};
use aev_servers::Options;
use std::time::Duration;

/// Nothing takes so long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(60);

async fn publish(bus: &JetStream, id: &str) {
    bus.publish(Outgoing::new(&event("a", id))).await.unwrap();
}

fn record(key: &str) -> Commit {
    Commit { records: vec![(Key(key.to_owned()), Revision(0), Some(b"x".to_vec()))], ..Commit::default() }
}

/// Whoever waits is told within moments. What he has in hand he may still acknowledge, and then it does not come to the other;
/// what he stores nobody would find, so it is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_is_renamed_by_another_process() {
    let Some(setup) = OnServer::start("a_lane_is_renamed_by_another_process", &Options::default()) else {
        return;
    };
    let (here, there) = (setup.jetstream().await, setup.jetstream().await);
    let mut lane = here.lane(spec("old", &["a"])).await.unwrap();
    let mut other = here.lane(spec("other", &["a"])).await.unwrap();
    lane.commit(record("stored")).await.unwrap();
    publish(&here, "1").await;
    let events = take(&mut *lane, 1).await;
    assert!(there.rename_lane("p/q/old", spec("new", &["a"])).await.unwrap());
    let told = tokio::time::timeout(PATIENCE, lane.next(1)).await.expect("nobody was told");
    assert_eq!(told.map(|events| ids(&events)), Err(BusError::Fenced));
    ack(&mut *lane, &events).await;
    assert_eq!(lane.commit(record("more")).await, Err(CommitError::Fenced));
    drop(lane);

    let mut lane = there.lane(spec("new", &["a"])).await.unwrap();
    assert_eq!(lane.records().await.unwrap().len(), 1);
    publish(&there, "2").await;
    assert_eq!(drain(&mut *lane, Duration::from_secs(7)).await, ["2"]);
    assert_eq!(drain(&mut *other, Duration::from_millis(500)).await, ["1", "2"], "another lane goes on");
    // The name is free again, for a lane of its own.
    let mut again = here.lane(spec("old", &["a"])).await.unwrap();
    publish(&there, "3").await;
    assert_eq!(ids(&take(&mut *again, 1).await), ["3"]);
    assert_eq!(ids(&take(&mut *lane, 1).await), ["3"]);
}

/// Nobody makes its consumer again, which would hold events for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_is_forgotten_by_another_process() {
    let Some(setup) = OnServer::start("a_lane_is_forgotten_by_another_process", &Options::default()) else {
        return;
    };
    let (here, there) = (setup.jetstream().await, setup.jetstream().await);
    let mut lane = here.lane(spec("t", &["a"])).await.unwrap();
    let waiting = tokio::spawn(async move { lane.next(1).await.map(|events| ids(&events)) });
    there.forget_lane("p/q/t").await.unwrap();
    let told = tokio::time::timeout(PATIENCE, waiting).await.expect("nobody was told");
    assert_eq!(told.unwrap(), Err(BusError::Fenced));
    let client = stranger(&setup).await;
    let none = async {
        while ask(&client, "$JS.API.CONSUMER.NAMES.default", "").await["total"] != 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, none).await.expect("its consumer is there");
}

/// Whoever deletes the bucket says nothing about the lanes: they go on, and stand in it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bucket_of_the_lanes_is_deleted() {
    let Some(setup) = OnServer::start("the_bucket_of_the_lanes_is_deleted", &Options::default()) else {
        return;
    };
    let bus = setup.jetstream().await;
    let mut lane = bus.lane(spec("t", &["a"])).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    ask(&stranger(&setup).await, "$JS.API.STREAM.DELETE.KV_aev-lanes", "").await;
    let back = async {
        while bus.lanes().await.unwrap() != ["p/q/t"] {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, back).await.expect("the lane is not in the bucket again");
    publish(&bus, "1").await;
    assert_eq!(ids(&take(&mut *lane, 1).await), ["1"]);
}
