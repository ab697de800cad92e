//! A CloudEvent and its form on the wire.
//!
//! The form is that of Argo Events: structured JSON, `specversion` 1.0, the members in a fixed order and the data as
//! `data_base64`. Readers take `data` as well, as CloudEvents allows both.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Where an event comes from: the name of its source and its name within that. Argo's subject is `<source>.<event>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Name of the event source.
    pub source: String,
    /// Name of the event within its source.
    pub event: String,
}

impl Subject {
    /// From the two names.
    pub fn new(source: impl Into<String>, event: impl Into<String>) -> Subject {
        Subject { source: source.into(), event: event.into() }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.source, self.event)
    }
}

/// One event with its context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudEvent {
    /// Unique for each event of a source; a bus takes a second one with the same id for the same event.
    pub id: String,
    /// Name of the event source.
    pub source: String,
    /// Argo's name of the kind, such as `github`.
    pub kind: String,
    /// Name of the event within its source.
    pub subject: String,
    /// Media type of the data; Argo's sources say `application/json`.
    pub datacontenttype: String,
    /// RFC 3339 in UTC, as it came.
    pub time: String,
    /// Further attributes, in the order they came. Whoever passes an event on passes them on, known or not.
    pub extensions: Vec<(String, Extension)>,
    /// The data, in bytes.
    pub data: Vec<u8>,
}

/// The value of a further attribute: its JSON as it came, so that no number loses a digit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Extension(Box<RawValue>);

impl Extension {
    /// From JSON text; none when it is no JSON.
    pub fn parse(json: &str) -> Option<Extension> {
        serde_json::from_str(json).ok().map(Extension)
    }

    /// The JSON text.
    pub fn json(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Extension {
    fn eq(&self, other: &Extension) -> bool {
        self.json() == other.json()
    }
}

impl Eq for Extension {}

/// As text, which is what most attributes are: URIs, times and binary values, too.
impl From<&str> for Extension {
    fn from(text: &str) -> Extension {
        // Any text can be written.
        Extension(serde_json::value::to_raw_value(text).unwrap_or_default())
    }
}

impl CloudEvent {
    /// The subject it is published under.
    pub fn address(&self) -> Subject {
        Subject::new(&self.source, &self.subject)
    }

    /// The form on the wire.
    pub fn encode(&self) -> Vec<u8> {
        let mut wire = Vec::with_capacity(256 + self.data.len() / 3 * 4);
        // Only text and base64 is written, so serde_json has nothing to refuse.
        let _ = serde_json::to_writer(&mut wire, self);
        wire
    }

    /// Reads the form on the wire.
    ///
    /// # Errors
    /// It is no JSON object, lacks `id`, `source` or `type`, has an unknown `specversion`, or its `data_base64` is no base64.
    pub fn decode(bytes: &[u8]) -> Result<CloudEvent, Malformed> {
        serde_json::from_slice(bytes).map_err(|error| Malformed(error.to_string()))
    }
}

/// A message on the bus that is no CloudEvent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this message is no CloudEvent: {0}")]
pub struct Malformed(pub String);

impl Serialize for CloudEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("specversion", "1.0")?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("source", &self.source)?;
        map.serialize_entry("type", &self.kind)?;
        for (name, value) in
            [("subject", &self.subject), ("datacontenttype", &self.datacontenttype), ("time", &self.time)]
        {
            if !value.is_empty() {
                map.serialize_entry(name, value)?;
            }
        }
        map.serialize_entry("data_base64", &STANDARD.encode(&self.data))?;
        for (name, value) in &self.extensions {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for CloudEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CloudEvent, D::Error> {
        /// CloudEvents lets `null` stand for an attribute that is not there.
        fn unset<'de, A: MapAccess<'de>>(map: &mut A) -> Result<String, A::Error> {
            Ok(map.next_value::<Option<String>>()?.unwrap_or_default())
        }
        /// Most names need not be copied.
        #[derive(Deserialize)]
        struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = CloudEvent;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the attributes of a CloudEvent")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CloudEvent, A::Error> {
                use serde::de::Error as _;
                let mut event = CloudEvent::default();
                let mut version = String::new();
                while let Some(Name(name)) = map.next_key()? {
                    match &*name {
                        "specversion" => version = map.next_value()?,
                        "id" => event.id = map.next_value()?,
                        "source" => event.source = map.next_value()?,
                        "type" => event.kind = map.next_value()?,
                        "subject" => event.subject = unset(&mut map)?,
                        "datacontenttype" => event.datacontenttype = unset(&mut map)?,
                        "time" => event.time = unset(&mut map)?,
                        "data" => event.data = map.next_value::<Box<RawValue>>()?.get().as_bytes().to_vec(),
                        "data_base64" => {
                            let Name(text) = map.next_value()?;
                            event.data = STANDARD
                                .decode(&*text)
                                .map_err(|e| A::Error::custom(format!("`data_base64`: {e}")))?;
                        }
                        _ => event.extensions.push((name.into_owned(), map.next_value()?)),
                    }
                }
                if version != "1.0" && version != "0.3" {
                    return Err(A::Error::custom(format!("`specversion` is `{version}`, not `1.0`")));
                }
                for (name, value) in [("id", &event.id), ("source", &event.source), ("type", &event.kind)] {
                    if value.is_empty() {
                        return Err(A::Error::custom(format!("`{name}` is missing")));
                    }
                }
                Ok(event)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_argo_writes_it() {
        let event = CloudEvent {
            id: "0123".into(),
            source: "github".into(),
            kind: "github".into(),
            subject: "github".into(),
            datacontenttype: "application/json".into(),
            time: "2026-01-02T03:04:05.678Z".into(),
            extensions: vec![],
            data: br#"{"a":1}"#.to_vec(),
        };
        let wire = String::from_utf8(event.encode()).unwrap();
        assert_eq!(
            wire,
            r#"{"specversion":"1.0","id":"0123","source":"github","type":"github","subject":"github","datacontenttype":"application/json","time":"2026-01-02T03:04:05.678Z","data_base64":"eyJhIjoxfQ=="}"#
        );
        assert_eq!(CloudEvent::decode(wire.as_bytes()).unwrap(), event);
    }

    #[test]
    fn data_is_read_in_both_forms_and_keeps_its_digits() {
        let text = br#"{"specversion":"1.0","id":"1","source":"s","type":"t","traceparent":"00-ab","data":{"id":9007199254740993}}"#;
        let event = CloudEvent::decode(text).unwrap();
        assert_eq!(event.data, br#"{"id":9007199254740993}"#);
        assert_eq!(event.extensions, [("traceparent".to_owned(), "00-ab".into())]);
        assert_eq!(CloudEvent::decode(&event.encode()).unwrap(), event);
    }

    #[test]
    fn what_is_no_cloud_event_says_why() {
        for (text, word) in [
            ("[]", "object"),
            (r#"{"id":"1","source":"s","type":"t"}"#, "specversion"),
            (r#"{"specversion":"1.0","source":"s","type":"t"}"#, "`id` is missing"),
            (r#"{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"!"}"#, "data_base64"),
        ] {
            let error = CloudEvent::decode(text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
