//! The clock of the process is set, forwards and back, by hours and by a day, while everything that looks at it is at work.

use crate::support::{Load, Place, Reply, Target, jetstream, server, until};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// By how much it is wrong, one after the other, in seconds: an hour forwards, two back, a day forwards and back, and right.
const OFFSETS: [i64; 5] = [3600, -3600, 82_800, -3600, 0];

/// Two calendars, whose calls have the slot in their path.
const CALENDARS: &str = r#"
source clock {
  event minute: calendar { schedule: "* * * * *" }
  event ten: calendar { interval: 10m }
}
trigger minute on clock.minute as e { http { url: "http://target.svc:8080/minute-${e.eventTime}", method: "POST" } }
trigger ten on clock.ten as e { http { url: "http://target.svc:8080/ten-${e.eventTime}", method: "POST" } }
"#;

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// It needs three attempts.
fn fails(id: &str) -> bool {
    let number: Option<usize> = id.strip_prefix("w-").and_then(|number| number.parse().ok());
    number.is_some_and(|number| number % 7 == 0)
}

/// The slots of a calendar that have come to the target.
fn slots(target: &Target, name: &str) -> BTreeSet<String> {
    target.calls().into_iter().map(|call| call.id).filter(|id| id.starts_with(name)).collect()
}

/// Nothing is lost or done twice, and nothing waits longer than its pause, wherever the clock goes. A calendar makes up for what
/// the clock has jumped over and is silent while it is behind, so that each slot comes once.
#[test]
fn it_is_set_under_load() {
    let Some(server) = server("clock::it_is_set_under_load") else { return };
    let target = Target::answering(|id, before| match fails(id) && before < 2 {
        true => Reply::Status(500),
        false => Reply::Taken,
    });
    let bus = jetstream(server.address());
    let retry = "retry: { steps: 5, duration: 3s, factor: 1.0 }";
    let place = Place::with(Some(&bus), &target, CALENDARS, retry).with_clock();
    let started = now();
    let aev = place.start();
    let listens = now();
    let load = Load::start(&place, "w", Duration::from_millis(20));
    load.goes_on(200);
    let mut latest = i64::MIN;
    let wait = || {
        let mut tried = BTreeMap::<String, usize>::new();
        target.calls().into_iter().for_each(|call| *tried.entry(call.id).or_default() += 1);
        tried.iter().any(|(id, tries)| fails(id) && *tries < 3)
    };
    for offset in OFFSETS {
        until("some wait for their next attempt", || wait().then_some(()));
        place.set_clock(offset);
        let set = now();
        until("its decisions are of another time", || {
            let wrong = aev.last_time()? - now();
            ((wrong - offset).abs() < 60).then_some(())
        });
        let early = load.ids().into_iter().next_back().unwrap();
        load.goes_on(300);
        // What the clock has come by since the start, as it was furthest ahead.
        latest = latest.max(set + offset);
        for (name, seconds) in [("minute-", 60), ("ten-", 600)] {
            let due = latest.div_euclid(seconds) - listens.div_euclid(seconds);
            let due = usize::try_from(due).unwrap();
            until("every slot has come", || (slots(&target, name).len() >= due).then_some(()));
            let most = (now() + OFFSETS[2]).div_euclid(seconds) - started.div_euclid(seconds);
            let most = usize::try_from(most).unwrap();
            assert!(slots(&target, name).len() <= most, "{name} has more slots than the day");
        }
        until("it says what became of an event", || {
            let event = &load.event(&early);
            let asked = place.ask(&["why", event]).wait_with_output().unwrap();
            assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
            let why: Value = serde_json::from_slice(&asked.stdout).unwrap();
            assert_eq!(why["id"], **event);
            why.to_string().contains(r#""done""#).then_some(())
        });
    }
    let answers = load.end();
    answers.each_once(&place, &target);
    assert_eq!(answers.refused.len(), 0, "senders do not notice");
    aev.stop(10);
}
