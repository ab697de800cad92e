//! An event as expressions, filters and actions see it.

use crate::document::Document;
use crate::expr::Attribute;
use crate::json::Json;
use crate::time::Timestamp;
use base64::Engine;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// A CloudEvent whose data is JSON. Its own JSON form is that of CloudEvents, with the data as it arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Unique for each event of a source.
    pub id: String,
    /// Name of the event source.
    pub source: String,
    /// Argo's name of the kind, such as `github`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name of the event within its source.
    pub subject: String,
    /// When it happened.
    pub time: Timestamp,
    /// Media type of the data.
    pub datacontenttype: String,
    /// Further attributes, in the order they came. They are passed on, and no expression reads them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<(String, Json)>,
    /// The data object with its roots, such as `headers` and `body`.
    #[serde(serialize_with = "write_data", deserialize_with = "read_data")]
    pub data: Document,
}

impl Event {
    /// A further attribute that is text.
    pub fn extension(&self, name: &str) -> Option<&str> {
        self.extensions.iter().find(|(known, _)| known == name)?.1.as_str()
    }

    /// An attribute as a value; all but [`Attribute::Context`] and [`Attribute::Envelope`] are text.
    pub fn attribute(&self, attribute: Attribute) -> Json {
        match attribute {
            Attribute::Id => self.id.as_str().into(),
            Attribute::Source => self.source.as_str().into(),
            Attribute::Type => self.kind.as_str().into(),
            Attribute::Subject => self.subject.as_str().into(),
            Attribute::Time => self.time.seconds().into(),
            Attribute::DataContentType => self.datacontenttype.as_str().into(),
            Attribute::Context => self.context(),
            Attribute::Envelope => {
                let data = base64::engine::general_purpose::STANDARD.encode(self.data.text());
                Json::from_iter([("context", self.context()), ("data", data.into())])
            }
        }
    }

    /// The attributes as one object, with Argo's names and in Argo's order.
    pub fn context(&self) -> Json {
        Json::from_iter([
            ("id", Json::from(self.id.as_str())),
            ("source", self.source.as_str().into()),
            ("specversion", "1.0".into()),
            ("type", self.kind.as_str().into()),
            ("datacontenttype", self.datacontenttype.as_str().into()),
            ("subject", self.subject.as_str().into()),
            ("time", self.time.seconds().into()),
        ])
    }
}

fn write_data<S: Serializer>(data: &Document, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(data.text().to_owned()).map_err(ser::Error::custom)?.serialize(serializer)
}

fn read_data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Document, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Document::parse(raw.get()).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_survives_as_it_arrived() {
        let json = r#"{"id":"1","source":"s","type":"webhook","subject":"e","time":"2026-01-31T09:30:00Z","datacontenttype":"application/json","data":{"n": 12345678901234567890.10}}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(event.data.text(), r#"{"n": 12345678901234567890.10}"#);
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert_eq!(
            event.attribute(Attribute::Envelope).to_string(),
            r#"{"context":{"id":"1","source":"s","specversion":"1.0","type":"webhook","datacontenttype":"application/json","subject":"e","time":"2026-01-31T09:30:00Z"},"data":"eyJuIjogMTIzNDU2Nzg5MDEyMzQ1Njc4OTAuMTB9"}"#
        );
    }
}
