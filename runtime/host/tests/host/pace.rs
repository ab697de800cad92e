//! How many actions, and how fast. The clock is tokio's and stands still while there is something to do.

use crate::bench::{Bench, World};
use crate::support::{plan, stream, trigger};
use std::sync::atomic::Ordering;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn no_minute_has_more_actions_than_the_rate() {
    let dir = tempfile::tempdir().unwrap();
    let rate = r#","rate":{"count":10,"per":"minute"}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, rate));
    let world = World::new(1_000, |_| true);
    let bench = Bench::start(dir.path(), &plan, &world, Duration::ZERO).await;
    for n in 0..50 {
        bench.send("a", &n.to_string()).await;
    }
    world.wait(50).await;
    assert_eq!(world.most_within(MINUTE), 10);
    let times = world.times();
    assert!(times[49] - times[0] >= MINUTE * 4, "{:?}", times[49] - times[0]);
}

/// On the clock of the system: with the other, a minute passes while the bus writes.
#[tokio::test]
async fn what_the_rate_holds_back_waits_on_the_bus() {
    let dir = tempfile::tempdir().unwrap();
    let rate = r#","rate":{"count":10,"per":"hour"}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, rate));
    let world = World::new(1_000, |_| true);
    let bench = Bench::start(dir.path(), &plan, &world, Duration::ZERO).await;
    for n in 0..50 {
        bench.send("a", &n.to_string()).await;
    }
    world.wait(10).await;
    while bench.bus.status().await.unwrap().lanes[0].lag > 40 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.count(), 10);
    let lag = bench.bus.status().await.unwrap().lanes[0].lag;
    assert_eq!(lag, 40, "what is done is acknowledged, and the rest is on the bus");
    bench.kill().await;
}

#[tokio::test(start_paused = true)]
async fn retries_count() {
    let dir = tempfile::tempdir().unwrap();
    let more = r#","rate":{"count":4,"per":"second"},"retry":{"steps":3,"duration":"1ms","factor":1.0,"jitter":0.0}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, more));
    let world = World::new(1_000, |act| act.attempt == 3);
    let bench = Bench::start(dir.path(), &plan, &world, Duration::ZERO).await;
    for n in 0..8 {
        bench.send("a", &n.to_string()).await;
    }
    world.wait(24).await;
    assert_eq!(world.most_within(Duration::from_secs(1)), 4);
}

#[tokio::test(start_paused = true)]
async fn what_a_kill_leaves_to_the_rate_is_done_later() {
    let dir = tempfile::tempdir().unwrap();
    let rate = r#","rate":{"count":3,"per":"hour"}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, rate));
    let world = World::new(1_000, |_| true);
    let bench = Bench::start(dir.path(), &plan, &world, Duration::ZERO).await;
    for n in 0..9 {
        bench.send("a", &n.to_string()).await;
    }
    world.wait(3).await;
    bench.kill().await;
    let again = Bench::start(dir.path(), &plan, &world, Duration::ZERO).await;
    world.wait(9).await;
    let firings = world.begun.lock().unwrap().iter().map(|(_, act)| act.firing.to_string()).collect();
    let firings: std::collections::BTreeSet<String> = firings;
    assert_eq!(firings.len(), 9);
    again.kill().await;
}

#[tokio::test]
async fn a_trigger_has_32_actions_in_flight() {
    at_most(32, "").await;
}

#[tokio::test]
async fn a_file_may_say_how_many_actions_are_in_flight() {
    at_most(3, r#","maxRunning":3"#).await;
}

async fn at_most(limit: usize, more: &str) {
    let dir = tempfile::tempdir().unwrap();
    let condition = r#"{"and":[{"stream":"a"},{"stream":"b"}]}"#;
    let join = &format!(r#"{{"name":"t","on":{condition},"bindings":[],"action":"log"{more}}}"#);
    let two = format!("{},{}", stream("a"), stream("b"));
    let plans = [
        (plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, more)), 1),
        (plan(&["a", "b"], &two, join), 2),
    ];
    for (index, (plan, parts)) in plans.iter().enumerate() {
        let world = World::new(0, |_| true);
        let bench = Bench::start(&dir.path().join(index.to_string()), plan, &world, Duration::ZERO).await;
        for n in 0..100 {
            for event in ["a", "b"].iter().take(*parts) {
                bench.send(event, &n.to_string()).await;
            }
        }
        world.wait(limit).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!((world.count(), world.most.load(Ordering::SeqCst)), (limit, limit));
        world.ends.add_permits(1_000);
        world.wait(100).await;
        assert!(world.most.load(Ordering::SeqCst) <= limit);
        bench.kill().await;
    }
}
