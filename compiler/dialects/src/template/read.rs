//! Fields of a template, with the types that Argo demands of them.

use crate::parameters::ParameterError;
use aev_plan::document::Document;
use aev_plan::json::Json;
use serde::de::DeserializeOwned;

/// Null, which to Argo is the same as no member.
pub(super) fn absent(value: &Json) -> bool {
    *value == Json::Null
}

fn field<'j>(value: &'j Json, key: &str) -> Option<&'j Json> {
    value.get(key).filter(|value| !absent(value))
}

fn wrong(key: &str, wanted: &str, value: &Json) -> ParameterError {
    ParameterError::new(format!(
        "`{key}` must be {wanted} and is a {}; `useRawData` keeps a type",
        value.kind()
    ))
}

/// A text field; empty when it is not there.
pub(super) fn text<'j>(value: &'j Json, key: &str) -> Result<&'j str, ParameterError> {
    match field(value, key) {
        None => Ok(""),
        Some(Json::String(text)) => Ok(text),
        Some(other) => Err(wrong(key, "text", other)),
    }
}

/// A whole number; nought when it is not there.
pub(super) fn integer(value: &Json, key: &str) -> Result<i64, ParameterError> {
    match field(value, key) {
        None => Ok(0),
        Some(Json::Number(number)) if number.as_i64().is_some() => Ok(number.as_i64().unwrap_or(0)),
        Some(other) => Err(wrong(key, "a whole number", other)),
    }
}

/// An object; null when it is not there.
pub(super) fn object<'j>(value: &'j Json, key: &str) -> Result<&'j Json, ParameterError> {
    match field(value, key) {
        None => Ok(&Json::Null),
        Some(object @ Json::Object(_)) => Ok(object),
        Some(other) => Err(wrong(key, "an object", other)),
    }
}

/// The members of an object whose values are text.
pub(super) fn texts<'j>(value: &'j Json, key: &str) -> Result<Vec<(&'j str, &'j str)>, ParameterError> {
    let Json::Object(members) = object(value, key)? else { return Ok(Vec::new()) };
    let texts = members.iter().map(|(name, text)| match text {
        Json::String(text) => Ok((name.as_str(), text.as_str())),
        other => Err(wrong(name, "text", other)),
    });
    texts.collect()
}

/// A list of things that have a type; empty when it is not there.
pub(super) fn list<T: DeserializeOwned>(value: &Json, key: &str) -> Result<Vec<T>, ParameterError> {
    match field(value, key) {
        None => Ok(Vec::new()),
        Some(list) => {
            typed(list).ok_or_else(|| ParameterError::new(format!("`{key}` is not written as Argo reads it")))
        }
    }
}

/// Reads JSON text.
pub(super) fn parse(json: &str) -> Option<Json> {
    Some(Document::parse(json).ok()?.root().to_json())
}

/// A value that has a type.
pub(super) fn typed<T: DeserializeOwned>(value: &Json) -> Option<T> {
    serde_json::from_str(&value.to_string()).ok()
}
