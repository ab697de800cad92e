//! A newer process takes over what an older one has, which goes on running.

use crate::support::{Load, Place, REDELIVERED, Target, jetstream, repeated, server, until};
use std::thread::sleep;
use std::time::Duration;

/// A later version, in which the trigger has another name, starts beside the one that runs: its lane goes to the new one. The
/// older process brings to an end what it has begun, says that its trigger has stopped, and still takes events.
#[test]
fn a_later_version_starts_beside_it() {
    let Some(server) = server("taken_over::a_later_version_starts_beside_it") else { return };
    let target = Target::new();
    let bus = jetstream(server.address());
    let older = Place::new(&bus, &target, "");
    let newer = Place::new(&bus, &target, "").with_trigger("call-again");
    let aev = older.start();
    let load = Load::start(&older, "o", Duration::from_millis(5));
    load.goes_on(200);
    let other = newer.start();
    let also = Load::start(&newer, "n", Duration::from_millis(5));
    until("the older process says that its lane is gone", || {
        older.status().contains("its lane was taken over by another process").then_some(())
    });
    load.goes_on(200);
    also.goes_on(200);
    for answers in [load.end(), also.end()] {
        let settled = answers.settle(&newer, &target);
        settled.none_dead();
        assert_eq!((answers.refused.len(), answers.unanswered.len()), (0, 0), "senders do not notice");
    }
    sleep(REDELIVERED);
    assert_eq!(repeated(&target), 0, "an effect was repeated though its outcome was known");
    aev.stop(10);
    other.stop(10);
}
