//! From a message to an event.

use super::{KIND, Nats};
use crate::publish::Incoming;
use crate::sources::{Place, json};
use crate::trace::{Context, TRACEPARENT, TRACESTATE};
use aev_plan::time::Timestamp;
use async_nats::{Message, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Serialize)]
struct Data<'a, B> {
    subject: &'a str,
    body: B,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    header: BTreeMap<String, Vec<&'a str>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

impl Nats {
    /// The event of a message; nothing when its body should be JSON and is none.
    pub(super) fn incoming(&self, place: &Place, message: &Message, now: Timestamp) -> Option<Incoming> {
        let data = match self.json_body {
            true => self.data(message, json::check(&message.payload).ok()?),
            false => self.data(message, STANDARD.encode(&message.payload)),
        }?;
        Some(Incoming {
            source: place.source.clone(),
            event: place.event.clone(),
            kind: KIND,
            id: id(message),
            time: now.to_string(),
            data,
            trace: trace(message).map(Box::new),
        })
    }

    fn data(&self, message: &Message, body: impl Serialize) -> Option<String> {
        let headers = message.headers.iter().flat_map(|headers| headers.iter());
        let header = headers
            .map(|(name, values)| (name.to_string(), values.iter().map(|value| value.as_str()).collect()))
            .collect();
        let data = Data { subject: message.subject.as_str(), body, header, metadata: &self.metadata };
        serde_json::to_string(&data).ok()
    }
}

/// As the headers of the message say. NATS tells upper and lower case apart in their names, and senders write either.
fn trace(message: &Message) -> Option<Context> {
    let headers = message.headers.as_ref()?;
    let named = |name: &'static str| {
        let same =
            headers.iter().filter(move |(key, _)| AsRef::<str>::as_ref(*key).eq_ignore_ascii_case(name));
        same.flat_map(|(_, values)| values.iter().map(|value| value.as_str()))
    };
    let mut parents = named(TRACEPARENT);
    let parent = parents.next().filter(|_| parents.next().is_none())?;
    Context::parse(parent, named(TRACESTATE))
}

/// A sender that numbers its messages sends one again under its number.
fn id(message: &Message) -> String {
    let numbered = message.headers.as_ref().and_then(|headers| headers.get(header::NATS_MESSAGE_ID));
    match numbered {
        None => Uuid::new_v4().simple().to_string(),
        Some(number) => {
            let mut hash = Sha256::new();
            hash.update(message.subject.as_str());
            hash.update([0]);
            hash.update(number.as_str());
            hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
        }
    }
}
