//! JSON values that scripts work on, how they come from a document and how they are written.

use crate::limits::{Bound, Meter};
use aev_plan::document::{Cursor, Kind, MAX_DEPTH};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// A value. Cloning shares.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Arc<List>),
    Object(Arc<Object>),
}

/// A double. An integer that doubles cannot hold keeps its digits as long as it is only moved.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) value: f64,
    digits: Option<Arc<str>>,
}

/// A list and how deep it is nested: at least 1.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) items: Vec<Value>,
    pub(crate) depth: usize,
}

/// An object in the order of its keys, and how deep it is nested.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) members: BTreeMap<Arc<str>, Value>,
    pub(crate) depth: usize,
}

/// Bytes that a value takes within a list, and about what a member of an object takes.
pub(crate) const ITEM: usize = size_of::<Value>();
pub(crate) const MEMBER: usize = 2 * ITEM + 32;

/// A value cannot be made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    Bound(Bound),
    /// Nested deeper than documents may be.
    Deep,
}

impl From<Bound> for Refusal {
    fn from(bound: Bound) -> Refusal {
        Refusal::Bound(bound)
    }
}

pub(crate) const TOO_DEEP: &str = "values nest at most 256 levels";

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Number(Number { value, digits: None })
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Value {
        (value as f64).into()
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.into())
    }
}

impl Value {
    /// A list; what it takes was counted.
    pub(crate) fn list(items: Vec<Value>) -> Result<Value, Refusal> {
        let depth = 1 + items.iter().map(Value::depth).max().unwrap_or(0);
        checked(depth)?;
        Ok(Value::List(Arc::new(List { items, depth })))
    }

    /// An object; what it takes was counted.
    pub(crate) fn object(members: BTreeMap<Arc<str>, Value>) -> Result<Value, Refusal> {
        let depth = 1 + members.values().map(Value::depth).max().unwrap_or(0);
        checked(depth)?;
        Ok(Value::Object(Arc::new(Object { members, depth })))
    }

    pub(crate) fn depth(&self) -> usize {
        match self {
            Value::List(list) => list.depth,
            Value::Object(object) => object.depth,
            _ => 0,
        }
    }

    /// A number as it is written in JSON or in a script.
    pub(crate) fn number(text: &str) -> Value {
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        let integer = text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
        let digits = (integer && value.abs() >= 9_007_199_254_740_992.0).then(|| text.into());
        Value::Number(Number { value, digits })
    }

    /// Reads a value of a document.
    pub(crate) fn read(cursor: Cursor<'_>, meter: &mut Meter) -> Result<Value, Refusal> {
        Ok(match cursor.kind() {
            Kind::Null => Value::Null,
            Kind::Bool => Value::Bool(cursor.as_bool().unwrap_or_default()),
            Kind::Number => Value::number(cursor.raw()),
            Kind::Text => {
                let text = cursor.as_text().unwrap_or_default();
                meter.allocate(text.len() + 16)?;
                Value::Text(text.into())
            }
            Kind::List => {
                let mut items = Vec::new();
                for element in cursor.elements() {
                    meter.allocate(ITEM)?;
                    items.push(Value::read(element, meter)?);
                }
                Value::list(items)?
            }
            Kind::Object => {
                let mut members = BTreeMap::new();
                for (key, value) in cursor.members() {
                    meter.allocate(MEMBER + key.len())?;
                    // The last of equal keys counts, as in Go's decoder, which Argo's scripts read through.
                    members.insert(key.into(), Value::read(value, meter)?);
                }
                Value::object(members)?
            }
        })
    }

    /// Its type, as jq names it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Object(_) => "object",
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        !matches!(self, Value::Null | Value::Bool(false))
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(false) => 1,
            Value::Bool(true) => 2,
            Value::Number(_) => 3,
            Value::Text(_) => 4,
            Value::List(_) => 5,
            Value::Object(_) => 6,
        }
    }

    /// jq's order of all values; not a number is below every number.
    pub(crate) fn compare(&self, other: &Value, meter: &mut Meter) -> Result<Ordering, Bound> {
        meter.steps(1)?;
        Ok(match (self, other) {
            (Value::Number(a), Value::Number(b)) => a
                .value
                .partial_cmp(&b.value)
                .unwrap_or(if a.value.is_nan() { Ordering::Less } else { Ordering::Greater }),
            (Value::Text(a), Value::Text(b)) => {
                meter.work(a.len().min(b.len()))?;
                a.cmp(b)
            }
            (Value::List(a), Value::List(b)) => {
                for (a, b) in a.items.iter().zip(&b.items) {
                    let order = a.compare(b, meter)?;
                    if order.is_ne() {
                        return Ok(order);
                    }
                }
                a.items.len().cmp(&b.items.len())
            }
            (Value::Object(a), Value::Object(b)) => {
                meter.steps((a.members.len().min(b.members.len())) as u64)?;
                let keys = a.members.keys().cmp(b.members.keys());
                if keys.is_ne() {
                    return Ok(keys);
                }
                for (a, b) in a.members.values().zip(b.members.values()) {
                    let order = a.compare(b, meter)?;
                    if order.is_ne() {
                        return Ok(order);
                    }
                }
                Ordering::Equal
            }
            _ => self.rank().cmp(&other.rank()),
        })
    }

    /// Writes JSON as Go's `encoding/json` does: keys in order, `<`, `>` and `&` escaped. None for a number that JSON has not.
    pub(crate) fn write(&self, meter: &mut Meter) -> Result<Option<String>, Bound> {
        let mut out = String::new();
        Ok(self.write_into(&mut out, Style::Go, meter)?.then_some(out))
    }

    /// JSON as jq's `tojson` writes it; what is not a number is null, and what is infinite is the largest double.
    pub(crate) fn to_json(&self, meter: &mut Meter) -> Result<String, Bound> {
        let mut out = String::new();
        self.write_into(&mut out, Style::Jq, meter)?;
        Ok(out)
    }

    fn write_into(&self, out: &mut String, style: Style, meter: &mut Meter) -> Result<bool, Bound> {
        meter.allocate(8)?;
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            Value::Number(number) => {
                if !number.value.is_finite() && number.digits.is_none() {
                    if style == Style::Go {
                        return Ok(false);
                    }
                    out.push_str(match number.value {
                        value if value.is_nan() => "null",
                        value if value > 0.0 => "1.7976931348623157e+308",
                        _ => "-1.7976931348623157e+308",
                    });
                } else {
                    out.push_str(&number.text());
                }
            }
            Value::Text(text) => {
                meter.allocate(text.len())?;
                quote(text, out, style);
            }
            Value::List(list) => {
                out.push('[');
                for (at, item) in list.items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    if !item.write_into(out, style, meter)? {
                        return Ok(false);
                    }
                }
                out.push(']');
            }
            Value::Object(object) => {
                out.push('{');
                for (at, (key, value)) in object.members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    meter.allocate(key.len() + 4)?;
                    quote(key, out, style);
                    out.push(':');
                    if !value.write_into(out, style, meter)? {
                        return Ok(false);
                    }
                }
                out.push('}');
            }
        }
        Ok(true)
    }
}

impl Number {
    /// As JSON: its digits, or as Go writes a double.
    pub(crate) fn text(&self) -> String {
        self.digits.as_ref().map_or_else(|| format_double(self.value), |digits| digits.to_string())
    }

    /// With the other sign.
    pub(crate) fn negated(&self) -> Number {
        let digits = self.digits.as_ref().map(|digits| match digits.strip_prefix('-') {
            Some(positive) => positive.into(),
            None => format!("-{digits}").into(),
        });
        Number { value: -self.value, digits }
    }
}

/// A double as `encoding/json` writes it: the shortest digits, with an exponent below 1e-6 and from 1e21.
pub(crate) fn format_double(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        };
    }
    // Negative zero keeps its sign in Go too.
    format!("{value}")
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// `encoding/json`
    Go,
    /// jq
    Jq,
}

fn quote(text: &str, out: &mut String, style: Style) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if style == Style::Go => escape(c, out),
            c if c < ' ' || c == '\u{7f}' && style == Style::Jq => escape(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "\\u{:04x}", u32::from(c));
}

fn checked(depth: usize) -> Result<(), Refusal> {
    if depth > MAX_DEPTH { Err(Refusal::Deep) } else { Ok(()) }
}
