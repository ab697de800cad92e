//! `@name` and `@name:argument`.

use super::pretty::{self, Style};
use super::scan::{self, cut, rest, squash, trim};
use super::value::Value;
use super::{MAX_DEPTH, MAX_MADE, get_at, valid};
use crate::text::push_json_string;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A function from text to text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    This,
    Valid,
    Pretty,
    Ugly,
    Reverse,
    Flatten,
    Join,
    Keys,
    Values,
    ToStr,
    FromStr,
    Group,
    Dig,
}

impl Modifier {
    pub fn named(name: &str) -> Option<Modifier> {
        Some(match name {
            "this" => Modifier::This,
            "valid" => Modifier::Valid,
            "pretty" => Modifier::Pretty,
            "ugly" => Modifier::Ugly,
            "reverse" => Modifier::Reverse,
            "flatten" => Modifier::Flatten,
            "join" => Modifier::Join,
            "keys" => Modifier::Keys,
            "values" => Modifier::Values,
            "tostr" => Modifier::ToStr,
            "fromstr" => Modifier::FromStr,
            "group" => Modifier::Group,
            "dig" => Modifier::Dig,
            _ => return None,
        })
    }

    /// The modifier that a path begins with, its argument, and what follows.
    pub fn at(path: &str) -> Option<(Modifier, &str, &str)> {
        let body = rest(path, 1);
        let end = body.find(['.', '|', ':']).unwrap_or(body.len());
        let modifier = Modifier::named(cut(body, 0, end))?;
        let tail = rest(body, end);
        let Some(tail) = tail.strip_prefix(':') else { return Some((modifier, "", tail)) };
        let end = match tail.as_bytes().first() {
            Some(b'{' | b'[' | b'"') => squash(tail).len(),
            _ => plain_argument(tail),
        };
        Some((modifier, cut(tail, 0, end), rest(tail, end)))
    }

    pub fn apply<'a>(self, json: &'a str, argument: &str) -> Cow<'a, str> {
        match self {
            Modifier::This => json.into(),
            Modifier::Valid => if valid(json) { json } else { "" }.into(),
            Modifier::Pretty => pretty::pretty(json, &style(argument)).into(),
            Modifier::Ugly => pretty::ugly(json).into(),
            Modifier::Reverse => reverse(json),
            Modifier::Flatten => flatten(json, flag(argument, "deep"), 0),
            Modifier::Join => join(json, flag(argument, "preserve")),
            Modifier::Keys => keys(json).into(),
            Modifier::Values => values(json),
            Modifier::ToStr => to_string(json).into(),
            Modifier::FromStr => {
                if valid(json) { scan::parse(json).string().into_owned() } else { String::new() }.into()
            }
            Modifier::Group => group(json).into(),
            Modifier::Dig => dig(json, argument).into(),
        }
    }
}

/// An argument without brackets or quotes goes on to the next `|`.
fn plain_argument(text: &str) -> usize {
    let mut i = 0;
    while let Some(&b) = text.as_bytes().get(i) {
        match b {
            b'|' => return i,
            b'{' | b'[' | b'"' | b'(' => i += squash(rest(text, i)).len(),
            _ => i += 1,
        }
    }
    text.len()
}

/// The members of an argument such as `{"deep":true}`.
fn options(argument: &str, visit: &mut dyn FnMut(&str, &Value<'_>)) {
    scan::parse(argument).for_each(&mut |key, value| visit(&key.string(), value));
}

fn flag(argument: &str, name: &str) -> bool {
    let mut set = false;
    options(argument, &mut |key, value| {
        if key == name {
            set = value.bool();
        }
    });
    set
}

fn style(argument: &str) -> Style {
    let mut style = Style::default();
    let blanks = |text: &str| text.chars().filter(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).collect();
    options(argument, &mut |key, value| match key {
        "sortKeys" => style.sort_keys = value.bool(),
        "indent" => style.indent = blanks(&value.string()),
        "prefix" => style.prefix = blanks(&value.string()),
        "width" => style.width = value.float() as i64,
        _ => {}
    });
    style
}

fn to_string(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 2);
    if json.len() <= MAX_MADE {
        push_json_string(&mut out, json);
    }
    out
}

fn reverse(json: &str) -> Cow<'_, str> {
    let value = scan::parse(json);
    let (open, close) = match (value.is_array(), value.is_object()) {
        (true, _) => ('[', ']'),
        (_, true) => ('{', '}'),
        _ => return json.into(),
    };
    let mut members = Vec::new();
    value.for_each(&mut |key, value| {
        let colon = if open == '{' { ":" } else { "" };
        members.push(format!("{}{colon}{}", key.raw, value.raw));
    });
    members.reverse();
    format!("{open}{}{close}", members.join(",")).into()
}

/// Without the brackets around it.
fn inside(json: &str) -> &str {
    let json = trim(json);
    if json.len() >= 2 && json.starts_with(['[', '{']) { cut(json, 1, json.len() - 1) } else { json }
}

fn flatten(json: &str, deep: bool, depth: u32) -> Cow<'_, str> {
    let value = scan::parse(json);
    if !value.is_array() || depth >= MAX_DEPTH {
        return json.into();
    }
    let mut members = Vec::new();
    value.for_each(&mut |_, value| {
        let raw: Cow<'_, str> = match (value.is_array(), deep) {
            (true, true) => inside(&flatten(&value.raw, deep, depth + 1)).to_owned().into(),
            (true, false) => inside(&value.raw).into(),
            _ => Cow::Borrowed(&value.raw),
        };
        if !raw.trim().is_empty() {
            members.push(raw.trim().to_owned());
        }
    });
    format!("[{}]", members.join(",")).into()
}

fn keys(json: &str) -> String {
    let value = scan::parse(json);
    let mut keys = Vec::new();
    let object = value.is_object();
    value.for_each(&mut |key, _| keys.push(if object { key.raw.to_string() } else { "null".to_owned() }));
    format!("[{}]", keys.join(","))
}

fn values(json: &str) -> Cow<'_, str> {
    let value = scan::parse(json);
    if value.is_array() {
        return json.into();
    }
    let mut values = Vec::new();
    value.for_each(&mut |_, value| values.push(value.raw.to_string()));
    format!("[{}]", values.join(",")).into()
}

fn join(json: &str, preserve: bool) -> Cow<'_, str> {
    let list = scan::parse(json);
    if !list.is_array() {
        return json.into();
    }
    let mut members = Vec::new();
    if preserve {
        list.for_each(&mut |_, value| {
            if value.is_object() {
                members.push(inside(&value.raw).to_owned());
            }
        });
    } else {
        // A key stands where it came first and has the value that came last.
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut pairs: Vec<(String, String)> = Vec::new();
        list.for_each(&mut |_, value| {
            if !value.is_object() {
                return;
            }
            value.for_each(&mut |key, value| {
                let place = *places.entry(key.string().into_owned()).or_insert(pairs.len());
                match pairs.get_mut(place) {
                    Some((_, last)) => *last = value.raw.to_string(),
                    None => pairs.push((key.raw.to_string(), value.raw.to_string())),
                }
            });
        });
        members.extend(pairs.into_iter().map(|(key, value)| format!("{key}:{value}")));
    }
    format!("{{{}}}", members.join(",")).into()
}

fn group(json: &str) -> String {
    let object = scan::parse(json);
    if !object.is_object() {
        return String::new();
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    object.for_each(&mut |key, column| {
        if !column.is_array() {
            return;
        }
        let mut row = 0;
        column.for_each(&mut |_, value| {
            let member = format!("{}:{}", key.raw, value.raw);
            match rows.get_mut(row) {
                Some(members) => members.push(member),
                None => rows.push(vec![member]),
            }
            row += 1;
        });
    });
    let rows: Vec<String> = rows.into_iter().map(|members| format!("{{{}}}", members.join(","))).collect();
    format!("[{}]", rows.join(","))
}

fn dig(json: &str, path: &str) -> String {
    let mut found = Vec::new();
    dig_into(&mut found, &scan::parse(json), path, 0);
    format!("[{}]", found.join(","))
}

fn dig_into(found: &mut Vec<String>, parent: &Value<'_>, path: &str, depth: u32) {
    if depth >= MAX_DEPTH {
        return;
    }
    let here = get_at(&parent.raw, path, depth);
    if here.exists() {
        found.push(here.raw.to_string());
    }
    if parent.is_array() || parent.is_object() {
        parent.for_each(&mut |_, value| dig_into(found, value, path, depth + 1));
    }
}
