//! Reading a schedule, and what is wrong with it.

use super::Fields;
use std::fmt;

/// What is wrong with a schedule, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidSchedule {
    /// Argo Events would not take it.
    Malformed {
        /// Why.
        reason: String,
        /// The schedule that was meant, when that is clear.
        meant: Option<String>,
    },
    /// No day is in it.
    Never {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for InvalidSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidSchedule::Malformed { reason, .. } | InvalidSchedule::Never { reason } => {
                f.write_str(reason)
            }
        }
    }
}

impl std::error::Error for InvalidSchedule {}

struct Unit {
    name: &'static str,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const UNITS: [Unit; 5] = [
    Unit { name: "minute", min: 0, max: 59, names: &[] },
    Unit { name: "hour", min: 0, max: 23, names: &[] },
    Unit { name: "day of the month", min: 1, max: 31, names: &[] },
    Unit {
        name: "month",
        min: 1,
        max: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Unit {
        name: "day of the week",
        min: 0,
        max: 6,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

const WORDS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

pub(super) fn fields(schedule: &str) -> Result<Fields, InvalidSchedule> {
    let bad = |reason: String, meant: Option<String>| Err(InvalidSchedule::Malformed { reason, meant });
    if schedule.starts_with('@') {
        let meant = WORDS.iter().find(|(word, _)| *word == schedule).map(|(_, fields)| (*fields).to_owned());
        return bad("Argo Events takes no words with `@`".to_owned(), meant);
    }
    if schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=") {
        let meant = schedule.split_once(' ').map(|(_, rest)| rest.trim().to_owned());
        return bad("the time zone has a field of its own, `timezone`".to_owned(), meant);
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != UNITS.len() {
        return match fields.as_slice() {
            [_, rest @ ..] if rest.len() == UNITS.len() => {
                bad("it has six fields, and there is none for seconds".to_owned(), Some(rest.join(" ")))
            }
            _ => {
                let are = if fields.len() == 1 { "is 1" } else { &format!("are {}", fields.len()) };
                bad(format!("a schedule has five fields, and here {are}"), None)
            }
        };
    }
    let mut values = Vec::with_capacity(UNITS.len());
    for (unit, field) in UNITS.iter().zip(&fields) {
        match unit.values(field) {
            Ok(of_field) => values.push(of_field),
            Err(reason) => return bad(format!("{}: {reason}", unit.name), None),
        }
    }
    let bits = |unit: usize| {
        let values: &[u32] = values.get(unit).map_or(&[], Vec::as_slice);
        values.iter().fold(0, |bits, value| bits | 1 << value)
    };
    let open = |unit: usize| fields.get(unit).is_some_and(|field| is_open(field));
    let either = !open(2) && !open(4);
    if let (false, [_, _, days, months, _]) = (either, values.as_slice()) {
        // With days of the week beside it, a day of either kind will do.
        a_day(days, months)?;
    }
    let [minutes, hours, days, months, weekdays] = [0, 1, 2, 3, 4].map(bits);
    Ok(Fields { minutes, hours, days, months, weekdays, either })
}

/// A day is left open by `*` and `?`, also within a list, and not by `*/2`.
fn is_open(field: &str) -> bool {
    let mut parts = field.split(',').map(|part| part.split_once('/').unwrap_or((part, "1")));
    parts.any(|(range, step)| range.starts_with(['*', '?']) && step.parse() == Ok(1_u32))
}

/// Whether some month has one of the days.
fn a_day(days: &[u32], months: &[u32]) -> Result<(), InvalidSchedule> {
    let longest = months.iter().map(|month| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    });
    let (longest, first) = (longest.max().unwrap_or(31), days.iter().min().copied().unwrap_or(1));
    if first > longest {
        let reason = match months {
            [2] => "February has at most 29 days".to_owned(),
            [_] => format!("this month has {longest} days"),
            _ => format!("these months have at most {longest} days"),
        };
        return Err(InvalidSchedule::Never { reason });
    }
    Ok(())
}

impl Unit {
    /// What a field stands for.
    fn values(&self, field: &str) -> Result<Vec<u32>, String> {
        let mut values = Vec::new();
        for part in field.split(',').filter(|part| !part.is_empty()) {
            values.extend(self.part(part)?);
        }
        if values.is_empty() { Err(format!("`{field}` names no time")) } else { Ok(values) }
    }

    /// `*`, `5`, `1-5`, each perhaps with `/step`
    fn part(&self, part: &str) -> Result<impl Iterator<Item = u32> + use<>, String> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let steps = match step.map(str::parse::<u32>) {
            None => 1,
            Some(Ok(steps)) if steps > 0 => steps,
            Some(_) => return Err(format!("the step `{}` is no number from 1", step.unwrap_or_default())),
        };
        let (first, last) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (self.min, self.max),
            Some((first, last)) => (self.number(first)?, self.number(last)?),
            // `5/10` is from there to the end.
            None if step.is_some() => (self.number(range)?, self.max),
            None => (self.number(range)?, self.number(range)?),
        };
        match first > last {
            true => Err(format!("`{range}` ends before it begins")),
            false => Ok((first..=last).step_by(steps as usize)),
        }
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let named = self.names.iter().zip(self.min..).find(|(name, _)| text.eq_ignore_ascii_case(name));
        let number = match named {
            Some((_, number)) => number,
            None if text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse().map_err(|_| format!("`{text}` is no number"))?
            }
            None => return Err(format!("`{text}` is no number")),
        };
        if (self.min..=self.max).contains(&number) {
            Ok(number)
        } else {
            Err(format!("`{text}` is not from {} to {}", self.min, self.max))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_argo_takes() {
        for schedule in ["0 2 * * *", "*/5 0-6/2 1,15 jan-MAR MON", "? ? ? ? ?", "30/5 * * * 6"] {
            assert!(fields(schedule).is_ok(), "{schedule}");
        }
    }

    #[test]
    fn refuses_what_argo_refuses() {
        for schedule in [
            "",
            "0 2 * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "1/2/3 * * * *",
            "1-2-3 * * * *",
            "x * * * *",
            ", * * * *",
            "+1 * * * *",
            "L * * * *",
        ] {
            assert!(fields(schedule).is_err(), "{schedule}");
        }
    }

    #[test]
    fn finds_days_that_never_come() {
        for schedule in
            ["0 2 31 2 *", "0 2 30,31 FEB ?", "0 2 31 4,6-6,9,nov *", "0 2 31/2 */2 *", "0 0 30-31 2 */1"]
        {
            let never = fields(schedule);
            let comes = schedule == "0 2 31/2 */2 *";
            assert_eq!(matches!(never, Err(InvalidSchedule::Never { .. })), !comes, "{schedule}");
        }
        for schedule in ["0 2 29 2 *", "0 2 31 2 1", "0 2 31 2-3 *", "0 2 28-31 2 *", "0 2 31 * *"] {
            assert!(fields(schedule).is_ok(), "{schedule}");
        }
    }

    #[test]
    fn says_what_was_meant() {
        let meant = |schedule| match fields(schedule) {
            Err(InvalidSchedule::Malformed { meant, .. }) => meant,
            other => panic!("{other:?}"),
        };
        assert_eq!(meant("@hourly").as_deref(), Some("0 * * * *"));
        assert_eq!(meant("0 0 2 * * *").as_deref(), Some("0 2 * * *"));
        assert_eq!(meant("TZ=UTC 0 2 * * *").as_deref(), Some("0 2 * * *"));
    }
}
