//! Reads YAML as Kubernetes does, with positions.
//!
//! Kubernetes' clients read YAML 1.1: `on` and `yes` are true, `0777` is octal. Numbers keep their digits.

use crate::node::{Entry, Node, Value};
use aev_plan::json::Number;
use aev_plan::origin::Origin;
use saphyr::{MarkedYaml, ScalarStyle, Tag, YamlData, YamlLoader};
use saphyr_parser::{Parser, Span};
use std::borrow::Cow;

/// The text is no YAML, or a construct that JSON cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong, in the parser's words.
    pub reason: String,
    /// Where.
    pub origin: Origin,
}

/// The documents of a YAML text; empty ones are left out. `file` is their [`Origin::file`].
///
/// # Errors
/// The text is no YAML; it has a key that is no text, an unknown alias, a tag of its own, or a number that JSON has not.
pub fn parse(text: &str, file: u32) -> Result<Vec<Node>, SyntaxError> {
    let places = Places::new(text, file);
    let failed = |error: saphyr_parser::ScanError| SyntaxError {
        reason: error.info().to_owned(),
        origin: places.point(error.marker().index()),
    };
    let mut loader = YamlLoader::<MarkedYaml>::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true).map_err(failed)?;
    if let Some(error) = loader.error() {
        return Err(failed(error.clone()));
    }
    let mut nodes = Vec::new();
    for document in loader.into_documents() {
        let node = places.node(document)?;
        if node.value != Value::Null {
            nodes.push(node);
        }
    }
    Ok(nodes)
}

/// Turns the parser's positions, counted in characters, into bytes.
struct Places {
    file: u32,
    /// The byte at which each character starts; nothing for text in which they are the same.
    bytes: Option<Vec<u32>>,
    length: u32,
}

impl Places {
    fn new(text: &str, file: u32) -> Places {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| byte(at)).collect());
        Places { file, bytes, length: byte(text.len()) }
    }

    fn byte(&self, character: usize) -> u32 {
        match &self.bytes {
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.length),
            None => u32::try_from(character).unwrap_or(self.length).min(self.length),
        }
    }

    fn point(&self, character: usize) -> Origin {
        let start = self.byte(character);
        Origin { file: self.file, start, end: start }
    }

    fn span(&self, span: Span) -> Origin {
        Origin { file: self.file, start: self.byte(span.start.index()), end: self.byte(span.end.index()) }
    }

    fn node(&self, yaml: MarkedYaml<'_>) -> Result<Node, SyntaxError> {
        let origin = self.span(yaml.span);
        let wrong = |reason: &str| SyntaxError { reason: reason.to_owned(), origin };
        let value = match yaml.data {
            YamlData::Representation(text, style, tag) => scalar(text, style, tag.as_deref())
                .ok_or_else(|| wrong("this value has no equivalent in JSON"))?,
            YamlData::Sequence(items) => {
                Value::List(items.into_iter().map(|item| self.node(item)).collect::<Result<_, _>>()?)
            }
            YamlData::Mapping(members) => {
                let mut entries = Vec::new();
                for (key, value) in members {
                    let at = self.span(key.span);
                    let YamlData::Representation(name, _, _) = key.data else {
                        return Err(SyntaxError { reason: "a key must be text".to_owned(), origin: at });
                    };
                    entries.push(Entry { key: name.into_owned(), origin: at, value: self.node(value)? });
                }
                Value::Map(entries)
            }
            YamlData::Tagged(_, inner) => return self.node(*inner),
            YamlData::Alias(_) | YamlData::BadValue | YamlData::Value(_) => {
                return Err(wrong("this value cannot be read"));
            }
        };
        Ok(Node { value, origin })
    }
}

/// What a scalar means to Kubernetes' reader; nothing for infinities and the like.
fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Option<Value> {
    let as_text = tag.is_some_and(|tag| tag.suffix == "str");
    if style != ScalarStyle::Plain || as_text {
        return Some(Value::Text(text.into_owned()));
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Some(Value::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Some(Value::Bool(false));
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "-.inf" | ".nan" | ".NaN" | ".NAN" => return None,
        _ => {}
    }
    Some(number(&text).map_or_else(|| Value::Text(text.into_owned()), Value::Number))
}

/// Numbers in the forms of YAML 1.1 and Go; the usual ones keep their digits.
fn number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    let unsigned = plain.trim_start_matches(['+', '-']);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') || text.starts_with('_') {
        return None;
    }
    let sign = if plain.starts_with('-') { "-" } else { "" };
    let radix = |digits: &str, radix| {
        i128::from_str_radix(digits, radix).ok().and_then(|n| Number::parse(&format!("{sign}{n}")))
    };
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = unsigned.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return radix(digits, 2);
    }
    if unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.chars().all(|c| ('0'..='7').contains(&c)) {
        return radix(unsigned, 8);
    }
    if let Some(number) = Number::parse(&plain) {
        return Some(number);
    }
    let value: f64 = plain.parse().ok()?;
    value.is_finite().then(|| Number::parse(&format!("{value}"))).flatten()
}
