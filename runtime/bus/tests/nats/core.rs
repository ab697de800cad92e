//! The laws on core NATS, as far as a bus can keep them that stores nothing.
//!
//! Left out, each for the same reason, that the server hands a message to who is connected and forgets it: whatever concerns
//! events that come again, an older handle's events, places that are kept, known ids, and history. Records and dead letters
//! live in the process, so those laws that open the bus anew do not hold, either. The order of several subjects is not kept
//! because each is a subscription of its own.

use crate::support::OnServer;
use aev_bus::conformance::{Setup, Sometimes, event, spec};
use aev_bus::dead::DeadLetter;
use aev_bus::{
    Bus, BusError, Commit, CommitError, Guarantee, Key, Nats, Outgoing, Pending, Publish, Revision, Span,
};
use aev_servers::Options;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

struct Core(OnServer);

impl Setup for Core {
    fn open(&self) -> Pending<'_, Result<Arc<dyn Bus>, BusError>> {
        Box::pin(async { Ok(Arc::new(Nats::connect(self.0.options.clone()).await?) as Arc<dyn Bus>) })
    }
}

aev_bus::conformance_tests!(|| Sometimes(|test: &str| OnServer::start(test, &Options::default()).map(Core));
    a_subjects_events_come_in_order, a_new_lane_begins_at_the_end, lanes_do_not_wait_for_each_other,
    a_lane_reads_its_subjects_only, too_large_is_said_with_the_numbers, published_with_a_commit,
    who_waits_learns_that_the_lane_is_gone, waiting_may_be_given_up, waiting_may_be_given_up_at_every_point, many_publish_at_once, outstanding_events_are_handed_out_once, a_closed_bus_says_so);

async fn take(lane: &mut dyn aev_bus::Lane) -> usize {
    tokio::time::timeout(Duration::from_secs(5), lane.next(100)).await.unwrap().unwrap().len()
}

#[tokio::test]
async fn it_says_what_it_does_not_promise() {
    let Some(setup) = OnServer::start("it_says_what_it_does_not_promise", &Options::default()) else {
        return;
    };
    let bus = Nats::connect(setup.options.clone()).await.unwrap();
    assert_eq!(bus.guarantee(), Guarantee::AtMostOnce);
    let now = SystemTime::now();
    let span = Span { subjects: Vec::new(), since: now, until: now, after: None, max: 1 };
    assert!(matches!(bus.history(span).await, Err(BusError::NoHistory)));
}

/// Two processes with the same lane share its events; other lanes get their own.
#[tokio::test]
async fn replicas_share_a_lane() {
    let Some(setup) = OnServer::start("replicas_share_a_lane", &Options::default()) else { return };
    let one = Nats::connect(setup.options.clone()).await.unwrap();
    let two = Nats::connect(setup.options.clone()).await.unwrap();
    let mut lanes = [one.lane(spec("l", &["a"])).await.unwrap(), two.lane(spec("l", &["a"])).await.unwrap()];
    let mut other = two.lane(spec("other", &["a"])).await.unwrap();
    for n in 0..200 {
        one.publish(Outgoing::new(&event("a", &n.to_string()))).await.unwrap();
    }
    let mut seen = 0;
    while seen < 200 {
        seen += take(&mut *other).await;
    }
    let mut shared = 0;
    for lane in &mut lanes {
        while let Ok(events) = tokio::time::timeout(Duration::from_millis(300), lane.next(100)).await {
            shared += events.unwrap().len();
        }
    }
    assert_eq!((seen, shared), (200, 200));
}

/// Within a process records have their revisions, and a later opening fences the earlier one off.
#[tokio::test]
async fn records_live_in_the_process() {
    let Some(setup) = OnServer::start("records_live_in_the_process", &Options::default()) else { return };
    let bus = Nats::connect(setup.options.clone()).await.unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    let key = Key("k".to_owned());
    let put = |revision| Commit {
        records: vec![(key.clone(), revision, Some(b"x".to_vec()))],
        dead: vec![DeadLetter {
            time: String::new(),
            trigger: "t".to_owned(),
            firing: String::new(),
            reason: "no".to_owned(),
            attempts: 1,
            events: Vec::new(),
        }],
        ..Commit::default()
    };
    let first = lane.commit(put(Revision(0))).await.unwrap();
    assert_eq!(lane.commit(put(Revision(0))).await, Err(CommitError::Conflict { key: key.clone() }));
    assert_eq!(bus.dead_letters(Some("p/q/l"), None, 10).await.unwrap().len(), 1);
    assert!(bus.rename_lane("p/q/l", spec("m", &["a"])).await.unwrap());
    assert_eq!(lane.commit(put(Revision(0))).await, Err(CommitError::Fenced));
    let mut renamed = bus.lane(spec("m", &["a"])).await.unwrap();
    assert_eq!(renamed.load(&key).await.unwrap(), (Some(b"x".to_vec()), first[0]));
    let again = bus.lane(spec("m", &["a"])).await.unwrap();
    assert_eq!(renamed.commit(Commit::default()).await, Err(CommitError::Fenced));
    assert_eq!(again.records().await.unwrap().len(), 1);
}
