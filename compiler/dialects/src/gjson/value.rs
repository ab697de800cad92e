//! What a path finds.

use super::{get_at, scan};
use crate::dynamic::Dynamic;
use crate::number::{float_or_zero, format_plain, parse_bool};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How deep [`Value::decode`] goes.
const MAX_DECODED: u32 = 512;

/// The type of a [`Value`]. Their order is gjson's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `null`, or nothing at all.
    #[default]
    Null,
    /// `false`
    False,
    /// A number.
    Number,
    /// Text.
    String,
    /// `true`
    True,
    /// An object or a list.
    Json,
}

/// A JSON value within a text, or made by a path.
#[derive(Clone, Debug, Default)]
pub struct Value<'a> {
    pub(super) kind: Kind,
    pub(super) raw: Cow<'a, str>,
    pub(super) text: Cow<'a, str>,
    pub(super) number: f64,
    pub(super) index: usize,
    pub(super) indexes: Option<Vec<usize>>,
}

impl<'a> Value<'a> {
    pub(super) fn of_kind(kind: Kind, raw: &'a str) -> Value<'a> {
        Value { kind, raw: Cow::Borrowed(raw), ..Value::default() }
    }

    pub(super) fn of_number(raw: &'a str) -> Value<'a> {
        Value { number: float_or_zero(raw), ..Value::of_kind(Kind::Number, raw) }
    }

    /// From the literal's first byte.
    pub(super) fn of_literal(raw: &'a str) -> Value<'a> {
        let kind = match raw.as_bytes().first() {
            Some(b't') => Kind::True,
            Some(b'f') => Kind::False,
            _ => Kind::Null,
        };
        Value::of_kind(kind, raw)
    }

    /// From a string with its quotes.
    pub(super) fn of_string(raw: &'a str, escaped: bool) -> Value<'a> {
        let inner = scan::cut(raw, 1, raw.len().saturating_sub(1));
        let text = if escaped { Cow::Owned(scan::unescape(inner)) } else { Cow::Borrowed(inner) };
        Value { text, ..Value::of_kind(Kind::String, raw) }
    }

    pub(super) fn of_made(raw: String) -> Value<'static> {
        Value { kind: Kind::Json, raw: Cow::Owned(raw), ..Value::default() }
    }

    /// The length of a list.
    pub(super) fn of_count(count: u64) -> Value<'static> {
        Value {
            kind: Kind::Number,
            raw: Cow::Owned(count.to_string()),
            number: count as f64,
            ..Value::default()
        }
    }

    pub(super) fn into_owned(self) -> Value<'static> {
        Value {
            kind: self.kind,
            raw: Cow::Owned(self.raw.into_owned()),
            text: Cow::Owned(self.text.into_owned()),
            number: self.number,
            index: self.index,
            indexes: self.indexes,
        }
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its JSON text as it stands in the source; empty if there is none.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Where [`Value::raw`] begins in the text that was searched; nought when that is not known.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where each member begins, when the path selected several.
    pub(crate) fn indexes(&self) -> Option<&[usize]> {
        self.indexes.as_deref()
    }

    /// Whether the path found anything. A null that is there exists.
    pub fn exists(&self) -> bool {
        self.kind != Kind::Null || !self.raw.is_empty()
    }

    /// As text. Integers keep their digits, other numbers take the shortest form without exponent, null is empty, objects
    /// and lists are their JSON.
    pub fn string(&self) -> Cow<'_, str> {
        match self.kind {
            Kind::Null => Cow::Borrowed(""),
            Kind::False => Cow::Borrowed("false"),
            Kind::True => Cow::Borrowed("true"),
            Kind::String => Cow::Borrowed(&self.text),
            Kind::Json => Cow::Borrowed(&self.raw),
            Kind::Number => {
                let digits = self.raw.strip_prefix('-').unwrap_or(&self.raw);
                if self.raw.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    Cow::Owned(format_plain(self.number))
                } else {
                    Cow::Borrowed(&self.raw)
                }
            }
        }
    }

    /// As a number. Text that is none, null, objects and lists are nought; true is one.
    pub fn float(&self) -> f64 {
        match self.kind {
            Kind::True => 1.0,
            Kind::String => float_or_zero(&self.text),
            Kind::Number => self.number,
            _ => 0.0,
        }
    }

    /// As a boolean. Numbers other than nought are true, and so is text like `true`, `T` or `1`.
    pub fn bool(&self) -> bool {
        match self.kind {
            Kind::True => true,
            Kind::String => parse_bool(&self.text.to_lowercase()).unwrap_or(false),
            Kind::Number => self.number != 0.0,
            _ => false,
        }
    }

    /// It is an object.
    pub(super) fn is_object(&self) -> bool {
        self.kind == Kind::Json && self.raw.starts_with('{')
    }

    /// It is a list.
    pub(super) fn is_array(&self) -> bool {
        self.kind == Kind::Json && self.raw.starts_with('[')
    }

    /// What lies at `path` within this value.
    pub(super) fn get(&self, path: &str, depth: u32) -> Value<'a> {
        let mut found = match &self.raw {
            Cow::Borrowed(raw) => get_at(raw, path, depth),
            Cow::Owned(raw) => get_at(raw, path, depth).into_owned(),
        };
        match &mut found.indexes {
            Some(indexes) => indexes.iter_mut().for_each(|index| *index += self.index),
            None => found.index += self.index,
        }
        found
    }

    /// Calls `visit` with each key and value. A list has no keys; a scalar is its own only value.
    pub(crate) fn for_each(&self, visit: &mut dyn FnMut(&Value<'_>, &Value<'_>)) {
        let no_key = Value::default();
        if !self.exists() {
            return;
        }
        if self.kind != Kind::Json {
            return visit(&no_key, self);
        }
        let json: &str = &self.raw;
        let Some(start) = json.bytes().position(|b| b > b' ') else { return };
        let object = match json.as_bytes().get(start) {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return,
        };
        let mut at = start + 1;
        while at < json.len() {
            let mut key = Value::default();
            if object {
                let Some(quote) = json.bytes().skip(at).position(|b| b == b'"') else { return };
                let Some((next, raw, escaped)) = scan::string(json, at + quote) else { return };
                key = Value::of_string(raw, escaped);
                at = next;
            }
            while json.as_bytes().get(at).is_some_and(|&b| b <= b' ' || b == b',' || b == b':') {
                at += 1;
            }
            let (next, value) = scan::any(json, at);
            let Some(value) = value else { return };
            visit(if object { &key } else { &no_key }, &value);
            // The byte behind a value is looked at no more.
            at = next + 1;
        }
    }

    /// The members of a list, a null being none and any other value its own only member.
    pub(crate) fn raw_items(&self) -> Vec<String> {
        if self.kind == Kind::Null {
            return Vec::new();
        }
        if !self.is_array() {
            return vec![self.raw.to_string()];
        }
        scan::tokens(&self.raw).map(|value| value.raw.into_owned()).collect()
    }

    /// Decodes it as Go does: numbers become doubles, and of members with one key the first counts.
    pub fn decode(&self) -> Dynamic {
        self.decode_within(MAX_DECODED)
    }

    fn decode_within(&self, levels: u32) -> Dynamic {
        match self.kind {
            Kind::Null => Dynamic::Nil,
            Kind::False => Dynamic::Bool(false),
            Kind::True => Dynamic::Bool(true),
            Kind::Number => Dynamic::Number(self.number),
            Kind::String => Dynamic::Text(self.text.to_string()),
            Kind::Json if levels == 0 => Dynamic::Nil,
            Kind::Json => {
                let mut values = scan::tokens(&self.raw);
                match self.raw.bytes().find(|&b| b > b' ') {
                    Some(b'{') => {
                        let mut members = BTreeMap::new();
                        while let (Some(key), Some(value)) = (values.next(), values.next()) {
                            members
                                .entry(key.text.into_owned())
                                .or_insert_with(|| value.decode_within(levels - 1));
                        }
                        Dynamic::Map(members)
                    }
                    Some(b'[') => {
                        Dynamic::List(values.map(|value| value.decode_within(levels - 1)).collect())
                    }
                    _ => Dynamic::Nil,
                }
            }
        }
    }
}
