//! Times as seconds since 1970 and as lists of their parts; always UTC, and never the present.

use super::{Fallible, error};
use crate::limits::Meter;
use crate::value::Value;
use chrono::format::{Item, StrftimeItems, parse};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

/// Seconds as year, month (from 0), day, hour, minute, second, day of the week and of the year.
pub(super) fn parts(value: &Value) -> Fallible<Value> {
    let Value::Number(seconds) = value else { return Err(error("a time is a number of seconds")) };
    let whole = seconds.value.floor();
    let time = moment(whole)?;
    let second = f64::from(time.second()) + (seconds.value - whole);
    list(&time.naive_utc(), second)
}

fn list(time: &NaiveDateTime, second: f64) -> Fallible<Value> {
    let numbers = [
        f64::from(time.year()),
        f64::from(time.month0()),
        f64::from(time.day()),
        f64::from(time.hour()),
        f64::from(time.minute()),
        second,
        f64::from(time.weekday().num_days_from_sunday()),
        f64::from(time.ordinal0()),
    ];
    Ok(Value::list(numbers.into_iter().map(Value::from).collect())?)
}

fn moment(seconds: f64) -> Fallible<DateTime<Utc>> {
    DateTime::from_timestamp(seconds as i64, 0)
        .ok_or_else(|| error("this is beyond the times that there are"))
}

/// Parts back to seconds.
pub(super) fn seconds(value: &Value) -> Fallible<Value> {
    let wrong =
        || error("a time in parts is a list of numbers: year, month from 0, day, hour, minute, second");
    let Value::List(list) = value else { return Err(wrong()) };
    let part = |at: usize| match list.items.get(at) {
        Some(Value::Number(number)) if number.value.is_finite() => Ok(number.value),
        _ => Err(wrong()),
    };
    let year = part(0)? as i32;
    let start =
        NaiveDate::from_ymd_opt(year, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).ok_or_else(wrong)?;
    let months = part(1)?;
    let months = if (0.0..12_000.0).contains(&months) { months as u32 } else { return Err(wrong()) };
    let start = start.checked_add_months(chrono::Months::new(months)).ok_or_else(wrong)?;
    let days = (part(2)? - 1.0).trunc();
    let rest = part(3)?.trunc() * 3600.0 + part(4)?.trunc() * 60.0 + part(5)?;
    Ok((start.and_utc().timestamp() as f64 + days * 86_400.0 + rest).into())
}

fn items<'f>(format: &'f Value, meter: &mut Meter) -> Fallible<Vec<Item<'f>>> {
    let Value::Text(format) = format else { return Err(error("the layout of a time is text")) };
    meter.allocate(64 * format.len() + 64)?;
    let items: Vec<Item<'f>> = StrftimeItems::new(format).collect();
    if items.contains(&Item::Error) {
        Err(error("this layout has a letter that is not known"))
    } else {
        Ok(items)
    }
}

/// A time, in seconds or in parts, as text.
pub(super) fn write(value: &Value, format: &Value, meter: &mut Meter) -> Fallible<Value> {
    let number = match value {
        Value::List(_) => seconds(value)?,
        other => other.clone(),
    };
    let Value::Number(number) = number else { return Err(error("a time is a number of seconds")) };
    let time = moment(number.value.floor())?;
    let items = items(format, meter)?;
    let text = time.format_with_items(items.iter()).to_string();
    // chrono writes an offset where C and Go write the name of the zone.
    let zone = matches!(format, Value::Text(format) if format.contains("%Z"));
    Ok(Value::Text(if zone { text.replace("+00:00", "UTC") } else { text }.into()))
}

/// Text as parts.
pub(super) fn read(value: &Value, format: &Value, meter: &mut Meter) -> Fallible<Value> {
    let Value::Text(text) = value else { return Err(error("only text can be read as a time")) };
    meter.work(text.len())?;
    let mut parsed = chrono::format::Parsed::new();
    parse(&mut parsed, text, items(format, meter)?.iter())
        .map_err(|_| error("the text is no time of this layout"))?;
    let day = parsed.to_naive_date().map_err(|_| error("the text names no day"))?;
    let clock = parsed.to_naive_time().unwrap_or_default();
    let time = day.and_time(clock);
    list(&time, f64::from(time.second()))
}
