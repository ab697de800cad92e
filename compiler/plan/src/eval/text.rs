//! What a text place makes of a value.

use crate::document::{Cursor, Kind};
use crate::json::Json;
use std::borrow::Cow;

/// A value of an event as text: text as it is, an integer with all its digits, other numbers in their shortest form
/// without exponent, objects and lists as the JSON that arrived.
pub fn text_of(cursor: Cursor<'_>) -> Cow<'_, str> {
    match cursor.kind() {
        Kind::Text => cursor.as_text().unwrap_or_default(),
        Kind::Number => text_of_number(cursor.raw()),
        _ => Cow::Borrowed(cursor.raw()),
    }
}

/// The same of a value that did not arrive: objects and lists are compact JSON.
/// The same of a value that does not come from an event.
pub fn text_of_json(json: &Json) -> Cow<'_, str> {
    match json {
        Json::String(text) => Cow::Borrowed(text),
        Json::Number(number) => text_of_number(number.as_str()),
        other => Cow::Owned(other.to_string()),
    }
}

fn text_of_number(raw: &str) -> Cow<'_, str> {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(raw);
    }
    match raw.parse::<f64>() {
        // Display of a double is the shortest text that reads back as the same, without exponent.
        Ok(value) if value.is_finite() => Cow::Owned(value.to_string()),
        // Beyond doubles there is no other form than the one that arrived.
        _ => Cow::Borrowed(raw),
    }
}
