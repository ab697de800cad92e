//! What holds on JetStream beyond the laws of all drivers: Argo's form, streams that are full, that drop, or that differ.

use crate::support::{OnServer, ack, ask, drain, ids, stranger, take};
use aev_bus::conformance::{event, spec};
use aev_bus::{
    Bus, BusError, CloudEvent, Commit, CommitError, DeadLetter, JetStream, Kept, Key, Outgoing, Position,
    Publish, Revision,
};
use aev_servers::Options;
use async_nats::HeaderMap;
use base64::Engine as _;
use futures_util::StreamExt as _;
use serde_json::Value;
use std::time::{Duration, SystemTime};

async fn publish(bus: &JetStream, subject: &str, id: &str) -> Result<bool, BusError> {
    bus.publish(Outgoing::new(&event(subject, id))).await.map(|published| published.duplicate)
}

#[tokio::test]
async fn the_wire_is_argos() {
    let Some(setup) = OnServer::start("the_wire_is_argos", &Options::default()) else { return };
    let bus = setup.jetstream().await;
    let lane = bus.lane(spec("t", &["a"])).await.unwrap();
    let client = stranger(&setup).await;
    let mut seen = client.subscribe("default.>").await.unwrap();
    // With the answer the server has the subscription, too.
    ask(&client, "$JS.API.INFO", "").await;
    publish(&bus, "a", "0123").await.unwrap();
    let message = seen.next().await.unwrap();
    assert_eq!(message.subject.as_str(), "default.s.a");
    assert_eq!(message.headers.as_ref().unwrap().get("Nats-Msg-Id").unwrap().as_str(), "0123");
    assert_eq!(message.payload.as_ref(), event("a", "0123").encode());
    let stream = ask(&client, "$JS.API.STREAM.INFO.default", "").await;
    let config = &stream["config"];
    assert_eq!(config["subjects"], serde_json::json!(["default.*.*"]));
    assert_eq!((config["discard"].as_str(), config["retention"].as_str()), (Some("new"), Some("limits")));
    assert_eq!(config["duplicate_window"], 300_000_000_000_u64);
    assert_eq!(config["max_age"], 7 * 24 * 3_600_000_000_000_u64);
    let consumers = ask(&client, "$JS.API.CONSUMER.LIST.default", "").await;
    let consumer = &consumers["consumers"][0]["config"];
    // FNV-1a of `q-t-on-a`.
    let hash = b"q-t-on-a"
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    assert_eq!(consumer["durable_name"], format!("group-{hash}"));
    assert_eq!(
        (consumer["deliver_policy"].as_str(), consumer["ack_policy"].as_str()),
        (Some("new"), Some("explicit"))
    );
    assert_eq!(consumer["filter_subject"], "default.s.a");
    drop(lane);
}

/// An event that Argo's source has published, by its own client, reaches a lane; and a consumer that Argo's sensor has made
/// before goes on where that one was.
#[tokio::test]
async fn argos_consumer_is_taken_over() {
    let Some(setup) = OnServer::start("argos_consumer_is_taken_over", &Options::default()) else { return };
    let bus = setup.jetstream().await;
    let client = stranger(&setup).await;
    let hash = b"q-t-on-a"
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    let config = format!(
        r#"{{"stream_name":"default","config":{{"durable_name":"group-{hash}","deliver_policy":"new","ack_policy":"explicit","filter_subject":"default.s.a"}}}}"#
    );
    ask(&client, &format!("$JS.API.CONSUMER.DURABLE.CREATE.default.group-{hash}"), &config).await;
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", "waiting");
    let wire = event("a", "waiting").encode();
    client.publish_with_headers("default.s.a", headers, wire.into()).await.unwrap();
    client.flush().await.unwrap();
    let mut lane = bus.lane(spec("t", &["a"])).await.unwrap();
    assert_eq!(ids(&take(&mut *lane, 1).await), ["waiting"]);
    assert!(publish(&bus, "a", "waiting").await.unwrap(), "its id is known to both");
}

#[tokio::test]
async fn a_full_stream_refuses_until_there_is_room() {
    let Some(mut setup) = OnServer::start("a_full_stream_refuses_until_there_is_room", &Options::default())
    else {
        return;
    };
    setup.options.stream_config = "maxMsgs: 100".to_owned();
    let bus = setup.jetstream().await;
    let mut lane = bus.lane(spec("t", &["a", "b"])).await.unwrap();
    // Nobody reads this one, so it is in nobody's way.
    for n in 0..30 {
        publish(&bus, "unread", &format!("u{n}")).await.unwrap();
    }
    let mut taken = 0;
    let refusal = loop {
        match publish(&bus, if taken % 2 == 0 { "a" } else { "b" }, &taken.to_string()).await {
            Ok(_) => taken += 1,
            Err(refusal) => break refusal,
        }
    };
    assert!(
        matches!(refusal, BusError::Full { limit: 100, unit: "messages", .. }) && refusal.passes(),
        "{refusal}"
    );
    assert_eq!(taken, 100, "what nobody reads made room, and nothing else did");
    let events = take(&mut *lane, 100).await;
    assert!(publish(&bus, "a", "more").await.is_err(), "what is handed out is not yet done");
    ack(&mut *lane, &events).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for n in 0..20 {
        assert_eq!(publish(&bus, "a", &format!("more{n}")).await, Ok(false));
    }
    assert_eq!(take(&mut *lane, 20).await.len(), 20);
    assert_eq!(lane.lost(), 0);
}

#[tokio::test]
async fn what_a_stream_dropped_is_counted() {
    let Some(mut setup) = OnServer::start("what_a_stream_dropped_is_counted", &Options::default()) else {
        return;
    };
    setup.options.stream_config = "maxMsgs: 10\ndiscard: 0".to_owned();
    let bus = setup.jetstream().await;
    let mut lane = bus.lane(spec("t", &["a"])).await.unwrap();
    publish(&bus, "a", "first").await.unwrap();
    let first = take(&mut *lane, 1).await;
    ack(&mut *lane, &first).await;
    drop(lane);
    bus.close().await;
    let bus = setup.jetstream().await;
    for n in 0..100 {
        publish(&bus, "a", &n.to_string()).await.unwrap();
    }
    let mut lane = bus.lane(spec("t", &["a"])).await.unwrap();
    let events = take(&mut *lane, 10).await;
    assert_eq!(ids(&events)[0], "90");
    let counted = async {
        while lane.lost() == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), counted).await.expect("nothing was counted");
    assert_eq!(lane.lost(), 90);
    assert_eq!(bus.status().await.unwrap().lanes[0].lost, 90);
    assert!(bus.drift().is_empty(), "the file wants it so: {:?}", bus.drift());
}

/// A lane whose own events are rare does not take those of others for its own.
#[tokio::test]
async fn what_others_lost_is_not_counted() {
    let Some(mut setup) = OnServer::start("what_others_lost_is_not_counted", &Options::default()) else {
        return;
    };
    setup.options.stream_config = "maxMsgs: 10\ndiscard: 0".to_owned();
    let bus = setup.jetstream().await;
    let mut lane = bus.lane(spec("t", &["rare"])).await.unwrap();
    publish(&bus, "rare", "first").await.unwrap();
    let events = take(&mut *lane, 1).await;
    ack(&mut *lane, &events).await;
    let busy = async {
        for n in 0..100 {
            publish(&bus, "busy", &n.to_string()).await.unwrap();
            if n == 50 {
                tokio::time::sleep(Duration::from_millis(4500)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(3500)).await;
        publish(&bus, "rare", "second").await.unwrap();
        tokio::time::sleep(Duration::from_millis(2500)).await;
    };
    let (events, ()) = tokio::join!(take(&mut *lane, 1), busy);
    assert_eq!((ids(&events), lane.lost()), (vec!["second".to_owned()], 0));
}

#[tokio::test]
async fn a_stream_that_differs_is_said() {
    let Some(mut setup) = OnServer::start("a_stream_that_differs_is_said", &Options::default()) else {
        return;
    };
    let client = stranger(&setup).await;
    let config =
        r#"{"name":"default","subjects":["default.*.*"],"storage":"file","max_msgs":50000,"discard":"old"}"#;
    ask(&client, "$JS.API.STREAM.CREATE.default", config).await;
    setup.options.stream_config = "maxMsgs: 7\nreplicas: 3".to_owned();
    let drift = setup.jetstream().await.drift();
    assert_eq!(drift.len(), 3, "{drift:?}");
    assert!(drift[0].contains("`maxMsgs` 50000, and 7 is wanted"), "{drift:?}");
    assert!(drift[1].contains("`replicas` 1, and 3 is wanted"), "{drift:?}");
    assert!(drift[2].contains("drops old messages"), "{drift:?}");
}

fn kept(dependency: &str, position: u64, id: &str) -> Kept {
    let taken = SystemTime::UNIX_EPOCH + Duration::new(1_790_000_000, 123_456_000);
    Kept { dependency: dependency.to_owned(), position: Position(position), taken, event: event("a", id) }
}

#[tokio::test]
async fn what_a_join_keeps_is_argos() {
    let Some(setup) = OnServer::start("what_a_join_keeps_is_argos", &Options::default()) else { return };
    let bus = setup.jetstream().await;
    let client = stranger(&setup).await;
    let mut lane = bus.lane(spec("t", &["a", "b"])).await.unwrap();
    assert_eq!(lane.kept().await.unwrap(), None, "nobody has worked on it");
    let both = vec![kept("on-a", 3, "1"), kept("on-b", 4, "2")];
    lane.commit(Commit { kept: Some(both.clone()), ..Commit::default() }).await.unwrap();
    let last = |key: &str| format!(r#"{{"last_by_subj":"$KV.q.{key}"}}"#);
    let found = ask(&client, "$JS.API.STREAM.MSG.GET.KV_q", &last("t/on-b")).await;
    let data = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        found["message"]["data"].as_str().unwrap(),
    );
    let form: Value = serde_json::from_slice(&data.unwrap()).unwrap();
    assert_eq!(
        (form["StreamSeq"].as_u64(), form["Timestamp"].as_str()),
        (Some(4), Some("2026-09-21T14:13:20.123456Z"))
    );
    assert_eq!(CloudEvent::decode(form["Event"].to_string().as_bytes()).unwrap(), event("a", "2"));
    assert_eq!(lane.kept().await.unwrap(), None, "all of it is ours");

    // Argo's sensor takes over: it fires, deletes both, and keeps another one.
    let mut deleted = HeaderMap::new();
    deleted.insert("KV-Operation", "DEL");
    client.publish_with_headers("$KV.q.t/on-a", deleted, "".into()).await.unwrap();
    let argos = format!(
        r#"{{"StreamSeq":9,"ConsumerSeq":2,"Timestamp":"2026-09-21T14:13:20.123456Z","Event":{}}}"#,
        String::from_utf8(event("a", "7").encode()).unwrap()
    );
    client.publish("$KV.q.t/on-b", argos.into()).await.unwrap();
    client.flush().await.unwrap();
    drop(lane);
    let mut lane = bus.lane(spec("t", &["a", "b"])).await.unwrap();
    assert_eq!(lane.kept().await.unwrap(), Some(vec![kept("on-b", 9, "7")]));

    // And back: what is kept now replaces it, and nothing of it is foreign any more.
    lane.commit(Commit { kept: Some(vec![kept("on-a", 11, "8")]), ..Commit::default() }).await.unwrap();
    assert_eq!(lane.kept().await.unwrap(), None);
    let gone = ask(&client, "$JS.API.STREAM.MSG.GET.KV_q", &last("t/on-b")).await;
    assert_eq!(gone["error"]["err_code"], 10037);
}

/// Two processes that have the same lane share its events.
#[tokio::test]
async fn replicas_share_a_lane() {
    let Some(setup) = OnServer::start("jetstream::replicas_share_a_lane", &Options::default()) else {
        return;
    };
    let (one, two) = (setup.jetstream().await, setup.jetstream().await);
    let mut lanes = [one.lane(spec("t", &["a"])).await.unwrap(), two.lane(spec("t", &["a"])).await.unwrap()];
    for n in 0..1000 {
        publish(&one, "a", &n.to_string()).await.unwrap();
    }
    let mut found = Vec::new();
    for lane in &mut lanes {
        let taken = drain(&mut **lane, Duration::from_millis(500)).await;
        found.extend(taken);
    }
    found.sort_by_key(|id| id.parse::<u32>().unwrap());
    assert_eq!(found, (0..1000).map(|n| n.to_string()).collect::<Vec<_>>());
}

/// Two processes commit several records at once. Of two commits at most one is told that it was stored, and then all its records
/// are there; the other one is told which record has changed, and nothing of its dead letters and acknowledgements was done.
/// When both are told so, each record is that of one of them: between processes a commit of several is not atomic.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_race_for_several_records() {
    let Some(setup) = OnServer::start("jetstream::replicas_race_for_several_records", &Options::default())
    else {
        return;
    };
    let (one, two) = (setup.jetstream().await, setup.jetstream().await);
    let mut lanes = [one.lane(spec("t", &["a"])).await.unwrap(), two.lane(spec("t", &["a"])).await.unwrap()];
    let (mut won, mut mixed) = (0, 0);
    for round in 0..40 {
        let keys = ["x", "y", "z"].map(|key| Key(format!("{round}/{key}")));
        let [first, second] = &mut lanes;
        let commit = |who: &str| Commit {
            records: keys
                .iter()
                .map(|key| (key.clone(), Revision(0), Some(who.as_bytes().to_vec())))
                .collect(),
            dead: vec![DeadLetter {
                time: "2026-01-02T03:04:05Z".to_owned(),
                trigger: "t".to_owned(),
                firing: String::new(),
                reason: format!("{round} {who}"),
                attempts: 1,
                events: Vec::new(),
            }],
            ..Commit::default()
        };
        let answers = tokio::join!(first.commit(commit("first")), second.commit(commit("second")));
        let found: Vec<Vec<u8>> = {
            let mut found = Vec::new();
            for key in &keys {
                found.extend(first.load(key).await.unwrap().0);
            }
            found
        };
        let all = |who: &str| found == vec![who.as_bytes().to_vec(); 3];
        match &answers {
            (Ok(_), Err(CommitError::Conflict { .. })) => assert!(all("first"), "{found:?}"),
            (Err(CommitError::Conflict { .. }), Ok(_)) => assert!(all("second"), "{found:?}"),
            (Err(CommitError::Conflict { .. }), Err(CommitError::Conflict { .. })) => mixed += 1,
            both => panic!("{both:?}"),
        }
        won += usize::from(answers.0.is_ok() || answers.1.is_ok());
    }
    let dead = one.dead_letters(None, None, 100).await.unwrap();
    assert_eq!(dead.len(), won, "who has lost has put something aside");
    println!("{won} were stored whole, {mixed} times neither was told so");

    // What the loser had taken comes again.
    publish(&one, "a", "1").await.unwrap();
    publish(&one, "a", "2").await.unwrap();
    let [first, second] = &mut lanes;
    let events = take(&mut **first, 1).await;
    let record = |who: &str| (Key("k".to_owned()), Revision(0), Some(who.as_bytes().to_vec()));
    second.commit(Commit { records: vec![record("second")], ..Commit::default() }).await.unwrap();
    let ack = events.iter().map(|event| event.position).collect();
    let lost = first.commit(Commit { records: vec![record("first")], ack, ..Commit::default() }).await;
    assert!(matches!(lost, Err(CommitError::Conflict { .. })), "{lost:?}");
    drop(lanes);
    let mut lane = one.lane(spec("t", &["a"])).await.unwrap();
    let mut again = ids(&take(&mut *lane, 2).await);
    again.sort();
    assert_eq!(again, ["1", "2"]);
}

/// Two lanes that would have the same consumer are told apart before they take each other's events.
#[tokio::test]
async fn two_lanes_with_one_consumer_are_refused() {
    let Some(setup) = OnServer::start("two_lanes_with_one_consumer_are_refused", &Options::default()) else {
        return;
    };
    let bus = setup.jetstream().await;
    let _lane = bus.lane(spec("t", &["a"])).await.unwrap();
    let mut other = spec("t", &["a"]);
    other.pipeline = "another".to_owned();
    let error = bus.lane(other).await.err().unwrap();
    assert!(matches!(&error, BusError::Refused { .. }) && error.to_string().contains("`p/q/t`"), "{error}");
}

/// A thousand lanes are open within a moment, for the first time and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_lanes_open_fast() {
    let Some(setup) = OnServer::start("a_thousand_lanes_open_fast", &Options::default()) else { return };
    // A server of this version has a limit of 1,000 consumers for streams that name none.
    let specs = || (0..1010).map(|n| spec(&format!("t{n}"), &[&format!("e{n}")])).collect::<Vec<_>>();
    for round in ["first", "again"] {
        let bus = setup.jetstream().await;
        let began = std::time::Instant::now();
        let mut lanes = bus.open_lanes(specs()).await.unwrap();
        let took = began.elapsed();
        println!("{round}: {took:?}");
        publish(&bus, "e617", round).await.unwrap();
        let events = take(&mut *lanes[617], 1).await;
        assert_eq!(ids(&events), [round]);
        ack(&mut *lanes[617], &events).await;
        assert!(took < Duration::from_secs(60), "{round}: {took:?}");
        bus.close().await;
    }
}

/// A lane that was renamed keeps its consumer, whose name comes from the name before. Another may have that name now.
#[tokio::test]
async fn the_name_of_a_renamed_lane_is_free() {
    let Some(setup) = OnServer::start("the_name_of_a_renamed_lane_is_free", &Options::default()) else {
        return;
    };
    let bus = setup.jetstream().await;
    let old = spec("old", &["a"]);
    drop(bus.lane(old.clone()).await.unwrap());
    publish(&bus, "a", "waits").await.unwrap();
    assert!(bus.rename_lane(&old.name(), spec("new", &["a"])).await.unwrap());
    let mut again = bus.lane(old).await.unwrap();
    let mut new = bus.lane(spec("new", &["a"])).await.unwrap();
    publish(&bus, "a", "for both").await.unwrap();
    assert_eq!(ids(&take(&mut *new, 2).await), ["waits", "for both"]);
    assert_eq!(ids(&take(&mut *again, 1).await), ["for both"]);
}

/// A process ends while it renames a lane: both names are there, with the same consumers. The next one brings it to an end; and
/// one that only forgets the old name takes nothing from the new one.
#[tokio::test]
async fn a_rename_that_was_broken_off_is_brought_to_an_end() {
    let test = "a_rename_that_was_broken_off_is_brought_to_an_end";
    let Some(setup) = OnServer::start(test, &Options::default()) else { return };
    let client = stranger(&setup).await;
    let old = spec("old", &["a"]);
    for forget in [false, true] {
        let bus = setup.jetstream().await;
        let new = spec(if forget { "newest" } else { "new" }, &["a"]);
        drop(bus.lane(old.clone()).await.unwrap());
        publish(&bus, "a", &format!("waits {forget}")).await.unwrap();
        let subjects = ask(&client, "$JS.API.STREAM.INFO.KV_aev-lanes", r#"{"subjects_filter":">"}"#).await;
        let keys: Vec<String> = subjects["state"]["subjects"].as_object().unwrap().keys().cloned().collect();
        let mut entries = Vec::new();
        for key in keys {
            let last = format!(r#"{{"last_by_subj":"{key}"}}"#);
            let entry = ask(&client, "$JS.API.STREAM.MSG.GET.KV_aev-lanes", &last).await;
            let data = entry["message"]["data"].as_str().unwrap().to_owned();
            entries.push((key, base64::engine::general_purpose::STANDARD.decode(data).unwrap()));
        }
        assert!(bus.rename_lane(&old.name(), new.clone()).await.unwrap());
        bus.close().await;
        for (key, entry) in entries {
            client.request(key, entry.into()).await.unwrap();
        }
        let bus = setup.jetstream().await;
        assert!(bus.lanes().await.unwrap().contains(&old.name()));
        match forget {
            true => drop(bus.forget_lane(&old.name()).await.unwrap()),
            false => assert!(bus.rename_lane(&old.name(), new.clone()).await.unwrap()),
        }
        assert!(!bus.lanes().await.unwrap().contains(&old.name()));
        let mut lane = bus.lane(new).await.unwrap();
        assert_eq!(ids(&take(&mut *lane, 1).await), [format!("waits {forget}")]);
        bus.close().await;
    }
}
