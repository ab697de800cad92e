//! Conditions with `and`.

use crate::make::*;
use aev_engine::{Arrival, Decision, Input, Outcome, Position, Record};
use aev_plan::model::*;

fn both() -> Condition {
    Condition::And(vec![on("a"), on("b")])
}

fn join(condition: Condition, change: impl FnOnce(&mut aev_plan::model::Trigger)) -> Machine {
    let mut trigger = trigger(condition, Action::Log);
    change(&mut trigger);
    Machine::new(vec![stream("a"), stream("b"), stream("c")], trigger)
}

fn fired(effects: &[aev_engine::Effect]) -> Vec<Vec<String>> {
    let ids = |decision| match decision {
        Decision::Fired { events, .. } => {
            Some(events.into_iter().map(|event| event.id().to_owned()).collect())
        }
        _ => None,
    };
    decisions(effects).into_iter().filter_map(ids).collect()
}

#[test]
fn keeps_the_newest_of_each_and_uses_them_up() {
    let mut machine = join(both(), |_| {});
    let first = machine.send(&event("a", "a1", "{}"), 1);
    assert_eq!(words(&first), ["persist", "ack 1"]);
    assert_eq!(decisions(&first).last(), Some(&Decision::Waiting { missing: vec!["b".into()] }));
    assert_eq!(words(&machine.send(&event("a", "a2", "{}"), 2)), ["persist", "ack 2"]);
    let second = machine.send(&event("b", "b1", "{}"), 3);
    assert_eq!(words(&second), ["persist", "ack 3", "act t#1"]);
    assert_eq!(fired(&second), [["a2", "b1"]]);
    assert_eq!(words(&machine.answer(NOW, &acts(&second)[0], Outcome::Done)), ["persist"]);
    assert!(fired(&machine.send(&event("b", "b2", "{}"), 4)).is_empty());
}

#[test]
fn what_comes_again_is_not_taken_again() {
    let mut machine = join(both(), |_| {});
    let (a, b) = (event("a", "a1", "{}"), event("b", "b1", "{}"));
    machine.send(&a, 1);
    assert_eq!(words(&machine.send(&a, 2)), ["ack 2"], "while it is kept");
    let fire = machine.send(&b, 3);
    assert_eq!(words(&machine.send(&a, 4)), ["ack 4"], "while it is in flight");
    machine.answer(NOW, &acts(&fire)[0], Outcome::Done);
    assert_eq!(words(&machine.send(&a, 5)), ["ack 5"], "when it is used up");
    assert_eq!(words(&machine.send(&event("a", "a2", "{}"), 6)), ["persist", "ack 6"]);
    assert_eq!(words(&machine.send(&event("a", "a3", "{}"), 7)), ["persist", "ack 7"]);
    assert_eq!(
        words(&machine.send(&event("a", "a2", "{}"), 8)),
        ["ack 8"],
        "when a newer one has replaced it"
    );
    // A replay is meant.
    let replay = Arrival { event: a, position: Some(Position(9)), taken: None, run: 1 };
    assert_eq!(words(&machine.step(NOW, Input::Arrived(replay))), ["persist", "ack 9"]);
}

/// Argo would hand over the old `a` to `c`, and forget it.
#[test]
fn an_alternative_fires_alone_and_leaves_the_rest() {
    let mut machine = join(Condition::Or(vec![both(), on("c")]), |_| {});
    machine.send(&event("a", "a1", "{}"), 1);
    assert_eq!(fired(&machine.send(&event("c", "c1", "{}"), 2)), [["c1"]]);
    assert_eq!(fired(&machine.send(&event("b", "b1", "{}"), 3)), [["a1", "b1"]]);
}

#[test]
fn a_name_for_two_streams_is_the_newer_event() {
    let either = Condition::And(vec![Condition::Or(vec![on("a"), on("b")]), on("c")]);
    let mut machine = {
        let mut trigger = trigger(either, Action::K8sCreate(path("e", "object")));
        trigger.bindings = vec![
            Binding { name: "e".into(), streams: vec!["a".into(), "b".into()] },
            Binding { name: "c".into(), streams: vec!["c".into()] },
        ];
        Machine::new(vec![stream("a"), stream("b"), stream("c")], trigger)
    };
    machine.send(&event("b", "b1", r#"{"object":{"kind":"B"}}"#), 1);
    machine.send(&event("a", "a1", r#"{"object":{"kind":"A"}}"#), 2);
    let effects = machine.send(&event("c", "c1", "{}"), 3);
    assert_eq!(fired(&effects), [["a1", "b1", "c1"]]);
    let action = effects.iter().find_map(|effect| match effect {
        aev_engine::Effect::Act(act) => Some(serde_json::to_string(&act.action).unwrap()),
        _ => None,
    });
    assert!(action.unwrap().contains(r#""kind":"A""#));
}

#[test]
fn a_start_takes_up_what_was_in_flight_under_the_same_id() {
    let mut machine = join(both(), |t| t.retry = retry(3));
    machine.send(&event("a", "a1", r#"{"n": 1.50}"#), 1);
    let fire = machine.send(&event("b", "b1", "{}"), 2);
    let stored = machine.record.encode().unwrap();

    let mut again = join(both(), |t| t.retry = retry(3));
    again.record = Record::decode(&stored).unwrap();
    let resumed = again.step(after(100), Input::Resumed);
    assert_eq!(words(&resumed), ["persist", "act t#1"]);
    assert_eq!(acts(&resumed), acts(&fire));
    assert_eq!(resumed.last(), fire.last(), "the same action, to the last digit");
    assert_eq!(words(&again.answer(after(100), &acts(&resumed)[0], answered(500))), ["persist", "wake +110"]);

    let stored = again.record.encode().unwrap();
    again.record = Record::decode(&stored).unwrap();
    assert_eq!(words(&again.step(after(105), Input::Resumed)), ["wake +110"]);
    assert_eq!(words(&again.step(after(110), Input::Due)), ["persist", "act t#2"]);
}

#[test]
fn at_most_once_repeats_nothing_after_a_crash() {
    let change = |t: &mut aev_plan::model::Trigger| t.deliver = Delivery::AtMostOnce;
    let mut machine = join(both(), change);
    machine.send(&event("a", "a1", "{}"), 1);
    assert_eq!(words(&machine.send(&event("b", "b1", "{}"), 2)), ["persist", "ack 2", "act t#1"]);
    let mut again = join(both(), change);
    again.record = Record::decode(&machine.record.encode().unwrap()).unwrap();
    let resumed = again.step(NOW, Input::Resumed);
    assert_eq!(words(&resumed), ["persist", "dead after 1: it is not known whether the action has happened"]);
}

#[test]
fn two_streams_of_one_event_join_at_once() {
    let streams = vec![filter("f", of("a"), is("x", "1")), filter("g", of("a"), is("y", "1"))];
    let mut machine = Machine::new(streams, trigger(Condition::And(vec![on("f"), on("g")]), Action::Log));
    let effects = machine.send(&event("a", "1", r#"{"x":1,"y":1}"#), 1);
    assert_eq!(words(&effects), ["persist", "ack 1", "act t#1"]);
}

#[test]
fn a_record_of_a_newer_version_is_refused() {
    let text = String::from_utf8(Record::default().encode().unwrap()).unwrap();
    let newer = text.replace("\"version\":1", "\"version\":2");
    assert!(Record::decode(newer.as_bytes()).unwrap_err().to_string().contains("version 2"));
    assert!(Record::decode(b"{}").is_err());
}
