//! The target fails in every way it can.

use crate::support::{Load, Place, Reply, Target, jetstream, server};
use std::time::Duration;

fn number(id: &str) -> usize {
    id.rsplit('-').next().unwrap().parse().unwrap()
}

/// Longer than the action waits.
const SILENT: Duration = Duration::from_secs(3);

#[test]
fn it_answers_badly() {
    let Some(server) = server("targets::it_answers_badly") else { return };
    // Some get well, the others never.
    let target = Target::answering(|id, before| match (number(id) % 40, before) {
        (1, 0..2) | (2, _) => Reply::Status(500),
        (3, 0) => Reply::TooMany,
        (4, 0) | (5, _) => Reply::Silence(SILENT),
        (6, 0) => Reply::Half,
        (7, _) => Reply::Status(404),
        (8, 0) => Reply::Status(503),
        _ => Reply::Taken,
    });
    let retry = "retry: { steps: 4, duration: 100ms, factor: 2 }";
    let place = Place::new(&jetstream(server.address()), &target, retry);
    let aev = place.start();
    let load = Load::start(&place, "t", Duration::from_millis(5));
    load.goes_on(200);
    let answers = load.end();
    let settled = answers.settle(&place, &target);
    for (id, reason) in &settled.dead {
        let said = match number(id) % 40 {
            2 => "500",
            7 => "404",
            5 => "broke off before it answered",
            other => panic!("{id}, which gets well ({other}), was given up: {reason}"),
        };
        assert!(reason.contains(said), "{id}: {reason}");
    }
    let hopeless = answers.taken.keys().filter(|id| matches!(number(id) % 40, 2 | 5 | 7)).count();
    assert_eq!(settled.dead.len(), hopeless, "{:?}", settled.dead);
    let halves = answers.taken.keys().filter(|id| number(id) % 40 == 6).count();
    assert_eq!(settled.repeated, halves, "only what has an unknown outcome is repeated");
    for id in answers.taken.keys() {
        let tries = target.calls().iter().filter(|call| call.id == *id).count();
        assert!(tries <= 4, "{id} was tried {tries} times");
    }
    assert_eq!((answers.refused.len(), answers.unanswered.len()), (0, 0), "senders do not notice");
    aev.stop(10 + hopeless);
}
