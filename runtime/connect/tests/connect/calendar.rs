//! Calendars on a clock that the test moves.

use crate::support::{Bus, PATIENCE, plan, secrets};
use aev_connect::publish::{Incoming, PublishError};
use aev_connect::sources::task::{Around, Memory, Remembering, Running, Task};
use aev_connect::sources::{self, Place};
use aev_plan::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The wall clock follows tokio's, which stands still until all wait; it can be set, too.
struct World {
    bus: Arc<Bus>,
    set: Arc<AtomicI64>,
    since: Instant,
    kept: Arc<Kept>,
}

#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, String>>);

impl Memory for Kept {
    fn recall<'a>(&'a self, place: &'a Place) -> Remembering<'a, Option<String>> {
        Box::pin(async move { Ok(self.0.lock().unwrap().get(&place.to_string()).cloned()) })
    }

    fn remember<'a>(&'a self, place: &'a Place, text: String) -> Remembering<'a, ()> {
        Box::pin(async move {
            self.0.lock().unwrap().insert(place.to_string(), text);
            Ok(())
        })
    }
}

impl World {
    fn new(now: &str) -> World {
        let start: Timestamp = now.parse().unwrap();
        World {
            bus: Arc::default(),
            set: Arc::new(AtomicI64::new(start.0)),
            since: Instant::now(),
            kept: Arc::default(),
        }
    }

    fn now(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let (set, since) = (self.set.clone(), self.since);
        Arc::new(move || {
            let passed = i64::try_from(since.elapsed().as_nanos()).unwrap();
            Timestamp(set.load(Ordering::SeqCst) + passed)
        })
    }

    /// Sets the clock by so many seconds.
    fn jump(&self, seconds: i64) {
        self.set.fetch_add(seconds * 1_000_000_000, Ordering::SeqCst);
    }

    fn start(&self, config: &str) -> Running {
        let task: Task = sources::read(&plan("calendar", config)).unwrap().tasks.remove(0);
        task.start(Around {
            publisher: self.bus.clone(),
            secrets: secrets(std::path::Path::new(".")),
            now: self.now(),
            memory: self.kept.clone(),
        })
    }

    /// The times of the events that came.
    fn times(&self) -> Vec<String> {
        self.bus.taken().iter().map(event_time).collect()
    }
}

fn event_time(event: &Incoming) -> String {
    let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
    data["eventTime"].as_str().unwrap().to_owned()
}

async fn end(running: Running) {
    running.drain();
    assert!(running.ended(Instant::now() + PATIENCE).await);
}

const CATCH_UP: &str = r#"{"schedule":"*/10 * * * *","persistence":{"catchup":{"enabled":true,"maxDuration":"1h"},
    "configMap":{"name":"state"}}}"#;

#[tokio::test(start_paused = true)]
async fn an_event_has_the_shape_of_argo_and_an_id_of_its_slot() {
    let world = World::new("2026-03-28T23:59:30Z");
    let running =
        world.start(r#"{"schedule":"0 1 * * *","timezone":"Europe/Berlin","metadata":{"team":"ops"}}"#);
    sleep(Duration::from_secs(40)).await;
    let event = world.bus.one();
    assert_eq!(event.data, r#"{"eventTime":"2026-03-29 00:00:00 +0000 UTC","metadata":{"team":"ops"}}"#);
    assert_eq!((event.source.as_str(), event.event.as_str(), event.kind), ("in", "in", "calendar"));
    assert_eq!(event.id.len(), 32);
    // The next one comes an hour earlier in UTC: clocks were set forward.
    sleep(Duration::from_secs(23 * 3600)).await;
    let next = world.bus.one();
    assert_eq!(event_time(&next), "2026-03-29 23:00:00 +0000 UTC");
    assert_ne!(next.id, event.id);
    end(running).await;
}

#[tokio::test(start_paused = true)]
async fn two_of_a_kind_make_the_same_events() {
    let (one, two) = (World::new("2026-01-01T00:00:00.3Z"), World::new("2026-01-01T00:00:07.9Z"));
    let running = [&one, &two].map(|world| world.start(r#"{"interval":"30s"}"#));
    sleep(Duration::from_secs(60)).await;
    let events = [&one, &two]
        .map(|world| world.bus.taken().into_iter().map(|event| (event.id, event.data)).collect::<Vec<_>>());
    assert_eq!(events[0].len(), 2);
    assert_eq!(events[0], events[1]);
    for running in running {
        end(running).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_is_made_up_for_within_bounds() {
    let world = World::new("2026-01-01T00:05:00Z");
    let first = world.start(CATCH_UP);
    sleep(Duration::from_secs(6 * 60)).await;
    assert_eq!(world.times(), ["2026-01-01 00:10:00 +0000 UTC"]);
    // Killed, and back after a quarter of an hour.
    drop(first);
    world.jump(15 * 60);
    let second = world.start(CATCH_UP);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(world.times(), ["2026-01-01 00:20:00 +0000 UTC"]);
    end(second).await;
    // Back after a day: an hour of it.
    world.jump(24 * 3600);
    let third = world.start(CATCH_UP);
    sleep(Duration::from_secs(1)).await;
    let times = world.times();
    assert_eq!((times.len(), times[0].as_str()), (6, "2026-01-01 23:30:00 +0000 UTC"));
    end(third).await;
    // Without it, nothing from before the start.
    world.jump(3600);
    let plain = world.start(r#"{"schedule":"*/10 * * * *"}"#);
    sleep(Duration::from_secs(1)).await;
    assert!(world.times().is_empty());
    end(plain).await;
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_is_away_costs_no_slot() {
    let world = World::new("2026-01-01T00:00:30Z");
    *world.bus.error.lock().unwrap() =
        Some(PublishError::Unavailable { retry_after: Duration::from_secs(1) });
    let running = world.start(r#"{"schedule":"* * * * *"}"#);
    sleep(Duration::from_secs(200)).await;
    assert!(world.times().is_empty());
    *world.bus.error.lock().unwrap() = None;
    sleep(Duration::from_secs(5)).await;
    let times = world.times();
    assert_eq!((times.len(), times[0].as_str()), (3, "2026-01-01 00:01:00 +0000 UTC"));
    end(running).await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_neither_floods_nor_repeats() {
    let world = World::new("2026-01-01T00:00:30Z");
    let running = world.start(r#"{"schedule":"* * * * *"}"#);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(world.times(), ["2026-01-01 00:01:00 +0000 UTC"]);
    // Back by an hour: nothing comes until what has come is past again.
    world.jump(-3600);
    sleep(Duration::from_secs(3600)).await;
    assert!(world.times().is_empty());
    sleep(Duration::from_secs(60)).await;
    assert_eq!(world.times(), ["2026-01-01 00:02:00 +0000 UTC"]);
    // Forward by a year: a day of it, once.
    world.jump(365 * 24 * 3600);
    sleep(Duration::from_secs(10)).await;
    let times = world.times();
    assert!((1440..=1441).contains(&times.len()), "{}", times.len());
    // Back to where it was: the year was wrong.
    world.jump(-365 * 24 * 3600);
    sleep(Duration::from_secs(120)).await;
    assert_eq!(world.times(), ["2026-01-01 00:03:00 +0000 UTC", "2026-01-01 00:04:00 +0000 UTC"]);
    end(running).await;
}

#[tokio::test(start_paused = true)]
async fn excluded_days_have_no_event() {
    let world = World::new("2026-01-01T12:00:00Z");
    let running = world
        .start(r#"{"schedule":"0 9 * * *","exclusionDates":["EXDATE:20260102T000000Z,20260103T120000Z"]}"#);
    sleep(Duration::from_secs(4 * 24 * 3600)).await;
    assert_eq!(world.times(), ["2026-01-04 09:00:00 +0000 UTC", "2026-01-05 09:00:00 +0000 UTC"]);
    end(running).await;
}
