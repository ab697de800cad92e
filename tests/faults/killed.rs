//! The process itself dies, at any point.

use crate::support::{Load, Place, REDELIVERED, Target, full, jetstream, repeated, server};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::thread::sleep;
use std::time::Duration;

/// Actions of a trigger that are under way at once.
const IN_FLIGHT: usize = 32;

/// Starts it as often as is said, and kills it at some point.
fn start_and_kill(place: &Place, kills: usize) {
    let random = RandomState::new();
    for kill in 0..kills {
        // Every fifth perhaps before it listens, the others some time after.
        let aev = if kill % 5 == 0 { place.spawn() } else { place.start() };
        sleep(Duration::from_millis(random.hash_one(kill) % 400));
        aev.kill();
    }
}

#[test]
fn it_is_killed_at_random_points() {
    let Some(server) = server("killed::it_is_killed_at_random_points") else { return };
    let target = Target::new();
    let place = Place::new(&jetstream(server.address()), &target, "");
    let load = Load::start(&place, "x", Duration::from_millis(3));
    let kills: usize = if full() { 100 } else { 10 };
    start_and_kill(&place, kills);
    let aev = place.start();
    load.goes_on(200);
    let answers = load.end();
    let settled = answers.settle(&place, &target);
    settled.none_dead();
    sleep(REDELIVERED);
    // Only what was under way when it was killed may happen twice.
    assert!(repeated(&target) <= kills * IN_FLIGHT, "{} effects were repeated", repeated(&target));
    assert!(!answers.unanswered.is_empty(), "it was never killed under load");
    aev.stop(10);
}

/// On the bus within the process, whose files are all there is.
#[test]
fn it_is_killed_on_the_embedded_bus() {
    let target = Target::new();
    let place = Place::new("embedded:bus", &target, "");
    let load = Load::start(&place, "e", Duration::from_millis(3));
    let kills: usize = if full() { 40 } else { 5 };
    start_and_kill(&place, kills);
    let aev = place.start();
    load.goes_on(200);
    let answers = load.end();
    let settled = answers.settle(&place, &target);
    settled.none_dead();
    assert!(settled.repeated <= kills * IN_FLIGHT, "{} effects were repeated", settled.repeated);
    aev.stop(10);
}
