//! What no bus brings again: events of a replay, and firings out of dead letters.

use crate::make::*;
use aev_engine::firing::Taken;
use aev_engine::{Arrival, Decision, Event, FiringId, Input, Redriven};
use aev_plan::model::*;
use std::sync::Arc;

fn one(change: impl FnOnce(&mut aev_plan::model::Trigger)) -> Machine {
    let mut trigger = trigger(on("a"), http());
    change(&mut trigger);
    Machine::new(vec![stream("a")], trigger)
}

fn replayed(event: &Arc<Event>, run: u32) -> Input {
    Input::Arrived(Arrival { event: event.clone(), position: None, taken: None, run })
}

#[test]
fn a_replayed_event_fires_under_an_id_of_its_own_and_is_stored_before_it_acts() {
    let mut machine = one(|_| {});
    let event = event("a", "1", "{}");
    let first = machine.send(&event, 1);
    machine.answer(NOW, &acts(&first)[0], answered(200));
    assert_eq!(words(&machine.step(NOW, replayed(&event, 7))), ["wake +0"]);
    assert_eq!(machine.record.in_flight().len(), 1, "whoever carries it out stores it now");
    let again = machine.step(NOW, Input::Due);
    assert_eq!(words(&again), ["act t#1"]);
    assert_ne!(acts(&again)[0].0, acts(&first)[0].0);
    assert_eq!(words(&machine.answer(NOW, &acts(&again)[0], answered(200))), [""; 0]);
    assert!(machine.record.is_idle());
    // Another run is another firing; the same run is the same.
    let mut id = |run| {
        machine.step(NOW, replayed(&event, run));
        let begun = machine.step(NOW, Input::Due);
        machine.answer(NOW, &acts(&begun)[0], answered(200));
        acts(&begun)[0].0.clone()
    };
    assert_eq!(id(7), acts(&again)[0].0);
    assert_ne!(id(8), acts(&again)[0].0);
    assert_eq!(id(0), acts(&first)[0].0, "without a number it has the id that it had");
}

#[test]
fn a_replayed_event_of_a_join_is_kept_in_the_record() {
    let both = Condition::And(vec![on("a"), on("b")]);
    let mut machine = Machine::new(vec![stream("a"), stream("b")], trigger(both, http()));
    assert_eq!(words(&machine.step(NOW, replayed(&event("a", "1", "{}"), 3))), ["persist"]);
    assert_eq!(words(&machine.step(NOW, replayed(&event("b", "1", "{}"), 3))), ["persist", "act t#1"]);
}

#[test]
fn a_replay_of_at_most_once_acts_at_once() {
    let mut machine = one(|t| t.deliver = Delivery::AtMostOnce);
    assert_eq!(words(&machine.step(NOW, replayed(&event("a", "1", "{}"), 1))), ["act t#1"]);
}

fn letter(id: &str) -> Input {
    let firing = FiringId::parse(id).unwrap();
    let taken = Taken { stream: "a".into(), order: 0, run: 0, place: None, event: event("a", "1", "{}") };
    Input::Redriven(Redriven { firing, events: vec![taken] })
}

const ID: &str = "00112233445566778899aabbccddeeff";

#[test]
fn a_dead_letter_is_tried_again_from_its_first_attempt_under_its_id() {
    let mut machine = one(|t| t.retry = retry(2));
    let taken = machine.step(NOW, letter(ID));
    assert_eq!(words(&taken), ["wake +0"]);
    assert!(matches!(&decisions(&taken)[..], [Decision::Redriven { firing, .. }] if firing.as_str() == ID));
    // Whoever asks twice gets one.
    assert!(matches!(&decisions(&machine.step(NOW, letter(ID)))[..], [Decision::Repeated { .. }]));
    let begun = machine.step(NOW, Input::Due);
    assert_eq!(words(&begun), ["act t#1"]);
    assert_eq!(acts(&begun)[0].0.as_str(), ID);
    assert_eq!(words(&machine.answer(NOW, &acts(&begun)[0], answered(500))), ["wake +10"]);
    let second = machine.step(after(10), Input::Due);
    assert_eq!(acts(&second)[0].0.as_str(), ID);
    let dead = machine.answer(after(10), &acts(&second)[0], answered(500));
    assert_eq!(words(&dead), ["dead after 2: the answer was 500, which does not count as done"]);
}

#[test]
fn a_dead_letter_of_a_join_waits_in_the_record() {
    let both = Condition::And(vec![on("a"), on("b")]);
    let mut machine = Machine::new(vec![stream("a"), stream("b")], trigger(both, http()));
    assert_eq!(words(&machine.step(NOW, letter(ID))), ["persist", "wake +0"]);
    assert_eq!(words(&machine.step(NOW, Input::Due)), ["persist", "act t#1"]);
}

#[test]
fn a_dead_letter_of_at_most_once_begins_at_once_and_a_crash_does_not_repeat_it() {
    let both = Condition::And(vec![on("a"), on("b")]);
    let mut trigger = trigger(both, http());
    trigger.deliver = Delivery::AtMostOnce;
    let mut machine = Machine::new(vec![stream("a"), stream("b")], trigger);
    assert_eq!(words(&machine.step(NOW, letter(ID))), ["persist", "act t#1"]);
    let resumed = machine.step(NOW, Input::Resumed);
    assert_eq!(words(&resumed)[1], "dead after 1: it is not known whether the action has happened");
}

#[test]
fn what_is_no_id_is_no_firing() {
    for text in [
        "",
        "00112233445566778899aabbccddeef",
        "00112233445566778899AABBCCDDEEFF",
        "zz112233445566778899aabbccddeeff",
    ] {
        assert_eq!(FiringId::parse(text), None, "{text}");
    }
}

/// One event that comes through two streams fires twice, and is held until both firings are over.
#[test]
fn a_letter_is_tried_again_while_its_event_is_still_held() {
    let other = Stream { from: stream("a").from, ..stream("b") };
    let either = Condition::Or(vec![on("a"), on("b")]);
    let mut machine = Machine::new(vec![stream("a"), other], trigger(either, http()));
    let begun = machine.send(&event("a", "1", "{}"), 1);
    let [first, second] = &acts(&begun)[..] else { panic!("{begun:?}") };
    let dead = machine.answer(NOW, first, answered(500));
    assert_eq!(words(&dead), ["dead after 1: the answer was 500, which does not count as done"]);
    let taken = Taken { stream: "a".into(), order: 0, run: 0, place: None, event: event("a", "1", "{}") };
    let redriven = Redriven { firing: first.0.clone(), events: vec![taken] };
    assert_eq!(words(&machine.step(NOW, Input::Redriven(redriven))), ["wake +0"]);
    let again = machine.step(NOW, Input::Due);
    assert_eq!(acts(&again), std::slice::from_ref(first));
    assert_eq!(words(&machine.answer(NOW, second, answered(200))), [""; 0], "it is still held");
    assert_eq!(words(&machine.answer(NOW, first, answered(200))), ["ack 1"]);
    assert!(machine.record.is_idle());
}

/// A firing that was stored gets its event back, though the trigger has another name now.
#[test]
fn what_was_stored_before_a_trigger_was_changed_is_not_fired_again() {
    let mut machine = one(|t| t.retry = retry(2));
    let begun = machine.send(&event("a", "1", r#"{"n":1}"#), 1);
    machine.answer(NOW, &acts(&begun)[0], answered(500));
    let stored = serde_json::to_string(machine.record.in_flight()).unwrap();

    let mut renamed = trigger(on("a"), http());
    renamed.name = "u".into();
    renamed.retry = retry(2);
    let mut machine = Machine::new(vec![stream("a")], renamed);
    machine.record = aev_engine::Record::of_firings(serde_json::from_str(&stored).unwrap());
    machine.step(NOW, Input::Resumed);
    let came = machine.send(&event("a", "1", r#"{"n":1}"#), 2);
    assert_eq!(words(&came), [""; 0]);
    assert!(matches!(&decisions(&came)[..], [Decision::Received { .. }, Decision::Repeated { .. }]));
    let again = machine.step(after(10), Input::Due);
    assert_eq!(acts(&again)[0].0, acts(&begun)[0].0);
    assert_eq!(words(&machine.answer(after(10), &acts(&again)[0], answered(200))), ["ack 2"]);
    assert!(machine.record.is_idle(), "nothing of it is left");
}

/// What an `on-failure` does for a firing of a replay has an id of that replay, also when it is tried again.
#[test]
fn a_letter_of_a_replay_keeps_the_number_of_its_replay() {
    let mut machine = one(|t| t.on_failure = fallback(http()));
    let act_of_fallback = |machine: &mut Machine, begun: Vec<aev_engine::Effect>| {
        let failed = machine.answer(NOW, &acts(&begun)[0], answered(500));
        let fallback = acts(&failed)[0].clone();
        (machine.answer(NOW, &fallback, answered(500)), fallback)
    };
    machine.step(NOW, replayed(&event("a", "1", "{}"), 7));
    let begun = machine.step(NOW, Input::Due);
    let (dead, fallback) = act_of_fallback(&mut machine, begun);
    let letter = dead.iter().find_map(|effect| match effect {
        aev_engine::Effect::DeadLetter(letter) => Some(letter.clone()),
        _ => None,
    });
    let letter = letter.unwrap();
    machine.step(NOW, Input::Redriven(Redriven { firing: letter.firing, events: letter.events }));
    let begun = machine.step(NOW, Input::Due);
    assert_eq!(act_of_fallback(&mut machine, begun).1, fallback);
}
