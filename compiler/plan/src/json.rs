//! JSON that keeps what arrived.
//!
//! `serde_json::Value` turns numbers into doubles; an event may carry an id of nineteen digits. [`Json`] keeps a number as
//! its text and an object in its order.

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use std::fmt;

/// A JSON value. Members keep their order; a key occurs once, and the last of several wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Number),
    /// Text
    String(String),
    /// A list
    List(Vec<Json>),
    /// An object
    Object(Vec<(String, Json)>),
}

/// A JSON number as it was written. Two are equal when their texts are; [`Number::as_f64`] compares by value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    /// A number from its JSON text; none if it is not one.
    pub fn parse(text: &str) -> Option<Number> {
        let bytes = text.as_bytes();
        let starts = matches!(bytes.first(), Some(b'0'..=b'9' | b'-'));
        let ends = matches!(bytes.last(), Some(b'0'..=b'9'));
        (starts && ends && serde_json::from_str::<&RawValue>(text).is_ok()).then(|| Number(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest double; infinite when it is beyond the range of doubles.
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// The integer, when it is written as one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(value.to_string())
    }
}

impl Json {
    /// A member of an object.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, in the words of JSON: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::List(_) => "array",
            Json::Object(_) => "object",
        }
    }
}

/// Compact JSON.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Json {
        Json::Number(value.into())
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Json {
        Json::String(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Json {
        Json::String(value)
    }
}

impl<K: Into<String>> FromIterator<(K, Json)> for Json {
    fn from_iter<T: IntoIterator<Item = (K, Json)>>(members: T) -> Json {
        Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl FromIterator<Json> for Json {
    fn from_iter<T: IntoIterator<Item = Json>>(items: T) -> Json {
        Json::List(items.into_iter().collect())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => {
                let raw = RawValue::from_string(number.0.clone()).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
            Json::String(text) => serializer.serialize_str(text),
            Json::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl schemars::JsonSchema for Json {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!(true)
    }
}

/// Reads JSON text through serde_json only: a number keeps its text because each value is first taken raw.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        parse(raw.get()).map_err(de::Error::custom)
    }
}

/// Parses JSON text.
///
/// # Errors
/// The text is no JSON, or nested deeper than serde_json goes (128).
pub fn parse(text: &str) -> Result<Json, serde_json::Error> {
    // serde_json gives numbers as i64, u64 or f64; only those that survive the trip are taken from it.
    struct Build;
    impl<'de> Visitor<'de> for Build {
        type Value = Json;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element::<Json>()? {
                items.push(item);
            }
            Ok(Json::List(items))
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
            let mut members: Vec<(String, Json)> = Vec::new();
            while let Some((key, value)) = map.next_entry::<String, Json>()? {
                members.push((key, value));
            }
            Ok(Json::Object(members))
        }
    }
    let text = text.trim_ascii();
    match text.as_bytes().first() {
        Some(b'{') | Some(b'[') => {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let value = deserializer.deserialize_any(Build)?;
            deserializer.end()?;
            Ok(value)
        }
        Some(b'0'..=b'9' | b'-') => {
            let raw: &RawValue = serde_json::from_str(text)?;
            Ok(Json::Number(Number(raw.get().to_owned())))
        }
        Some(b'"') => Ok(Json::String(serde_json::from_str(text)?)),
        Some(b't' | b'f') => Ok(Json::Bool(serde_json::from_str(text)?)),
        _ => serde_json::from_str::<()>(text).map(|()| Json::Null),
    }
}
