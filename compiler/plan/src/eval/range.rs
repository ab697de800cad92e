//! `e::time in 09:00..17:00 at "Europe/London"`.

use super::Scope;
use super::prepare::PrepareError;
use super::reason::Reason;
use crate::event::Event;
use crate::expr::TimeRange;
use crate::time::Timestamp;
use chrono::{NaiveTime, Timelike};
use chrono_tz::Tz;

/// A prepared range of times of day.
#[derive(Clone, Debug)]
pub(super) struct Range {
    slot: usize,
    from: u32,
    to: u32,
    zone: Tz,
    written: Box<str>,
}

impl Range {
    pub(super) fn prepare(range: &TimeRange, slot: usize) -> Result<Range, PrepareError> {
        let wrong = |text: &str| PrepareError::Clock(text.to_owned());
        let clock = |text: &str| {
            let clock = NaiveTime::parse_from_str(text, "%H:%M:%S").map_err(|_| wrong(text))?;
            Ok(clock.num_seconds_from_midnight())
        };
        let name = range.zone.as_deref().unwrap_or("UTC");
        let zone = name.parse().map_err(|_| wrong(name))?;
        let written = format!("{} to {}, {name}", range.from, range.to).into();
        Ok(Range { slot, from: clock(&range.from)?, to: clock(&range.to)?, zone, written })
    }

    /// None when there is no event. The ends are moments of the day that the event has in the zone.
    pub(super) fn holds(&self, scope: &Scope<'_>) -> Option<bool> {
        let event: &Event = (*scope.get(self.slot)?)?;
        let day = event.time.day(self.zone);
        let from = Timestamp::at_clock(day, self.from, self.zone);
        let to = Timestamp::at_clock(day, self.to, self.zone);
        let (after, before) = (event.time >= from, event.time < to);
        Some(if from < to { after && before } else { after || before })
    }

    pub(super) fn explain(&self, wanted: bool) -> Reason {
        Reason::Time { range: self.written.to_string(), wanted }
    }
}
