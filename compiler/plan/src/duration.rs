//! Durations as Go writes them: `500ms`, `1h30m0s`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A span of time that prints and parses like Go's `time.Duration`, which is how Argo Events stores it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(pub Duration);

const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        let fraction = |value: u128, unit: u128| {
            let rest = format!("{:0width$}", value % unit, width = unit.ilog10() as usize);
            let rest = rest.trim_end_matches('0');
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{}{dot}{rest}", value / unit)
        };
        match nanos {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanos}ns"),
            1_000..1_000_000 => write!(f, "{}µs", fraction(nanos, 1_000)),
            1_000_000..1_000_000_000 => write!(f, "{}ms", fraction(nanos, 1_000_000)),
            _ => {
                let minutes = nanos / 60_000_000_000;
                let seconds = fraction(nanos % 60_000_000_000, 1_000_000_000);
                match (minutes / 60, minutes % 60) {
                    (0, 0) => write!(f, "{seconds}s"),
                    (0, m) => write!(f, "{m}m{seconds}s"),
                    (h, m) => write!(f, "{h}h{m}m{seconds}s"),
                }
            }
        }
    }
}

/// The text is no duration in Go's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDuration(String);

impl fmt::Display for InvalidDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no duration; write one like 500ms, 30s or 1h30m", self.0)
    }
}

impl std::error::Error for InvalidDuration {}

impl FromStr for GoDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDuration(text.to_owned());
        let mut rest = text.strip_prefix('+').unwrap_or(text);
        if rest == "0" {
            return Ok(GoDuration::default());
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut nanos: u128 = 0;
        while !rest.is_empty() {
            let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(invalid)?;
            let (number, tail) = rest.split_at_checked(number_end).ok_or_else(invalid)?;
            let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
            let (unit, tail) = tail.split_at_checked(unit_end).ok_or_else(invalid)?;
            let scale = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(invalid)?.1;
            let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
            if whole.is_empty() && fraction.is_empty() {
                return Err(invalid());
            }
            let digits = |s: &str| if s.is_empty() { Some(0) } else { s.parse::<u128>().ok() };
            let whole = digits(whole).and_then(|n| n.checked_mul(scale)).ok_or_else(invalid)?;
            let fraction: String = fraction.chars().take(18).collect();
            let part = digits(&fraction).ok_or_else(invalid)? * scale / 10_u128.pow(fraction.len() as u32);
            nanos = nanos.checked_add(whole + part).ok_or_else(invalid)?;
            rest = tail;
        }
        // Go counts nanoseconds in 63 bits: 292 years.
        match u64::try_from(nanos) {
            Ok(n) if i64::try_from(n).is_ok() => Ok(GoDuration(Duration::from_nanos(n))),
            _ => Err(invalid()),
        }
    }
}

impl Serialize for GoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for GoDuration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A duration as Go writes it, such as 500ms or 1h30m0s.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_go_does() {
        for (text, printed) in [
            ("0s", "0s"),
            ("1ns", "1ns"),
            ("1500ns", "1.5µs"),
            ("500ms", "500ms"),
            ("1.5s", "1.5s"),
            ("90m", "1h30m0s"),
            ("24h", "24h0m0s"),
            ("1m0.25s", "1m0.25s"),
        ] {
            assert_eq!(text.parse::<GoDuration>().unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in ["", "5", "1d", "s", "1s2", ".s", "1e3s", "300000000h"] {
            assert!(text.parse::<GoDuration>().is_err(), "{text}");
        }
    }
}
