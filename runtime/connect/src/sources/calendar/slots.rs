//! The slots of a calendar: when it is due.

use aev_plan::cron::Cron;
use aev_plan::time::Timestamp;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

/// So many missed slots are made up for; of more, the newest.
pub(super) const MOST: usize = 10_000;

/// Days in a row without a slot, after which an interval is taken to have none.
const DAYS: usize = 10 * 366;

const SECOND: i64 = 1_000_000_000;

/// What decides on the slots.
#[derive(Clone, Debug)]
pub(super) enum Timing {
    /// Wall-clock times.
    Cron(Box<Cron>),
    /// Multiples of this, in whole seconds and at least one.
    Every(Duration),
}

/// When a calendar is due.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    pub(super) timing: Timing,
    /// Where excluded days are read.
    pub(super) zone: Tz,
    pub(super) excluded: BTreeSet<NaiveDate>,
}

/// What is due at a moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// Slots that have come, in order.
    pub(super) slots: VecDeque<Timestamp>,
    /// There were more, too old or too many.
    pub(super) dropped: bool,
    /// The first that is still to come.
    pub(super) next: Option<Timestamp>,
}

impl Slots {
    /// The first slot after a moment.
    pub(super) fn next(&self, mut after: Timestamp) -> Option<Timestamp> {
        for _ in 0..DAYS {
            let slot = match &self.timing {
                Timing::Cron(cron) => cron.next(after)?,
                Timing::Every(interval) => {
                    let step = i64::try_from(interval.as_secs().max(1)).ok()?.checked_mul(SECOND)?;
                    Timestamp((after.0.div_euclid(step).checked_add(1)?).checked_mul(step)?)
                }
            };
            let day = self.day(slot);
            if !self.excluded.contains(&day) {
                return Some(slot);
            }
            // No slot of that day counts, so the search goes on at its last moment.
            after = self.end_of_day(slot);
        }
        None
    }

    /// The day that a calendar on the wall shows.
    fn day(&self, moment: Timestamp) -> NaiveDate {
        DateTime::<Utc>::from_timestamp_nanos(moment.0).with_timezone(&self.zone).date_naive()
    }

    /// A moment of the same day that lies after this one, as late as is easily found.
    fn end_of_day(&self, moment: Timestamp) -> Timestamp {
        let day = self.day(moment);
        let hours = (1..26).rev().map(|hour| moment.after(Duration::from_secs(hour * 3600)));
        hours.into_iter().find(|later| self.day(*later) == day).unwrap_or(moment)
    }

    /// The slots after the last one, up to now; none older than `behind`, and the newest if they are many.
    pub(super) fn due(&self, last: Timestamp, now: Timestamp, behind: Duration) -> Due {
        let oldest = Timestamp(now.0.saturating_sub(i64::try_from(behind.as_nanos()).unwrap_or(i64::MAX)));
        // A slot at the very edge still counts.
        let mut start = last.max(Timestamp(oldest.0.saturating_sub(1)));
        if let Timing::Every(interval) = &self.timing {
            // Those before would be thrown away; there may be millions.
            let most = interval.as_nanos().max(1).saturating_mul(MOST as u128 + 1);
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            start = start.max(Timestamp(now.0.saturating_sub(most)));
        }
        let mut due = Due { slots: VecDeque::new(), dropped: false, next: self.next(last) };
        due.dropped = due.next.is_some_and(|slot| slot <= start && slot <= now);
        let mut slot = match start > last {
            true => self.next(start),
            false => due.next,
        };
        while let Some(come) = slot.filter(|slot| *slot <= now) {
            if due.slots.len() == MOST {
                due.slots.pop_front();
                due.dropped = true;
            }
            due.slots.push_back(come);
            slot = self.next(come);
        }
        due.next = slot;
        due
    }
}

/// Reads days in Argo's form: `EXDATE:20260101T000000Z,…`. As in Argo, other texts mean nothing.
pub(super) fn excluded(dates: &[String]) -> Result<BTreeSet<NaiveDate>, String> {
    let days = dates.iter().filter_map(|text| text.strip_prefix("EXDATE:")).flat_map(|days| days.split(','));
    days.map(|day| match NaiveDateTime::parse_from_str(day, "%Y%m%dT%H%M%SZ") {
        Ok(day) => Ok(day.date()),
        Err(_) => Err(day.to_owned()),
    })
    .collect()
}

/// A schedule without the time zone that may stand before it, as robfig/cron has it, and that zone.
pub(super) fn own_zone(schedule: &str) -> (&str, Option<&str>) {
    let zoned = ["TZ=", "CRON_TZ="].into_iter().find_map(|prefix| schedule.strip_prefix(prefix));
    match zoned.and_then(|rest| rest.split_once(' ')) {
        Some((zone, fields)) => (fields, Some(zone)),
        None => (schedule, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cron(schedule: &str, zone: &str, dates: &[&str]) -> Slots {
        let timing = Timing::Cron(Box::new(Cron::new(schedule, Some(zone)).unwrap()));
        let dates: Vec<String> = dates.iter().map(|date| (*date).to_owned()).collect();
        Slots { timing, zone: zone.parse().unwrap(), excluded: excluded(&dates).unwrap() }
    }

    fn every(seconds: u64) -> Slots {
        Slots {
            timing: Timing::Every(Duration::from_secs(seconds)),
            zone: Tz::UTC,
            excluded: BTreeSet::new(),
        }
    }

    #[test]
    fn intervals_are_multiples_whoever_counts() {
        assert_eq!(every(6 * 3600).next(at("2026-01-01T07:12:13.5Z")), Some(at("2026-01-01T12:00:00Z")));
        assert_eq!(every(6 * 3600).next(at("2026-01-01T12:00:00Z")), Some(at("2026-01-01T18:00:00Z")));
        // As in robfig/cron, a second is the least.
        let short = Slots { timing: Timing::Every(Duration::from_millis(5)), ..every(1) };
        assert_eq!(short.next(at("2026-01-01T12:00:00.2Z")), Some(at("2026-01-01T12:00:01Z")));
    }

    #[test]
    fn excluded_days_are_those_of_the_zone() {
        let slots =
            cron("30 0 * * *", "Europe/Berlin", &["EXDATE:20260102T230000Z,20260103T000000Z", "weekends"]);
        assert_eq!(slots.next(at("2026-01-01T00:00:00Z")), Some(at("2026-01-03T23:30:00Z")));
        let day = Slots { excluded: excluded(&["EXDATE:20260102T000000Z".to_owned()]).unwrap(), ..every(1) };
        assert_eq!(day.next(at("2026-01-01T23:59:59Z")), Some(at("2026-01-03T00:00:00Z")));
    }

    #[test]
    fn what_was_missed_is_bounded_in_time_and_number() {
        let hour = Duration::from_secs(3600);
        let due = cron("*/10 * * * *", "UTC", &[]).due(
            at("2026-01-01T00:00:00Z"),
            at("2026-01-02T00:00:05Z"),
            hour,
        );
        let slots: Vec<String> = due.slots.iter().map(Timestamp::seconds).collect();
        assert_eq!((slots.len(), slots[0].as_str(), due.dropped), (6, "2026-01-01T23:10:00Z", true));
        assert_eq!(due.next, Some(at("2026-01-02T00:10:00Z")));
        // A clock that jumped by years.
        let due = every(1).due(
            at("2026-01-01T00:00:00Z"),
            at("2036-01-01T00:00:00Z"),
            Duration::from_secs(400_000_000),
        );
        assert_eq!((due.slots.len(), due.dropped), (MOST, true));
        assert_eq!(due.slots.back(), Some(&at("2036-01-01T00:00:00Z")));
        let none = every(60).due(at("2026-01-01T00:00:30Z"), at("2026-01-01T00:00:31Z"), hour);
        assert_eq!(
            none,
            Due { slots: VecDeque::new(), dropped: false, next: Some(at("2026-01-01T00:01:00Z")) }
        );
    }

    #[test]
    fn a_schedule_may_bring_its_zone() {
        assert_eq!(own_zone("CRON_TZ=Asia/Tokyo 0 2 * * *"), ("0 2 * * *", Some("Asia/Tokyo")));
        assert_eq!(own_zone("0 2 * * *"), ("0 2 * * *", None));
    }

    proptest! {
        /// However often one looks, and wherever the clock stands in between, each slot is due once and none is left out.
        #[test]
        fn looking_at_other_times_changes_nothing(
            mut looks in prop::collection::vec(0_i64..7200, 1..20), interval in 1_u64..900, schedule in any::<bool>(),
        ) {
            let slots = if schedule { cron("*/7 * * * *", "Europe/Berlin", &[]) } else { every(interval) };
            let start = at("2026-03-29T00:00:00Z");
            let moment = |seconds: i64| Timestamp(start.0 + seconds * SECOND);
            let far = Duration::from_secs(86_400);
            let end = looks.iter().copied().max().unwrap();
            let whole: Vec<Timestamp> = slots.due(start, moment(end), far).slots.into();
            let (mut last, mut seen) = (start, Vec::new());
            looks.push(end);
            for look in looks {
                for slot in slots.due(last, moment(look), far).slots {
                    last = slot;
                    seen.push(slot);
                }
            }
            prop_assert_eq!(seen, whole);
        }
    }
}
