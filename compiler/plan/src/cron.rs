//! Cron schedules as Argo Events reads them: five fields in the form of robfig/cron, without seconds and `@` words.
//!
//! A schedule comes at every moment whose clock on the wall fits. So a time that a change of the clock skips does not come
//! on that day, and one that it repeats comes twice, as with robfig/cron.

mod parse;

use crate::time::Timestamp;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
pub use parse::InvalidSchedule;
use std::fmt;

/// Between two comings of the 29th of February lie up to eight years; of one that is a certain day of the week, forty.
const DAYS: u64 = 41 * 366;

/// A schedule in a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    fields: Fields,
    zone: Tz,
}

/// Why a schedule in a zone is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidCron {
    /// The schedule is wrong.
    Schedule(InvalidSchedule),
    /// There is no such time zone.
    Zone(String),
}

impl fmt::Display for InvalidCron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidCron::Schedule(error) => error.fmt(f),
            InvalidCron::Zone(zone) => write!(f, "there is no time zone `{zone}`"),
        }
    }
}

impl std::error::Error for InvalidCron {}

/// What fits in each field, a bit a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fields {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Neither of the two kinds of day is left open: then one that fits is enough.
    either: bool,
}

impl Cron {
    /// A schedule in a time zone of the IANA database; without one in UTC.
    ///
    /// # Errors
    /// Argo Events would not take it, or it never comes.
    pub fn new(schedule: &str, zone: Option<&str>) -> Result<Cron, InvalidCron> {
        let fields = parse::fields(schedule).map_err(InvalidCron::Schedule)?;
        let zone = match zone.filter(|zone| !zone.is_empty()) {
            Some(zone) => zone.parse().map_err(|_| InvalidCron::Zone(zone.to_owned()))?,
            None => Tz::UTC,
        };
        Ok(Cron { fields, zone })
    }

    /// The first time after this one; none when it no longer comes.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        // The day of a moment is not always that of a later one: a clock can be put back over midnight.
        let first = self.day(after).checked_sub_days(Days::new(1))?;
        let days = (0..DAYS).filter_map(|day| first.checked_add_days(Days::new(day)));
        days.filter(|day| self.fields.has(*day))
            .find_map(|day| self.times(day).filter(|at| *at > after).min())
    }

    /// The last time up to this one; none when it has not come yet.
    pub fn last(&self, until: Timestamp) -> Option<Timestamp> {
        let last = self.day(until).checked_add_days(Days::new(1))?;
        let days = (0..DAYS).filter_map(|day| last.checked_sub_days(Days::new(day)));
        days.filter(|day| self.fields.has(*day))
            .find_map(|day| self.times(day).filter(|at| *at <= until).max())
    }

    fn day(&self, at: Timestamp) -> NaiveDate {
        DateTime::<Utc>::from_timestamp_nanos(at.0).with_timezone(&self.zone).date_naive()
    }

    /// When it comes on a day.
    fn times(&self, day: NaiveDate) -> impl Iterator<Item = Timestamp> {
        let hours = (0..24).filter(|hour| bit(self.fields.hours, *hour));
        let minutes = self.fields.minutes;
        let walls = hours.flat_map(move |hour| {
            let minutes = (0..60).filter(move |minute| bit(minutes, *minute));
            minutes.filter_map(move |minute| day.and_hms_opt(hour, minute, 0))
        });
        walls.flat_map(|wall| {
            let found = self.zone.from_local_datetime(&wall);
            let times =
                [found.earliest(), found.latest().filter(|latest| Some(latest) != found.earliest().as_ref())];
            times.into_iter().flatten().filter_map(|time| time.timestamp_nanos_opt().map(Timestamp))
        })
    }
}

impl Fields {
    fn has(&self, day: NaiveDate) -> bool {
        let of_month = bit(self.days, day.day());
        let of_week = bit(self.weekdays, day.weekday().num_days_from_sunday());
        bit(self.months, day.month()) && if self.either { of_month || of_week } else { of_month && of_week }
    }
}

fn bit(bits: u64, value: u32) -> bool {
    bits >> value & 1 == 1
}

/// Checks a schedule.
///
/// # Errors
/// Argo Events would not take it, or it never comes.
pub fn check(schedule: &str) -> Result<(), InvalidSchedule> {
    parse::fields(schedule).map(drop)
}
