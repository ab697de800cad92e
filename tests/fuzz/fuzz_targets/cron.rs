//! A schedule on the first line, a zone on the second, nanoseconds since 1970 on the third: the next time and the last one
//! agree.

#![no_main]

use aev_plan::cron::{Cron, InvalidCron, check};
use aev_plan::time::Timestamp;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let schedule = lines.next().unwrap_or_default();
    let zone = lines.next();
    let at = Timestamp(lines.next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or_default());
    let cron = Cron::new(schedule, zone);
    assert_eq!(check(schedule).is_err(), matches!(cron, Err(InvalidCron::Schedule(_))));
    let Ok(cron) = cron else { return };
    assert!(check(&schedule.split_whitespace().collect::<Vec<_>>().join("  ")).is_ok());
    if let Some(next) = cron.next(at) {
        assert!(next > at);
        assert_eq!(cron.last(next), Some(next));
        assert_eq!(cron.next(Timestamp(next.0 - 1)), Some(next));
        assert!(cron.last(Timestamp(next.0 - 1)).is_none_or(|last| last <= at));
    }
    if let Some(last) = cron.last(at) {
        assert!(last <= at);
        assert!(cron.next(last).is_none_or(|next| next > at));
    }
});
