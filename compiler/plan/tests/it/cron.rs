//! When a schedule comes, compared with what robfig/cron 3.0.1 says, and the laws of going back and forth.

use aev_plan::cron::{Cron, InvalidCron, check};
use aev_plan::time::Timestamp;
use proptest::prelude::*;

fn cron(schedule: &str, zone: &str) -> Cron {
    Cron::new(schedule, Some(zone)).unwrap_or_else(|error| panic!("{schedule}: {error}"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Each line is schedule, zone, a time, and the next one as the Go library finds it. Not in them is the zone that shifts by half
/// an hour, where it misses a day.
#[test]
fn comes_when_robfig_says() {
    let vectors = include_str!("../vectors/cron.txt");
    let mut seen = 0;
    for line in vectors.lines() {
        let [schedule, zone, after, next] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let cron = cron(schedule, zone);
        assert_eq!(cron.next(at(after)), Some(at(next)), "{line}");
        assert_eq!(cron.last(at(next)), Some(at(next)), "{line}");
        seen += 1;
    }
    assert_eq!(seen, 240);
}

#[test]
fn a_changed_clock_skips_and_repeats() {
    let night = cron("30 2 * * *", "Europe/Berlin");
    // On 29 March 2026 there is no half past two, on 25 October there are two.
    assert_eq!(night.next(at("2026-03-28T12:00:00Z")), Some(at("2026-03-30T00:30:00Z")));
    let first = night.next(at("2026-10-24T12:00:00Z")).unwrap();
    assert_eq!(first, at("2026-10-25T00:30:00Z"));
    assert_eq!(night.next(first), Some(at("2026-10-25T01:30:00Z")));
    assert_eq!(night.last(at("2026-10-25T01:29:59Z")), Some(first));
}

#[test]
fn seldom_days_come() {
    assert_eq!(cron("0 0 29 2 *", "UTC").next(at("2096-03-01T00:00:00Z")), Some(at("2104-02-29T00:00:00Z")));
    assert_eq!(
        Cron::new("0 0 * * *", None).unwrap().next(at("2026-01-01T00:00:00Z")),
        Some(at("2026-01-02T00:00:00Z"))
    );
}

#[test]
fn says_what_is_wrong() {
    assert!(check("0 0 30 2 *").is_err() && check("0 0 30 2 1").is_ok());
    assert_eq!(
        Cron::new("0 0 * * *", Some("Europe/Atlantis")),
        Err(InvalidCron::Zone("Europe/Atlantis".to_owned()))
    );
}

proptest! {
    #[test]
    fn nothing_lies_between(
        schedule in prop::sample::select(vec!["*/7 * * * *", "0 3 * * 1-5", "30 1,2 * * *", "15 23 13 * 5", "0 0 1 1 *"]),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        seconds in 1_500_000_000..2_000_000_000_i64,
    ) {
        let cron = cron(schedule, zone);
        let now = Timestamp(seconds * 1_000_000_000);
        let (last, next) = (cron.last(now).unwrap(), cron.next(now).unwrap());
        prop_assert!(last <= now && now < next);
        prop_assert_eq!(cron.next(last), Some(next));
        prop_assert_eq!(cron.last(Timestamp(next.0 - 1)), Some(last));
    }
}
