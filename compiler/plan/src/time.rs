//! Moments, as CloudEvents and Argo Events write them.

use chrono::{DateTime, SecondsFormat, Utc};
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

    fn date(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date().to_rfc3339_opts(SecondsFormat::AutoSi, true))
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
        serializer.collect_str(self)
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
}
