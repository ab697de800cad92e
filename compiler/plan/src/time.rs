//! Moments, as CloudEvents and Argo Events write them.

use chrono::{
    DateTime, Datelike as _, NaiveDate, NaiveTime, Offset as _, SecondsFormat, TimeZone as _, Timelike as _,
    Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A moment, in nanoseconds since 1970-01-01T00:00:00Z. In JSON and as text it is RFC 3339 in UTC, with as much of a
/// fraction as it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339 in UTC without a fraction: what Argo Events shows of an event's time.
    pub fn seconds(&self) -> String {
        self.date().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// This much later; at the end of time when that is too far.
    pub fn after(&self, pause: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(pause.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// Its day in a time zone.
    pub fn day(&self, zone: Tz) -> NaiveDate {
        self.date().with_timezone(&zone).date_naive()
    }

    /// The moment at which clocks in a time zone show this time of a day, in seconds since midnight.
    pub fn at_clock(day: NaiveDate, seconds: u32, zone: Tz) -> Timestamp {
        let local = day.and_time(NaiveTime::MIN).and_utc().timestamp() + i64::from(seconds);
        let offset_at = |seconds: i64| {
            let moment = DateTime::from_timestamp(seconds, 0).map(|moment| moment.naive_utc());
            moment
                .map_or(0, |moment| i64::from(zone.offset_from_utc_datetime(&moment).fix().local_minus_utc()))
        };
        // Go's way to the offset, which also decides about hours that come twice or never.
        let guess = offset_at(local);
        let offset = if guess == 0 { 0 } else { offset_at(local - guess) };
        Timestamp((local - offset).saturating_mul(1_000_000_000))
    }

    fn date(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Text::of(*self).as_str())
    }
}

/// A moment as text. Each event has a dozen of them written, so none is made on the heap.
struct Text {
    bytes: [u8; LONGEST],
    used: usize,
}

/// `2026-01-31T09:30:00.123456789Z`
const LONGEST: usize = 30;

impl Text {
    fn of(time: Timestamp) -> Text {
        let (date, mut text) = (time.date(), Text { bytes: [0; LONGEST], used: 0 });
        // Nanoseconds in 64 bits reach from 1677 to 2262.
        text.digits(4, date.year().unsigned_abs());
        for (mark, part) in [
            (b'-', date.month()),
            (b'-', date.day()),
            (b'T', date.hour()),
            (b':', date.minute()),
            (b':', date.second()),
        ] {
            text.push(mark);
            text.digits(2, part);
        }
        let nanos = date.nanosecond();
        let fraction = match nanos {
            0 => None,
            _ if nanos % 1_000_000 == 0 => Some((3, nanos / 1_000_000)),
            _ if nanos % 1_000 == 0 => Some((6, nanos / 1_000)),
            _ => Some((9, nanos)),
        };
        if let Some((width, fraction)) = fraction {
            text.push(b'.');
            text.digits(width, fraction);
        }
        text.push(b'Z');
        text
    }

    fn push(&mut self, byte: u8) {
        if let Some(free) = self.bytes.get_mut(self.used) {
            *free = byte;
            self.used += 1;
        }
    }

    fn digits(&mut self, width: u32, number: u32) {
        for place in (0..width).rev() {
            let digit = number / 10_u32.pow(place) % 10;
            self.push(b'0' + u8::try_from(digit).unwrap_or_default());
        }
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..self.used).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// The text is no moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp(String);

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no time between 1678 and 2262; write one like 2026-01-31T09:30:00Z", self.0)
    }
}

impl std::error::Error for InvalidTimestamp {}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = DateTime::parse_from_rfc3339(text).ok();
        date.and_then(|date| date.timestamp_nanos_opt())
            .map(Timestamp)
            .ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Text::of(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_in_utc_and_keeps_the_fraction() {
        let time: Timestamp = "2026-01-31T10:30:00.250+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-01-31T09:30:00.250Z");
        assert_eq!(time.seconds(), "2026-01-31T09:30:00Z");
        assert_eq!(time.to_string().parse(), Ok(time));
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn has_as_much_of_a_fraction_as_there_is_from_the_first_moment_to_the_last() {
        let text = |nanos: i64| Timestamp(nanos).to_string();
        assert_eq!(text(i64::MIN), "1677-09-21T00:12:43.145224192Z");
        assert_eq!(text(i64::MAX), "2262-04-11T23:47:16.854775807Z");
        let mut nanos = i64::MIN / 7;
        for step in [1, 1_000, 1_000_000, 1_000_000_000, 86_400_000_000_000_i64] {
            for _ in 0..2000 {
                nanos = (nanos / step * step).wrapping_add(step.wrapping_mul(999_999_937));
                let expected = Timestamp(nanos).date().to_rfc3339_opts(SecondsFormat::AutoSi, true);
                assert_eq!(text(nanos), expected);
                assert_eq!(serde_json::to_string(&Timestamp(nanos)).unwrap(), format!("\"{expected}\""));
            }
        }
    }
}
