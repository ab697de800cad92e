//! `@base64` and the other ways to write a value into text.

use super::operators::a;
use super::syntax::Format;
use super::{Fallible, error};
use crate::limits::Meter;
use crate::value::Value;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use std::fmt::Write;
use std::sync::Arc;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Text as it is, everything else as JSON.
pub(super) fn text(value: &Value, meter: &mut Meter) -> Fallible<Arc<str>> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        value => Ok(value.to_json(meter)?.into()),
    }
}

pub(super) fn write(format: Format, value: &Value, meter: &mut Meter) -> Fallible<Arc<str>> {
    match format {
        Format::Text => return text(value, meter),
        Format::Json => return Ok(value.to_json(meter)?.into()),
        Format::Csv => return row(value, ",", csv, meter),
        Format::Tsv => return row(value, "\t", tsv, meter),
        Format::Sh => return shell(value, meter),
        _ => {}
    }
    let text = text(value, meter)?;
    // An escape is at most six times as long as what it stands for.
    meter.allocate(6 * text.len())?;
    let mut out = String::new();
    match format {
        Format::Html => {
            for c in text.chars() {
                match c {
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '&' => out.push_str("&amp;"),
                    '\'' => out.push_str("&#39;"),
                    '"' => out.push_str("&quot;"),
                    c => out.push(c),
                }
            }
        }
        Format::Uri => {
            for byte in text.bytes() {
                if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                    out.push(byte.into());
                } else {
                    // Writing to a `String` cannot fail.
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
        Format::Urid => out = unescape(&text),
        Format::Base64 => out = BASE64.encode(&*text),
        _ => {
            let bytes = BASE64.decode(text.trim_end_matches('='));
            let bytes = bytes.map_err(|_| error("this is no base64"))?;
            out = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    Ok(out.into())
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn row(value: &Value, separator: &str, quote: fn(&str) -> String, meter: &mut Meter) -> Fallible<Arc<str>> {
    let Value::List(list) = value else {
        return Err(error(format!("a row is made of a list, not of {}", a(value))));
    };
    let mut cells = Vec::new();
    for item in &list.items {
        let cell = text(item, meter)?;
        meter.allocate(2 * cell.len() + 32)?;
        cells.push(match item {
            Value::Text(text) => quote(text),
            Value::Null => String::new(),
            Value::Bool(_) | Value::Number(_) => cell.to_string(),
            _ => return Err(error(format!("a row has no place for {}", a(item)))),
        });
    }
    Ok(cells.join(separator).into())
}

fn csv(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn tsv(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\r', "\\r").replace('\n', "\\n")
}

fn shell(value: &Value, meter: &mut Meter) -> Fallible<Arc<str>> {
    let words = match value {
        Value::List(list) => list.items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut cells = Vec::new();
    for word in words {
        let cell = text(word, meter)?;
        meter.allocate(4 * cell.len() + 32)?;
        cells.push(match word {
            Value::Text(text) => format!("'{}'", text.replace('\'', r"'\''")),
            Value::List(_) | Value::Object(_) => {
                return Err(error(format!("a command line has no place for {}", a(word))));
            }
            _ => cell.to_string(),
        });
    }
    Ok(cells.join(" ").into())
}
