//! A join that forgets on a schedule, and one that another program has worked on.

use crate::make::*;
use aev_engine::effect::Effect;
use aev_engine::{Arrival, Decision, Event, Input, Part, Place, Position, Record, Timestamp};
use aev_plan::model::*;
use proptest::prelude::*;
use std::sync::Arc;

const MINUTE: i64 = 60_000_000_000;

/// A join of `a` and `b` that is reset at every full hour in UTC.
fn hourly() -> Machine {
    let mut trigger = trigger(Condition::And(vec![on("a"), on("b")]), http());
    trigger.resets = vec![Reset { cron: "0 * * * *".into(), zone: None }];
    Machine::new(vec![stream("a"), stream("b")], trigger)
}

/// So many minutes after an hour that is full.
fn minute(minute: i64) -> Timestamp {
    Timestamp(NOW.0 - NOW.0 % (60 * MINUTE) + minute * MINUTE)
}

fn take(machine: &mut Machine, event: &Arc<Event>, position: u64, taken: Timestamp) -> Vec<Effect> {
    let arrival =
        Arrival { event: event.clone(), position: Some(Position(position)), taken: Some(taken), run: 0 };
    // Decided long after it was taken: that does not matter.
    machine.step(minute(10_000), Input::Arrived(arrival))
}

fn kept(machine: &Machine) -> Vec<&str> {
    machine.record.kept().iter().map(|taken| taken.event.id.as_str()).collect()
}

fn fired(effects: &[Effect]) -> bool {
    decisions(effects).iter().any(|decision| matches!(decision, Decision::Fired { .. }))
}

#[test]
fn what_lies_on_two_sides_of_a_reset_does_not_join() {
    let mut machine = hourly();
    take(&mut machine, &event("a", "a1", "{}"), 1, minute(59));
    assert_eq!(machine.trigger.resets_at(&machine.record), Some(minute(60)));
    let effects = take(&mut machine, &event("b", "b1", "{}"), 2, minute(60));
    assert!(!fired(&effects));
    assert!(decisions(&effects).contains(&Decision::Reset { streams: vec!["a".into()] }));
    assert_eq!(kept(&machine), ["b1"]);
    // On one side it does, however late it is read.
    assert!(fired(&take(&mut machine, &event("a", "a2", "{}"), 3, minute(119))));
    assert_eq!(machine.trigger.resets_at(&machine.record), None);
}

#[test]
fn what_was_taken_before_a_reset_and_read_after_it_joins_nothing_newer() {
    let mut machine = hourly();
    take(&mut machine, &event("b", "b1", "{}"), 2, minute(61));
    let effects = take(&mut machine, &event("a", "a1", "{}"), 1, minute(59));
    assert_eq!(words(&effects), ["persist", "ack 1"]);
    assert_eq!(kept(&machine), ["b1"]);
}

#[test]
fn a_clock_that_is_put_back_separates_nothing() {
    let mut machine = hourly();
    take(&mut machine, &event("a", "a1", "{}"), 1, minute(1_000));
    assert!(fired(&take(&mut machine, &event("b", "b1", "{}"), 2, minute(1))));
}

#[test]
fn a_reset_forgets_what_the_bus_took_before_it() {
    let mut machine = hourly();
    take(&mut machine, &event("a", "a1", "{}"), 1, minute(61));
    assert_eq!(words(&machine.step(minute(70), Input::Reset { before: minute(60) })), [""; 0]);
    assert_eq!(kept(&machine), ["a1"]);
    assert_eq!(words(&machine.step(minute(121), Input::Reset { before: minute(120) })), ["persist"]);
    // The bus brings it once more: it is forgotten all the same.
    let again = take(&mut machine, &event("a", "a1", "{}"), 1, minute(61));
    assert_eq!(words(&again), ["ack 1"]);
    assert!(machine.record.kept().is_empty());
}

#[test]
fn a_record_without_places_goes_by_the_time_of_the_events() {
    let mut machine = hourly();
    take(&mut machine, &event("a", "a1", "{}"), 1, minute(61));
    let text = String::from_utf8(machine.record.encode().unwrap()).unwrap();
    let (before, rest) = text.split_once(",\"place\"").unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    machine.record = Record::decode(format!("{before}{after}").as_bytes()).unwrap();
    // The event itself says another hour.
    let next = Timestamp(NOW.0 - NOW.0 % (60 * MINUTE) + 60 * MINUTE);
    assert_eq!(machine.trigger.resets_at(&machine.record), Some(next));
}

#[test]
fn what_another_program_keeps_is_taken_over() {
    let mut machine = hourly();
    take(&mut machine, &event("a", "a1", "{}"), 1, minute(1));
    take(&mut machine, &event("b", "b1", "{}"), 2, minute(2));
    take(&mut machine, &event("a", "a2", "{}"), 3, minute(3));
    let part = |stream: &str, id: &str, position| Part {
        stream: stream.into(),
        place: Place { position, taken: minute(4) },
        event: event(stream, id, "{}"),
    };
    // Of these `a1` has fired here, and nobody reads `x`.
    let parts = vec![part("a", "a1", 1), part("b", "b9", 4), part("x", "x", 5)];
    let effects = machine.step(minute(5), Input::TakenOver(parts));
    assert_eq!(words(&effects), ["persist"]);
    assert_eq!(kept(&machine), ["b9"]);
    assert_eq!(words(&take(&mut machine, &event("a", "a2", "{}"), 3, minute(3))), ["ack 3"]);
    assert!(fired(&take(&mut machine, &event("a", "a3", "{}"), 6, minute(6))));
}

proptest! {
    /// Whatever the order in which they are read, and wherever the process ends in between.
    #[test]
    fn no_firing_spans_a_reset(
        minutes in prop::collection::vec((0..300_i64, any::<bool>()), 1..40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        restarts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let mut times: Vec<(i64, bool)> = minutes;
        times.sort_unstable();
        let mut events: Vec<(u64, i64, &str)> = times
            .iter()
            .enumerate()
            .map(|(position, (minute, of_a))| (position as u64, *minute, if *of_a { "a" } else { "b" }))
            .collect();
        for index in order {
            let at = index.index(events.len());
            let late = events.remove(at);
            events.push(late);
        }
        let restarts: Vec<usize> = restarts.iter().map(|index| index.index(events.len())).collect();
        let mut machine = hourly();
        let mut used = std::collections::BTreeSet::new();
        for (step, (position, at, source)) in events.iter().enumerate() {
            if restarts.contains(&step) {
                machine.record = Record::decode(&machine.record.encode().unwrap()).unwrap();
            }
            let effects = take(&mut machine, &event(source, &position.to_string(), "{}"), *position, minute(*at));
            for decision in decisions(&effects) {
                let Decision::Fired { events, .. } = decision else { continue };
                let ids: Vec<usize> = events.iter().map(|event| event.id().parse().unwrap()).collect();
                let hours: Vec<i64> = ids.iter().map(|id| times[*id].0 / 60).collect();
                prop_assert!(hours.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?} {hours:?}");
                for id in ids {
                    prop_assert!(used.insert(id), "{id} fires once");
                }
            }
        }
    }
}
