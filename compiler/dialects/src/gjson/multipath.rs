//! The whole of a path: modifiers and literals at its beginning, `[a,b]` and `{"x":a}`, then the walk.

use super::modifiers::Modifier;
use super::path::quote_end;
use super::scan::{self, cut, rest};
use super::search::{Search, offset};
use super::value::Value;
use super::{MAX_DEPTH, MAX_MADE, valid};
use crate::text::push_json_string;
use std::borrow::Cow;

/// The value at `path`, when `depth` levels have been gone down already.
pub(crate) fn get_at<'a>(json: &'a str, mut path: &str, depth: u32) -> Value<'a> {
    if depth >= MAX_DEPTH {
        return Value::default();
    }
    if path.len() > 1 {
        let made = match path.as_bytes().first() {
            Some(b'@') => {
                Modifier::at(path).map(|(modifier, argument, rest)| (modifier.apply(json, argument), rest))
            }
            Some(b'!') => literal(path).map(|(literal, rest)| (Cow::Owned(literal.to_owned()), rest)),
            Some(b'[' | b'{') => match multipath(json, path, depth) {
                Ok(found) => return found,
                Err(rest) => {
                    path = rest;
                    None
                }
            },
            _ => None,
        };
        if let Some((made, rest)) = made {
            return after(made, rest, depth);
        }
    }
    let mut search = Search { json, value: Value::default(), pipe: None };
    if let Some(lines) = path.strip_prefix("..") {
        search.list(0, lines, depth);
    } else {
        match json.bytes().position(|b| b == b'{' || b == b'[') {
            Some(at) if json.as_bytes().get(at) == Some(&b'{') => search.object(at + 1, path, depth),
            Some(at) => search.list(at + 1, path, depth),
            None => (0, false),
        };
    }
    match search.pipe {
        Some(pipe) => Value { index: 0, ..search.value.get(pipe, depth + 1) },
        None => {
            let index = offset(json, &search.value);
            Value { index, ..search.value }
        }
    }
}

/// Goes on with the rest of a path in a text that a modifier or literal gave.
fn after<'a>(made: Cow<'a, str>, path: &str, depth: u32) -> Value<'a> {
    let find = |json| match path.strip_prefix(['|', '.']) {
        Some(path) => Value { index: 0, indexes: None, ..get_at(json, path, depth + 1) },
        None => scan::parse(json),
    };
    match made {
        Cow::Borrowed(json) => find(json),
        Cow::Owned(json) => match path.strip_prefix(['|', '.']) {
            Some(path) => Value { index: 0, indexes: None, ..get_at(&json, path, depth + 1) }.into_owned(),
            None => scan::parse(&json).into_owned(),
        },
    }
}

/// `!"text"`, `!1`, `!{…}`, `!null` at the beginning of a path, and what follows it.
fn literal(path: &str) -> Option<(&str, &str)> {
    let body = rest(path, 1);
    if matches!(body.as_bytes().first()?, b'{' | b'[' | b'"' | b'+' | b'-' | b'0'..=b'9') {
        let (end, literal) = scan::block(body, 0);
        return Some((literal, rest(body, end)));
    }
    let end = body.find(['|', '.']).unwrap_or(body.len());
    let word = cut(body, 0, end);
    let known = ["true", "false", "null", "nan", "inf"].iter().any(|known| word.eq_ignore_ascii_case(known));
    known.then(|| (word, rest(body, end)))
}

/// One selector of a multipath.
struct Selector<'p> {
    name: &'p str,
    path: &'p str,
}

/// The selectors within the bracket that a path begins with, and what follows it.
fn selectors(path: &str) -> Option<(Vec<Selector<'_>>, &str)> {
    let bytes = path.as_bytes();
    let mut selectors = Vec::new();
    let (mut start, mut depth, mut colon, mut modifier) = (1, 1, None, false);
    let mut i = 1;
    while let Some(&b) = bytes.get(i) {
        let mut ends = false;
        match b {
            b'\\' => i += 1,
            b'@' => modifier |= matches!(bytes.get(i - 1), Some(b'.' | b'|')),
            b':' if !modifier && colon.is_none() && depth == 1 => colon = Some(i),
            b',' => ends = depth == 1,
            b'"' => i = quote_end(bytes, i),
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => {
                depth -= 1;
                ends = depth == 0;
            }
            _ => {}
        }
        if ends {
            selectors.push(match colon.take() {
                Some(colon) => Selector { name: cut(path, start, colon), path: cut(path, colon + 1, i) },
                None => Selector { name: "", path: cut(path, start, i) },
            });
            modifier = false;
            start = i + 1;
        }
        i += 1;
        if depth == 0 {
            return Some((selectors, rest(path, i)));
        }
    }
    None
}

/// `[a,b]` or `{"x":a}`. If it is not closed or goes on without `.` or `|`, it is dropped and the search goes on with what
/// is left of the path.
fn multipath<'p>(json: &str, path: &'p str, depth: u32) -> Result<Value<'static>, &'p str> {
    let (selectors, tail) = selectors(path).ok_or("")?;
    let tail = match tail.as_bytes().first() {
        None => None,
        Some(b'.' | b'|') => Some(rest(tail, 1)),
        Some(_) => return Err(tail),
    };
    let object = path.starts_with('{');
    let mut made = String::from(if object { "{" } else { "[" });
    let mut first = true;
    for selector in selectors {
        let found = get_at(json, selector.path, depth + 1);
        if !found.exists() || made.len() + found.raw.len() > MAX_MADE {
            continue;
        }
        if !std::mem::take(&mut first) {
            made.push(',');
        }
        if object {
            push_name(&mut made, &selector);
            made.push(':');
        }
        if !found.raw.is_empty() {
            made.push_str(&found.raw);
        } else if found.string().is_empty() {
            made.push_str("null");
        } else {
            made.push_str(&found.string());
        }
    }
    made.push(if object { '}' } else { ']' });
    let found = Value::of_made(made);
    Ok(match tail {
        Some(tail) => Value { index: 0, ..found.get(tail, depth + 1) },
        None => found,
    })
}

/// The key of a member: the name given, else the last key of its path.
fn push_name(out: &mut String, selector: &Selector<'_>) {
    if selector.name.starts_with('"') && valid(selector.name) {
        out.push_str(selector.name);
    } else if !selector.name.is_empty() {
        push_json_string(out, selector.name);
    } else {
        let last = last_key(selector.path);
        let simple = |b: u8| b >= b' ' && !b"[]{}()#|!".contains(&b);
        push_json_string(out, if last.bytes().all(simple) { last } else { "_" });
    }
}

fn last_key(path: &str) -> &str {
    let bytes = path.as_bytes();
    for (i, b) in bytes.iter().enumerate().rev() {
        let escaped = i > 0 && bytes.get(i - 1) == Some(&b'\\');
        if matches!(b, b'|' | b'.') && !escaped {
            return rest(path, i + 1);
        }
    }
    path
}
