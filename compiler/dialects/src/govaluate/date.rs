//! Text that govaluate takes for a date, by the rules of Go's `time.Parse`.

use chrono::{NaiveDate, NaiveTime};

/// A piece of a layout.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    /// This text; a blank stands for any number of blanks.
    Text(&'static str),
    WeekDay,
    MonthName,
    Month,
    /// Two digits.
    Day,
    /// One or two digits, perhaps with a blank before them.
    DayBlank,
    Year,
    Hour,
    Hour12,
    Minute,
    Second,
    /// Digits behind a dot, which may be missing.
    Fraction,
    Meridiem,
    ZoneName,
    /// `-0700` or `-07:00`, and `Z` where that is allowed.
    Zone {
        colon: bool,
        z: bool,
    },
}

use Piece::{
    Day, DayBlank, Fraction, Hour, Hour12, Meridiem, Minute, Month, MonthName, Second, Text, WeekDay, Year,
    Zone, ZoneName,
};

const ISO: Piece = Zone { colon: false, z: true };

const LAYOUTS: [&[Piece]; 14] = [
    &[
        WeekDay,
        Text(" "),
        MonthName,
        Text(" "),
        DayBlank,
        Text(" "),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Text(" "),
        Year,
    ],
    &[
        WeekDay,
        Text(" "),
        MonthName,
        Text(" "),
        DayBlank,
        Text(" "),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Text(" "),
        ZoneName,
        Text(" "),
        Year,
    ],
    &[
        WeekDay,
        Text(" "),
        MonthName,
        Text(" "),
        Day,
        Text(" "),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Text(" "),
        Zone { colon: false, z: false },
        Text(" "),
        Year,
    ],
    &[Hour12, Text(":"), Minute, Meridiem],
    &[
        Year,
        Text("-"),
        Month,
        Text("-"),
        Day,
        Text("T"),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Zone { colon: true, z: true },
    ],
    &[
        Year,
        Text("-"),
        Month,
        Text("-"),
        Day,
        Text("T"),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Fraction,
        Zone { colon: true, z: true },
    ],
    &[Year, Text("-"), Month, Text("-"), Day],
    &[Year, Text("-"), Month, Text("-"), Day, Text(" "), Hour, Text(":"), Minute],
    &[Year, Text("-"), Month, Text("-"), Day, Text(" "), Hour, Text(":"), Minute, Text(":"), Second],
    &[
        Year,
        Text("-"),
        Month,
        Text("-"),
        Day,
        Text(" "),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Zone { colon: true, z: false },
    ],
    &[Year, Text("-"), Month, Text("-"), Day, Text("T"), Hour, ISO],
    &[Year, Text("-"), Month, Text("-"), Day, Text("T"), Hour, Text(":"), Minute, ISO],
    &[Year, Text("-"), Month, Text("-"), Day, Text("T"), Hour, Text(":"), Minute, Text(":"), Second, ISO],
    &[
        Year,
        Text("-"),
        Month,
        Text("-"),
        Day,
        Text("T"),
        Hour,
        Text(":"),
        Minute,
        Text(":"),
        Second,
        Fraction,
        ISO,
    ],
];

/// Seconds since 1970 if govaluate takes the text for a date. Without a zone it is UTC.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    // Every layout has a colon or a dash in it; most text has neither.
    if !text.contains([':', '-']) || !text.is_ascii() {
        return None;
    }
    LAYOUTS.iter().find_map(|layout| parse(text, layout).map(|moment| moment.seconds))
}

/// A time of day as `15:04:05` of Go's `time.Parse` reads it, as seconds and nanoseconds.
pub(crate) fn parse_clock(text: &str) -> Option<(u32, u32)> {
    let moment = parse(text, &[Hour, Text(":"), Minute, Text(":"), Second])?;
    let midnight = NaiveDate::from_ymd_opt(0, 1, 1)?.and_time(NaiveTime::MIN).and_utc().timestamp();
    Some((u32::try_from(moment.seconds - midnight).ok()?, moment.nanos))
}

struct Moment {
    seconds: i64,
    nanos: u32,
}

fn parse(text: &str, layout: &[Piece]) -> Option<Moment> {
    let mut rest = text;
    let (mut year, mut month, mut day) = (0, 1, 1);
    let (mut hour, mut minute, mut second, mut nanos) = (0, 0, 0, 0);
    let (mut offset, mut afternoon) = (0, None);
    for (i, piece) in layout.iter().enumerate() {
        match *piece {
            Text(expected) => skip(&mut rest, expected)?,
            WeekDay => drop(name(&mut rest, &["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"])?),
            MonthName => {
                const NAMES: [&str; 12] =
                    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
                month = name(&mut rest, &NAMES)? + 1;
            }
            Month => month = digits(&mut rest, true).filter(|month| (1..=12).contains(month))?,
            Day => day = digits(&mut rest, true)?,
            DayBlank => {
                rest = rest.strip_prefix(' ').unwrap_or(rest);
                day = digits(&mut rest, false)?;
            }
            Year => {
                let (number, tail) = rest.split_at_checked(4)?;
                year = if number.bytes().all(|b| b.is_ascii_digit()) {
                    number.parse().ok()?
                } else {
                    return None;
                };
                rest = tail;
            }
            Hour => hour = digits(&mut rest, false).filter(|&hour| hour < 24)?,
            Hour12 => hour = digits(&mut rest, false).filter(|&hour| hour <= 12)?,
            Minute => minute = digits(&mut rest, true).filter(|&minute| minute < 60)?,
            Second => {
                second = digits(&mut rest, true).filter(|&second| second < 60)?;
                // A fraction may follow though the layout has none.
                if layout.get(i + 1) != Some(&Fraction) {
                    nanos = fraction(&mut rest);
                }
            }
            Fraction => nanos = fraction(&mut rest),
            Meridiem => {
                afternoon = Some(rest.starts_with("PM"));
                rest = rest.strip_prefix("PM").or_else(|| rest.strip_prefix("AM"))?;
            }
            ZoneName => rest = rest.get(zone_name(rest)?..)?,
            Zone { z: true, .. } if rest.starts_with('Z') => rest = rest.get(1..)?,
            Zone { colon, .. } => offset = zone(&mut rest, colon)?,
        }
    }
    if !rest.is_empty() {
        return None;
    }
    hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let seconds = date.and_hms_opt(hour, minute, second)?.and_utc().timestamp() - offset;
    Some(Moment { seconds, nanos })
}

/// Passes a text. Any number of blanks fits a blank, none too at the end.
fn skip(rest: &mut &str, expected: &str) -> Option<()> {
    if expected == " " {
        if !rest.is_empty() && !rest.starts_with(' ') {
            return None;
        }
        *rest = rest.trim_start_matches(' ');
        return Some(());
    }
    *rest = rest.strip_prefix(expected)?;
    Some(())
}

/// Two digits, or one unless `fixed`.
fn digits(rest: &mut &str, fixed: bool) -> Option<u32> {
    let count = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if count == 0 || (fixed && count < 2) {
        return None;
    }
    let (number, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    number.parse().ok()
}

fn name(rest: &mut &str, names: &[&str]) -> Option<u32> {
    let (word, tail) = rest.split_at_checked(3)?;
    let found = names.iter().position(|name| name.eq_ignore_ascii_case(word))?;
    *rest = tail;
    u32::try_from(found).ok()
}

/// Digits behind a dot or comma as nanoseconds; nought if there are none.
fn fraction(rest: &mut &str) -> u32 {
    let Some(tail) = rest.strip_prefix(['.', ',']) else { return 0 };
    let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    let (Some(number), Some(tail)) = (tail.get(..end).filter(|number| !number.is_empty()), tail.get(end..))
    else {
        return 0;
    };
    *rest = tail;
    format!("{number:0<9}").get(..9).and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
}

/// Seconds east of UTC.
fn zone(rest: &mut &str, colon: bool) -> Option<i64> {
    let sign = match rest.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    *rest = rest.get(1..)?;
    let hours = digits(rest, true)?;
    if colon {
        *rest = rest.strip_prefix(':')?;
    }
    let minutes = digits(rest, true)?;
    (hours <= 24 && minutes <= 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

/// The length of what Go takes for the name of a zone. Its offset is not known, so the time counts as UTC.
fn zone_name(text: &str) -> Option<usize> {
    let offset = |text: &str| {
        let digits = text.strip_prefix(['+', '-']).map_or("", |tail| {
            tail.get(..tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len())).unwrap_or("")
        });
        if digits.parse::<u64>().is_ok_and(|hours| hours <= 23) { digits.len() + 1 } else { 0 }
    };
    if text.len() < 3 {
        return None;
    }
    if text.starts_with("ChST") || text.starts_with("MeST") {
        return Some(4);
    }
    if let Some(tail) = text.strip_prefix("GMT") {
        return Some(3 + offset(tail));
    }
    if text.starts_with(['+', '-']) {
        return Some(offset(text)).filter(|&length| length > 0);
    }
    let letters = text.bytes().take(6).take_while(u8::is_ascii_uppercase).count();
    let ends_with_t = text.as_bytes().get(letters.wrapping_sub(1)) == Some(&b'T');
    match letters {
        3 => Some(3),
        4 if ends_with_t || text.starts_with("WITA") => Some(4),
        5 if ends_with_t => Some(5),
        _ => None,
    }
}
