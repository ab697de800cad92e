//! Functions over values that are not written in jq.

mod entries;
mod order;

pub(super) use order::sort;

use super::operators::{a, add, split};
use super::pattern::{self, Cache};
use super::{Fallible, Raise, dates, error, formats, paths};
use crate::limits::Meter;
use crate::value::{ITEM, Value};
use aev_plan::document::Document;
use entries::{from_entries, to_entries, transpose};
use order::{extreme, group, sorted_by};
use std::cmp::Ordering;
use std::sync::Arc;

/// A function and its name; numbers are functions of doubles.
#[derive(Clone, Copy, Debug)]
pub(super) enum Native {
    Named(&'static str),
    Number(fn(f64) -> f64),
    Numbers(fn(f64, f64) -> f64),
}

/// Names with their number of arguments.
const NAMED: [(&str, usize); 50] = [
    ("error", 0),
    ("length", 0),
    ("utf8bytelength", 0),
    ("keys", 0),
    ("has", 1),
    ("contains", 1),
    ("add", 0),
    ("tostring", 0),
    ("tonumber", 0),
    ("tojson", 0),
    ("fromjson", 0),
    ("type", 0),
    ("isinfinite", 0),
    ("isnan", 0),
    ("isnormal", 0),
    ("sort", 0),
    ("_sort_by", 1),
    ("_group_by", 1),
    ("_min_by", 1),
    ("_max_by", 1),
    ("reverse", 0),
    ("explode", 0),
    ("implode", 0),
    ("startswith", 1),
    ("endswith", 1),
    ("ltrimstr", 1),
    ("rtrimstr", 1),
    ("trimstr", 1),
    ("trim", 0),
    ("ltrim", 0),
    ("rtrim", 0),
    ("split", 1),
    ("_case", 1),
    ("join", 1),
    ("flatten", 0),
    ("flatten", 1),
    ("indices", 1),
    ("setpath", 2),
    ("delpaths", 1),
    ("to_entries", 0),
    ("from_entries", 0),
    ("transpose", 0),
    ("_match", 3),
    ("gmtime", 0),
    ("mktime", 0),
    ("strftime", 1),
    ("strptime", 1),
    ("abs", 0),
    ("toboolean", 0),
    ("bsearch", 1),
];

impl Native {
    pub(super) fn named(name: &str, arity: usize) -> Option<Native> {
        if let Some((name, _)) = NAMED.iter().find(|(known, count)| *known == name && *count == arity) {
            return Some(Native::Named(name));
        }
        match arity {
            0 => number(name).map(Native::Number),
            2 => numbers(name).map(Native::Numbers),
            _ => None,
        }
    }
}

fn number(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "floor" => f64::floor,
        "ceil" => f64::ceil,
        "round" => f64::round,
        "trunc" => f64::trunc,
        "sqrt" => f64::sqrt,
        "cbrt" => f64::cbrt,
        "fabs" => f64::abs,
        "exp" => f64::exp,
        "exp2" => f64::exp2,
        "exp10" => |x| 10f64.powf(x),
        "log" => f64::ln,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        _ => return None,
    })
}

fn numbers(name: &str) -> Option<fn(f64, f64) -> f64> {
    Some(match name {
        "pow" => f64::powf,
        "atan2" => f64::atan2,
        "fmin" => f64::min,
        "fmax" => f64::max,
        "fmod" => |a, b| a % b,
        _ => return None,
    })
}

pub(super) fn call(
    native: Native,
    input: Value,
    args: Vec<Value>,
    patterns: &mut Cache,
    meter: &mut Meter,
) -> Fallible<Value> {
    let name = match native {
        Native::Number(function) => return Ok(function(of_number(&input)?).into()),
        Native::Numbers(function) => {
            let mut args = args.iter();
            let (Some(first), Some(second)) = (args.next(), args.next()) else { return Ok(Value::Null) };
            return Ok(function(of_number(first)?, of_number(second)?).into());
        }
        Native::Named(name) => name,
    };
    let mut args = args.into_iter();
    let mut next = || args.next().unwrap_or(Value::Null);
    match name {
        "error" => Err(Raise::User(input)),
        "length" => length(&input, meter),
        "utf8bytelength" => Ok(of_text(&input)?.len().into()),
        "keys" => keys(&input, meter),
        "has" => has(&input, &next()),
        "contains" => Ok(contains(&input, &next(), meter)?.into()),
        "add" => match &input {
            Value::List(list) => sum(list.items.iter(), meter),
            Value::Object(object) => sum(object.members.values(), meter),
            other => Err(error(format!("cannot add up {}", a(other)))),
        },
        "tostring" => Ok(Value::Text(formats::text(&input, meter)?)),
        "tonumber" => match &input {
            Value::Number(_) => Ok(input),
            Value::Text(text) => {
                meter.work(text.len())?;
                parse_number(text)
            }
            other => Err(error(format!("{} is no number", a(other)))),
        },
        "toboolean" => match &input {
            Value::Bool(_) => Ok(input),
            Value::Text(text) if **text == *"true" => Ok(true.into()),
            Value::Text(text) if **text == *"false" => Ok(false.into()),
            _ => Err(error("this is neither `true` nor `false`")),
        },
        "tojson" => Ok(Value::Text(input.to_json(meter)?.into())),
        "fromjson" => from_json(&input, meter),
        "type" => Ok(input.kind().into()),
        "isinfinite" => Ok(of_number(&input)?.is_infinite().into()),
        "isnan" => Ok(of_number(&input)?.is_nan().into()),
        "isnormal" => Ok(of_number(&input)?.is_normal().into()),
        "sort" => {
            let mut items = items(&input, meter)?;
            sort(&mut items, meter)?;
            Ok(Value::list(items)?)
        }
        "_sort_by" => {
            let sorted = sorted_by(&input, &next(), meter)?;
            Ok(Value::list(sorted.into_iter().map(|(_, value)| value).collect())?)
        }
        "_group_by" => group(&input, &next(), meter),
        "_min_by" => extreme(&input, &next(), Ordering::Less, meter),
        "_max_by" => extreme(&input, &next(), Ordering::Greater, meter),
        "reverse" => reverse(&input, meter),
        "explode" => {
            let text = of_text(&input)?;
            meter.allocate(text.len() * ITEM)?;
            Ok(Value::list(text.chars().map(|c| f64::from(u32::from(c)).into()).collect())?)
        }
        "implode" => implode(&input, meter),
        "startswith" | "endswith" => {
            let (text, part) = (of_text(&input)?, next());
            let part = of_text(&part)?;
            meter.work(part.len())?;
            Ok(if name == "startswith" { text.starts_with(part) } else { text.ends_with(part) }.into())
        }
        "ltrimstr" => trimmed(&input, &next(), meter, |text, part| text.strip_prefix(part).unwrap_or(text)),
        "rtrimstr" => trimmed(&input, &next(), meter, |text, part| text.strip_suffix(part).unwrap_or(text)),
        "trimstr" => trimmed(&input, &next(), meter, |text, part| {
            let text = text.strip_prefix(part).unwrap_or(text);
            text.strip_suffix(part).unwrap_or(text)
        }),
        "trim" => trimmed(&input, &"".into(), meter, |text, _| text.trim()),
        "ltrim" => trimmed(&input, &"".into(), meter, |text, _| text.trim_start()),
        "rtrim" => trimmed(&input, &"".into(), meter, |text, _| text.trim_end()),
        "split" => split(of_text(&input)?, of_text(&next())?, meter),
        "_case" => {
            let text = of_text(&input)?;
            meter.allocate(text.len())?;
            let down = matches!(next(), Value::Text(which) if *which == *"down");
            let text = if down { text.to_ascii_lowercase() } else { text.to_ascii_uppercase() };
            Ok(Value::Text(text.into()))
        }
        "join" => join(&input, &next(), meter),
        "flatten" => {
            let depth = match next() {
                Value::Null => f64::INFINITY,
                depth => of_number(&depth)?,
            };
            if depth < 0.0 {
                return Err(error("the depth of `flatten` is not negative"));
            }
            let mut out = Vec::new();
            flatten(&input, depth, &mut out, meter)?;
            Ok(Value::list(out)?)
        }
        "indices" => find_all(&input, &next(), meter),
        "setpath" => {
            let (path, value) = (next(), next());
            let Value::List(path) = path else { return Err(error("a path is a list")) };
            paths::set(input, &path.items, value, meter)
        }
        "delpaths" => {
            let Value::List(list) = next() else { return Err(error("paths come in a list")) };
            meter.allocate(list.items.len() * ITEM)?;
            paths::delete(input, list.items.clone(), meter)
        }
        "to_entries" => to_entries(&input, meter),
        "from_entries" => from_entries(&input, meter),
        "transpose" => transpose(&input, meter),
        "_match" => {
            let (pattern, flags, only_test) = (next(), next(), next());
            pattern::matches(&input, pattern, flags, only_test.is_true(), patterns, meter)
        }
        "gmtime" => dates::parts(&input),
        "mktime" => dates::seconds(&input),
        "strftime" => dates::write(&input, &next(), meter),
        "strptime" => dates::read(&input, &next(), meter),
        "abs" => match &input {
            Value::Number(number) if number.value < 0.0 => Ok(Value::Number(number.negated())),
            Value::Number(_) => Ok(input),
            other => Err(error(format!("{} has no absolute value", a(other)))),
        },
        _ => bsearch(&input, &next(), meter),
    }
}

fn of_number(value: &Value) -> Fallible<f64> {
    match value {
        Value::Number(number) => Ok(number.value),
        other => Err(error(format!("a number is needed here, not {}", a(other)))),
    }
}

fn of_text(value: &Value) -> Fallible<&str> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(error(format!("text is needed here, not {}", a(other)))),
    }
}

/// A copy of a list.
fn items(value: &Value, meter: &mut Meter) -> Fallible<Vec<Value>> {
    match value {
        Value::List(list) => {
            meter.allocate(list.items.len() * ITEM)?;
            Ok(list.items.clone())
        }
        other => Err(error(format!("a list is needed here, not {}", a(other)))),
    }
}

fn length(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    Ok(match value {
        Value::Null => 0.0.into(),
        Value::Number(number) => number.value.abs().into(),
        Value::Text(text) => {
            meter.work(text.len())?;
            text.chars().count().into()
        }
        Value::List(list) => list.items.len().into(),
        Value::Object(object) => object.members.len().into(),
        Value::Bool(_) => return Err(error("a boolean has no length")),
    })
}

fn keys(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    let keys: Vec<Value> = match value {
        Value::Object(object) => {
            meter.allocate(object.members.len() * ITEM)?;
            object.members.keys().map(|key| Value::Text(key.clone())).collect()
        }
        Value::List(list) => {
            meter.allocate(list.items.len() * ITEM)?;
            (0..list.items.len()).map(Value::from).collect()
        }
        other => return Err(error(format!("{} has no keys", a(other)))),
    };
    Ok(Value::list(keys)?)
}

fn has(value: &Value, key: &Value) -> Fallible<Value> {
    match (value, key) {
        (Value::Object(object), Value::Text(key)) => Ok(object.members.contains_key(&**key).into()),
        (Value::List(list), Value::Number(at)) => {
            Ok((at.value >= 0.0 && at.value < list.items.len() as f64).into())
        }
        (value, _) => Err(error(format!("{} cannot have such a key", a(value)))),
    }
}

fn contains(value: &Value, part: &Value, meter: &mut Meter) -> Fallible<bool> {
    meter.steps(1)?;
    match (value, part) {
        (Value::Text(value), Value::Text(part)) => {
            meter.work(value.len())?;
            Ok(value.contains(&**part))
        }
        (Value::List(list), Value::List(parts)) => {
            for part in &parts.items {
                let mut found = false;
                for value in &list.items {
                    // What cannot be compared is not contained.
                    if std::mem::discriminant(value) == std::mem::discriminant(part)
                        && contains(value, part, meter)?
                    {
                        found = true;
                        break;
                    }
                }
                if !found {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Object(object), Value::Object(parts)) => {
            for (key, part) in &parts.members {
                match object.members.get(key) {
                    Some(value) if contains(value, part, meter)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        (value, part) if std::mem::discriminant(value) == std::mem::discriminant(part) => {
            Ok(value.compare(part, meter)?.is_eq())
        }
        (value, part) => Err(error(format!("{} cannot contain {}", a(value), a(part)))),
    }
}

fn sum<'v>(values: impl Iterator<Item = &'v Value>, meter: &mut Meter) -> Fallible<Value> {
    let mut total = Value::Null;
    let mut texts: Vec<Arc<str>> = Vec::new();
    for value in values {
        meter.steps(1)?;
        match value {
            // Text is put together at the end, so that a long list is not quadratic.
            Value::Text(text) if matches!(total, Value::Null) => {
                meter.allocate(text.len() + 16)?;
                texts.push(text.clone());
            }
            Value::Null => {}
            other if texts.is_empty() => total = add(total, other.clone(), meter)?,
            other => {
                let text = Value::Text(texts.concat().into());
                texts.clear();
                total = add(text, other.clone(), meter)?;
            }
        }
    }
    if texts.is_empty() { Ok(total) } else { Ok(Value::Text(texts.concat().into())) }
}

fn parse_number(text: &str) -> Fallible<Value> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let is_number = plain.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && plain.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b))
        && text.parse::<f64>().is_ok();
    // The digits of a number as it is written in JSON; `1.` and `01` become one first.
    if is_number { Ok(Value::number(text)) } else { Err(error("the text is no number")) }
}

fn from_json(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    let text = of_text(value)?;
    // A document takes at most 16 bytes a byte of text beside the text.
    meter.allocate(17 * text.len())?;
    let document = Document::parse(text).map_err(|_| error("the text is no JSON"))?;
    Ok(Value::read(document.root(), meter)?)
}

fn reverse(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    match value {
        Value::Null => Ok(Value::list(Vec::new())?),
        Value::Text(text) => {
            meter.allocate(text.len())?;
            Ok(Value::Text(text.chars().rev().collect::<String>().into()))
        }
        other => {
            let mut items = items(other, meter)?;
            items.reverse();
            Ok(Value::list(items)?)
        }
    }
}

fn implode(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    let mut text = String::new();
    for item in items(value, meter)? {
        meter.allocate(4)?;
        text.push(char::from_u32(of_number(&item)? as u32).unwrap_or('\u{FFFD}'));
    }
    Ok(Value::Text(text.into()))
}

fn trimmed(
    value: &Value,
    part: &Value,
    meter: &mut Meter,
    trim: for<'t> fn(&'t str, &str) -> &'t str,
) -> Fallible<Value> {
    let text = of_text(value)?;
    meter.allocate(text.len())?;
    Ok(trim(text, of_text(part)?).into())
}

fn join(value: &Value, separator: &Value, meter: &mut Meter) -> Fallible<Value> {
    let mut parts: Vec<Arc<str>> = Vec::new();
    let list = items(value, meter)?;
    let separator = if list.is_empty() { "" } else { of_text(separator)? };
    for item in list {
        let part: Arc<str> = match &item {
            Value::Null => "".into(),
            Value::List(_) | Value::Object(_) => {
                return Err(error(format!("cannot join {} with text", a(&item))));
            }
            other => formats::text(other, meter)?,
        };
        meter.allocate(part.len() + separator.len() + 16)?;
        parts.push(part);
    }
    Ok(Value::Text(parts.join(separator).into()))
}

fn flatten(value: &Value, depth: f64, out: &mut Vec<Value>, meter: &mut Meter) -> Fallible<()> {
    let Value::List(list) = value else { return Err(error(format!("cannot flatten {}", a(value)))) };
    for item in &list.items {
        match item {
            Value::List(_) if depth > 0.0 => flatten(item, depth - 1.0, out, meter)?,
            other => {
                meter.allocate(2 * ITEM)?;
                out.push(other.clone());
            }
        }
    }
    Ok(())
}

/// Positions of a value in a list, of a list in a list or of text in text (in characters).
fn find_all(value: &Value, wanted: &Value, meter: &mut Meter) -> Fallible<Value> {
    match (value, wanted) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::List(list), Value::List(wanted)) => indices(&list.items, &wanted.items, meter),
        (Value::List(list), wanted) => indices(&list.items, std::slice::from_ref(wanted), meter),
        (Value::Text(text), Value::Text(wanted)) => {
            let mut found = Vec::new();
            for (at, (byte, _)) in text.char_indices().enumerate().filter(|_| !wanted.is_empty()) {
                meter.work(16 + wanted.len())?;
                if text.get(byte..).is_some_and(|rest| rest.starts_with(&**wanted)) {
                    meter.allocate(2 * ITEM)?;
                    found.push(at.into());
                }
            }
            Ok(Value::list(found)?)
        }
        (value, wanted) => Err(error(format!("cannot look for {} in {}", a(wanted), a(value)))),
    }
}

/// Where a list occurs in another one.
pub(super) fn indices(list: &[Value], wanted: &[Value], meter: &mut Meter) -> Fallible<Value> {
    let mut found = Vec::new();
    if !wanted.is_empty() {
        for (at, window) in list.windows(wanted.len()).enumerate() {
            let mut equal = true;
            for (a, b) in window.iter().zip(wanted) {
                if a.compare(b, meter)?.is_ne() {
                    equal = false;
                    break;
                }
            }
            if equal {
                meter.allocate(2 * ITEM)?;
                found.push(at.into());
            }
        }
    }
    Ok(Value::list(found)?)
}

fn bsearch(value: &Value, wanted: &Value, meter: &mut Meter) -> Fallible<Value> {
    let Value::List(list) = value else { return Err(error(format!("cannot search in {}", a(value)))) };
    let (mut low, mut high) = (0, list.items.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(item) = list.items.get(middle) else { break };
        match item.compare(wanted, meter)? {
            Ordering::Equal => return Ok(middle.into()),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    Ok((-1.0 - low as f64).into())
}
