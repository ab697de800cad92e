//! Cron schedules as Argo Events reads them: five fields in the form of robfig/cron, without seconds and `@` words.

/// What is wrong with a schedule.
#[derive(Debug, PartialEq, Eq)]
pub struct BadSchedule {
    /// In words.
    pub reason: String,
    /// The schedule that was meant, when that is clear.
    pub meant: Option<String>,
}

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

/// Checks a schedule.
///
/// # Errors
/// Argo Events would not take it.
pub fn check(schedule: &str) -> Result<(), BadSchedule> {
    let bad = |reason: String, meant: Option<String>| Err(BadSchedule { reason, meant });
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
    for (unit, field) in UNITS.iter().zip(&fields) {
        if let Err(reason) = unit.check(field) {
            return bad(format!("{}: {reason}", unit.name), None);
        }
    }
    Ok(())
}

impl Unit {
    fn check(&self, field: &str) -> Result<(), String> {
        let mut any = false;
        for part in field.split(',').filter(|part| !part.is_empty()) {
            any = true;
            self.part(part)?;
        }
        if any { Ok(()) } else { Err(format!("`{field}` names no time")) }
    }

    /// `*`, `5`, `1-5`, each perhaps with `/step`
    fn part(&self, part: &str) -> Result<(), String> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        if let Some(step) = step
            && step.parse::<u32>().map_or(true, |step| step == 0)
        {
            return Err(format!("the step `{step}` is no number from 1"));
        }
        if matches!(range, "*" | "?") {
            return Ok(());
        }
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (self.number(first)?, self.number(last)?);
        if first > last { Err(format!("`{range}` ends before it begins")) } else { Ok(()) }
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
            assert_eq!(check(schedule), Ok(()), "{schedule}");
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
            assert!(check(schedule).is_err(), "{schedule}");
        }
    }

    #[test]
    fn says_what_was_meant() {
        let meant = |schedule| check(schedule).unwrap_err().meant;
        assert_eq!(meant("@hourly").as_deref(), Some("0 * * * *"));
        assert_eq!(meant("0 0 2 * * *").as_deref(), Some("0 2 * * *"));
        assert_eq!(meant("TZ=UTC 0 2 * * *").as_deref(), Some("0 2 * * *"));
    }
}
