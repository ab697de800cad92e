//! Retries, success, fallbacks, acknowledgements.

use crate::make::*;
use aev_engine::{Decision, Input, Outcome, Record};
use aev_plan::model::*;
use std::collections::BTreeMap;
use std::time::Duration;

fn one(change: impl FnOnce(&mut aev_plan::model::Trigger)) -> Machine {
    let mut trigger = trigger(on("a"), http());
    change(&mut trigger);
    Machine::new(vec![stream("a")], trigger)
}

#[test]
fn at_least_once_acknowledges_when_it_is_over() {
    let mut machine = one(|_| {});
    let fired = machine.send(&event("a", "1", "{}"), 7);
    assert_eq!(words(&fired), ["act t#1"]);
    let done = machine.answer(NOW, &acts(&fired)[0], answered(204));
    assert_eq!(words(&done), ["ack 7"]);
    assert!(machine.record.is_idle());
}

#[test]
fn at_most_once_acknowledges_first_and_never_retries() {
    let mut machine = one(|t| {
        t.deliver = Delivery::AtMostOnce;
        t.retry = retry(5);
    });
    let fired = machine.send(&event("a", "1", "{}"), 7);
    assert_eq!(words(&fired), ["ack 7", "act t#1"]);
    let failed = machine.answer(NOW, &acts(&fired)[0], answered(500));
    assert_eq!(words(&failed), ["dead after 1: the answer was 500, which does not count as done"]);
}

#[test]
fn retries_wait_longer_each_time_and_then_end_as_a_dead_letter() {
    let mut machine = one(|t| t.retry = retry(3));
    let first = machine.send(&event("a", "1", "{}"), 1);
    assert_eq!(words(&machine.answer(NOW, &acts(&first)[0], answered(500))), ["wake +10"]);
    assert_eq!(words(&machine.step(after(9), Input::Due)), ["wake +10"]);
    let second = machine.step(after(10), Input::Due);
    assert_eq!(words(&second), ["act t#2"]);
    assert_eq!(acts(&second)[0].0, acts(&first)[0].0);
    // The result of an earlier attempt comes too late to count.
    assert_eq!(words(&machine.answer(after(11), &acts(&first)[0], Outcome::Done)), [""; 0]);
    let unknown = Outcome::Unknown { error: "no answer in 60s".into() };
    assert_eq!(words(&machine.answer(after(12), &acts(&second)[0], unknown)), ["wake +32"]);
    let third = machine.step(after(32), Input::Due);
    let failed = Outcome::Failed { retriable: true, error: "refused".into(), retry_after: None };
    assert_eq!(
        words(&machine.answer(after(33), &acts(&third)[0], failed)),
        ["dead after 3: refused", "ack 1"]
    );
}

/// Whatever the clock says: what waits goes on after its pause, or, when the clock was put back meanwhile, after another one.
#[test]
fn a_clock_that_is_put_back_holds_up_nothing() {
    let mut machine = one(|t| t.retry = retry(3));
    let first = machine.send(&event("a", "1", "{}"), 1);
    assert_eq!(words(&machine.answer(after(7200), &acts(&first)[0], answered(500))), ["wake +7210"]);
    assert_eq!(words(&machine.step(after(1000), Input::Due)), ["wake +1010"]);
    // Also from what a process that has ended has stored.
    machine.record = Record::decode(&machine.record.encode().unwrap()).unwrap();
    assert_eq!(words(&machine.step(after(100), Input::Resumed)), ["wake +1010"]);
    assert_eq!(words(&machine.step(after(100), Input::Due)), ["wake +110"]);
    // And forwards it is over.
    assert_eq!(words(&machine.step(after(7000), Input::Due)), ["act t#2"]);
}

#[test]
fn retry_after_postpones_and_a_permanent_failure_ends() {
    let mut machine = one(|t| t.retry = retry(3));
    let first = machine.send(&event("a", "1", "{}"), 1);
    let busy = Outcome::Answered { status: 503, retry_after: Some(Duration::from_secs(60)) };
    assert_eq!(words(&machine.answer(NOW, &acts(&first)[0], busy)), ["wake +60"]);
    let second = machine.step(after(60), Input::Due);
    let gone = Outcome::Failed { retriable: false, error: "no such host".into(), retry_after: None };
    assert_eq!(
        words(&machine.answer(after(60), &acts(&second)[0], gone)),
        ["dead after 2: no such host", "ack 1"]
    );
}

#[test]
fn the_wake_is_that_of_the_earliest() {
    let mut machine = one(|t| t.retry = retry(3));
    let first = machine.send(&event("a", "1", "{}"), 1);
    let second = machine.send(&event("a", "2", "{}"), 2);
    machine.answer(NOW, &acts(&first)[0], answered(500));
    assert_eq!(words(&machine.answer(after(5), &acts(&second)[0], answered(500))), ["wake +10"]);
    assert_eq!(words(&machine.step(after(10), Input::Due)), ["act t#2", "wake +15"]);
}

#[test]
fn success_is_what_the_policy_says() {
    for (success, status, done) in [
        (None, 200, true),
        (None, 206, true),
        (None, 207, false),
        (None, 302, false),
        (Some(Success::Status(vec![404])), 404, true),
        (Some(Success::Status(vec![404])), 200, false),
        (Some(Success::AnyStatus), 500, true),
    ] {
        let mut machine = one(|t| t.success = success.clone());
        let fired = machine.send(&event("a", "1", "{}"), 1);
        let effects = machine.answer(NOW, &acts(&fired)[0], answered(status));
        let ended = decisions(&effects).iter().any(|decision| matches!(decision, Decision::Done { .. }));
        assert_eq!(ended, done, "{success:?} {status}");
        assert_eq!(words(&effects).last().unwrap(), "ack 1");
    }
}

#[test]
fn labels_are_looked_for_until_the_backoff_ends() {
    let labels: BTreeMap<String, String> = [("phase".to_owned(), "Done".to_owned())].into();
    let policy = |error_on_backoff_timeout| LabelPolicy {
        labels: labels.clone(),
        backoff: retry(2),
        error_on_backoff_timeout,
    };
    for strict in [true, false] {
        let mut machine = one(|t| t.success = Some(Success::Labels(policy(strict))));
        let created = machine.send(&event("a", "1", "{}"), 1);
        let none = Outcome::Observed { labels: BTreeMap::new() };
        assert_eq!(words(&machine.answer(NOW, &acts(&created)[0], none.clone())), ["wake +10"]);
        let look = machine.step(after(10), Input::Due);
        assert_eq!(words(&look), ["look t#1"]);
        let seen = machine.answer(after(10), &acts(&look)[0], none);
        let late = "dead after 1: the object did not get the labels of `success` in time";
        assert_eq!(words(&seen), if strict { vec![late, "ack 1"] } else { vec!["ack 1"] });
    }
    let mut machine = one(|t| t.success = Some(Success::Labels(policy(true))));
    let created = machine.send(&event("a", "1", "{}"), 1);
    let there = Outcome::Observed { labels: labels.clone() };
    assert_eq!(words(&machine.answer(NOW, &acts(&created)[0], there)), ["ack 1"]);
}

#[test]
fn on_failure_runs_with_the_same_events_and_an_id_of_its_own() {
    let make = || one(|t| t.on_failure = fallback(Action::Log));
    let mut machine = make();
    let first = machine.send(&event("a", "1", "{}"), 1);
    let second = machine.answer(NOW, &acts(&first)[0], answered(500));
    assert_eq!(words(&second), ["act f#1"]);
    assert_ne!(acts(&first)[0].0, acts(&second)[0].0);
    assert_eq!(words(&machine.answer(NOW, &acts(&second)[0], Outcome::Done)), ["ack 1"]);

    let mut machine = make();
    let first = machine.send(&event("a", "1", "{}"), 1);
    let second = machine.answer(NOW, &acts(&first)[0], answered(500));
    let failed = Outcome::Failed { retriable: false, error: "disk full".into(), retry_after: None };
    assert_eq!(
        words(&machine.answer(NOW, &acts(&second)[0], failed)),
        [
            "dead after 2: the answer was 500, which does not count as done; then its on-failure: disk full",
            "ack 1"
        ]
    );
}

#[test]
fn a_missing_value_fails_at_once_however_many_retries_there_are() {
    let mut trigger = trigger(on("a"), Action::K8sCreate(path("a", "body.object")));
    trigger.retry = retry(5);
    let mut machine = Machine::new(vec![stream("a")], trigger);
    let effects = machine.send(&event("a", "1", "{}"), 1);
    let words = words(&effects);
    assert!(words[0].starts_with("dead after 1: `body.object` is absent"), "{words:?}");
    assert_eq!(words[1], "ack 1");
}

#[test]
fn a_redelivery_in_flight_does_not_fire_again() {
    let mut machine = one(|_| {});
    let event = event("a", "1", "{}");
    let fired = machine.send(&event, 1);
    assert_eq!(words(&machine.send(&event, 2)), [""; 0]);
    assert_eq!(words(&machine.answer(NOW, &acts(&fired)[0], answered(200))), ["ack 1", "ack 2"]);
}

#[test]
fn two_filters_of_one_event_fire_twice_and_acknowledge_once() {
    let streams = vec![filter("f", of("a"), is("x", "1")), filter("g", of("a"), is("y", "1"))];
    let mut machine = Machine::new(streams, trigger(Condition::Or(vec![on("f"), on("g")]), http()));
    let fired = machine.send(&event("a", "1", r#"{"x":1,"y":1}"#), 1);
    assert_eq!(words(&fired), ["act t#1", "act t#1"]);
    let [first, second] = acts(&fired).try_into().unwrap();
    assert_ne!(first.0, second.0);
    assert_eq!(words(&machine.answer(NOW, &first, answered(200))), [""; 0]);
    assert_eq!(words(&machine.answer(NOW, &second, answered(200))), ["ack 1"]);
}

#[test]
fn a_firing_that_fails_at_once_does_not_acknowledge_for_the_other() {
    // Both are of one event; only the second has what the action needs.
    let streams = vec![filter("f", of("a"), is("x", "1")), filter("g", of("a"), is("y", "1"))];
    let action = Action::K8sCreate(path("g", "object"));
    let mut machine = Machine::new(streams, trigger(Condition::Or(vec![on("f"), on("g")]), action));
    let fired = machine.send(&event("a", "1", r#"{"x":1,"y":1,"object":{}}"#), 1);
    let words_of = words(&fired);
    assert!(words_of[0].starts_with("dead after 1: "), "{words_of:?}");
    assert_eq!(words_of[1..], ["act t#1"]);
    assert_eq!(words(&machine.answer(NOW, &acts(&fired)[0], Outcome::Done)), ["ack 1"]);
}

#[test]
fn what_is_over_is_remembered_until_its_event_is_acknowledged() {
    let streams = vec![stream("a"), filter("x", of("a"), is("n", "1"))];
    let mut both = trigger(Condition::Or(vec![on("a"), on("x")]), http());
    both.retry = retry(3);
    let mut machine = Machine::new(streams, both);
    let event = event("a", "1", r#"{"n":1}"#);
    let begun = acts(&machine.send(&event, 7));
    machine.answer(NOW, &begun[0], answered(200));
    machine.answer(NOW, &begun[1], answered(503));
    // The process ends. Both firings are stored, and the event comes again: only the one that waits goes on.
    let stored = machine.record.in_flight().to_vec();
    let stored = stored.iter().map(|f| serde_json::from_str(&serde_json::to_string(f).unwrap()).unwrap());
    machine.record = aev_engine::Record::of_firings(stored.collect());
    machine.step(NOW, Input::Resumed);
    assert_eq!(words(&machine.send(&event, 7)), [""; 0]);
    let again = machine.step(after(10), Input::Due);
    assert_eq!(words(&again), ["act t#2"]);
    assert_eq!(words(&machine.answer(after(10), &acts(&again)[0], answered(200))), ["ack 7"]);
    assert!(machine.record.is_idle());
}

#[test]
fn a_firing_that_is_over_before_its_event_comes_again_acknowledges_it_then() {
    let mut machine = one(|t| t.retry = retry(3));
    let event = event("a", "1", "{}");
    let begun = acts(&machine.send(&event, 7));
    machine.answer(NOW, &begun[0], answered(503));
    let stored = machine.record.in_flight().iter().map(|f| serde_json::to_string(f).unwrap());
    let stored = stored.map(|f| serde_json::from_str(&f).unwrap()).collect();
    machine.record = aev_engine::Record::of_firings(stored);
    let again = machine.step(after(10), Input::Due);
    assert_eq!(words(&machine.answer(after(10), &acts(&again)[0], answered(200))), [""; 0]);
    assert_eq!(words(&machine.send(&event, 7)), ["ack 7"]);
    assert!(machine.record.is_idle());
}

#[test]
fn a_look_that_fails_is_made_again() {
    let labels: BTreeMap<String, String> = [("phase".to_owned(), "Done".to_owned())].into();
    let policy = LabelPolicy { labels: labels.clone(), backoff: retry(3), error_on_backoff_timeout: true };
    let mut machine = one(|t| {
        t.success = Some(Success::Labels(policy));
        t.retry = retry(3);
    });
    let begun = acts(&machine.send(&event("a", "1", "{}"), 7));
    machine.answer(NOW, &begun[0], Outcome::Observed { labels: BTreeMap::new() });
    let look = acts(&machine.step(after(10), Input::Due));
    let failed = Outcome::Failed { retriable: true, error: "away".into(), retry_after: None };
    assert_eq!(words(&machine.answer(after(10), &look[0], failed)), ["wake +30"]);
    let look = machine.step(after(30), Input::Due);
    assert_eq!(words(&look), ["look t#1"]);
    assert_eq!(words(&machine.answer(after(30), &acts(&look)[0], Outcome::Observed { labels })), ["ack 7"]);
}

#[test]
fn a_chain_of_filters_says_which_one_rejects() {
    let streams =
        vec![filter("f", of("a"), is("x", "1")), filter("g", From::Stream("f".into()), is("y", "1"))];
    let mut machine = Machine::new(streams, trigger(on("g"), http()));
    let reason = |effects: &[aev_engine::Effect]| match decisions(effects).last() {
        Some(Decision::Filtered { reason, .. }) => reason.to_string(),
        other => panic!("{other:?}"),
    };
    let effects = machine.send(&event("a", "1", r#"{"x":2}"#), 1);
    assert_eq!(reason(&effects), "`f` does not pass: `x`: `2` is not equal to `1`");
    assert_eq!(words(&effects), ["ack 1"]);
    assert_eq!(reason(&machine.send(&event("a", "2", r#"{"x":1}"#), 2)), "`y` is absent");
    assert_eq!(words(&machine.send(&event("a", "3", r#"{"x":1,"y":1}"#), 3)), ["act t#1"]);
    assert_eq!(words(&machine.send(&event("b", "3", "{}"), 4)), ["ack 4"]);
}

#[test]
fn notes_are_lines_of_json() {
    let mut machine = Machine::new(vec![filter("f", of("a"), is("x", "1"))], trigger(on("f"), http()));
    let effects = machine.send(&event("a", "1", "{}"), 1);
    let lines: Vec<String> = effects
        .iter()
        .filter_map(|effect| match effect {
            aev_engine::Effect::Note(note) => Some(serde_json::to_string(note).unwrap()),
            _ => None,
        })
        .collect();
    assert_eq!(
        lines[1],
        r#"{"time":"2027-01-15T08:00:00Z","decision":"filtered","event":{"source":"a","subject":"a","id":"1"},"stream":"f","reason":"`x` is absent"}"#
    );
}
