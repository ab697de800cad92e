//! `#(path op value)`.

use super::path::quote_end;
use super::scan::{cut, rest, trim, unescape};
use super::value::{Kind, Value};
use super::{MAX_DEPTH, glob};
use crate::number::{float_or_zero, parse_bool};
use std::borrow::Cow;

/// A condition on the elements of a list.
#[derive(Default)]
pub(super) struct Query<'p> {
    /// Every element that fits, not only the first.
    pub all: bool,
    /// What is looked at in each element; itself if empty.
    pub path: &'p str,
    /// Empty if it need only be there.
    pub op: &'p str,
    /// What it is compared with.
    pub value: Cow<'p, str>,
}

/// Reads the query that a path begins with, and says where it ends.
pub(super) fn parse(path: &str) -> Option<(Query<'_>, usize)> {
    let bytes = path.as_bytes();
    let mut i = 2;
    let mut depth = 1;
    let mut operator = None;
    let mut escaped = false;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'!' | b'=' | b'<' | b'>' | b'%' if depth == 1 && operator.is_none() => operator = Some(i),
            b'\\' => i += 1,
            b'[' | b'(' => depth += 1,
            b']' | b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b'"' => {
                let end = quote_end(bytes, i);
                escaped |= cut(path, i, end.min(path.len())).contains('\\');
                i = end;
            }
            _ => {}
        }
        i += 1;
    }
    if depth > 0 {
        return None;
    }
    let Some(at) = operator else {
        return Some((Query { path: trim(cut(path, 2, i)), ..Query::default() }, i + 1));
    };
    let tail = trim(cut(path, at, i));
    let (op, value) = match tail.as_bytes() {
        [b'=', b'=', ..] => (cut(tail, 1, 2), rest(tail, 2)),
        [b'!', b'=' | b'%', ..] | [b'<' | b'>', b'=', ..] => (cut(tail, 0, 2), rest(tail, 2)),
        [b'=' | b'<' | b'>' | b'%', ..] | [_] => (cut(tail, 0, 1), rest(tail, 1)),
        _ => ("", tail),
    };
    let value = trim(value);
    let value = match value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if escaped => Cow::Owned(unescape(inner)),
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(value),
    };
    Some((Query { all: false, path: trim(cut(path, 2, at)), op, value }, i + 1))
}

impl Query<'_> {
    /// What the query looks at in an element; none if it looks inside something that has no inside.
    pub(super) fn subject<'a>(&self, element: &Value<'a>, depth: u32) -> Option<Value<'a>> {
        if element.kind == Kind::Json {
            return (depth < MAX_DEPTH).then(|| element.get(self.path, depth));
        }
        self.path.is_empty().then(|| element.clone())
    }

    /// Whether the condition holds of it.
    pub(super) fn holds(&self, subject: &Value<'_>) -> bool {
        let Some(word) = self.value.strip_prefix('~') else { return self.compare(subject, &self.value) };
        let is = match word {
            "*" => subject.exists(),
            "null" => subject.kind == Kind::Null,
            "true" => truth(subject) == Some(true),
            "false" => truth(subject) == Some(false),
            _ => return false,
        };
        self.compare(&Value::of_kind(if is { Kind::True } else { Kind::False }, ""), "true")
    }

    fn compare(&self, subject: &Value<'_>, value: &str) -> bool {
        if !subject.exists() {
            return false;
        }
        if self.op.is_empty() {
            return true;
        }
        match subject.kind {
            Kind::String => {
                let text: &str = &subject.text;
                match self.op {
                    "%" => glob::matches(text, value),
                    "!%" => !glob::matches(text, value),
                    op => ordered(op, text.as_bytes(), value.as_bytes()),
                }
            }
            Kind::Number => ordered(self.op, &subject.number, &float_or_zero(value)),
            Kind::True => match self.op {
                "=" => value == "true",
                "!=" => value != "true",
                ">" => value == "false",
                op => op == ">=",
            },
            Kind::False => match self.op {
                "=" => value == "false",
                "!=" => value != "false",
                "<" => value == "true",
                op => op == "<=",
            },
            Kind::Null | Kind::Json => false,
        }
    }
}

fn ordered<T: PartialOrd + ?Sized>(op: &str, left: &T, right: &T) -> bool {
    match op {
        "=" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => false,
    }
}

/// What counts as true and what as false; much is neither.
fn truth(value: &Value<'_>) -> Option<bool> {
    match value.kind {
        Kind::Null | Kind::False => Some(false),
        Kind::True => Some(true),
        Kind::String => parse_bool(&value.text.to_lowercase()),
        Kind::Number => Some(value.number != 0.0),
        Kind::Json => None,
    }
}
