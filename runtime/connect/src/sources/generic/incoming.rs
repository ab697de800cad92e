//! From what the server sends to an event.

use super::{Generic, KIND};
use crate::publish::Incoming;
use crate::sources::{Place, json};
use aev_plan::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Serialize)]
struct Data<'a, B> {
    body: B,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

impl Generic {
    /// The event of a payload; nothing when it should be JSON and is none. An empty one is null, as in Argo Events.
    ///
    /// The server numbers nothing, so the id is random: equal payloads may well be two events.
    pub(super) fn incoming(&self, place: &Place, payload: &[u8], now: Timestamp) -> Option<Incoming> {
        let data = match (payload.is_empty(), self.json_body) {
            (true, _) => self.data(()),
            (false, true) => self.data(json::check(payload).ok()?),
            (false, false) => self.data(STANDARD.encode(payload)),
        }?;
        Some(Incoming {
            source: place.source.clone(),
            event: place.event.clone(),
            kind: KIND,
            id: Uuid::new_v4().simple().to_string(),
            time: now.to_string(),
            data,
            trace: None,
        })
    }

    fn data(&self, body: impl Serialize) -> Option<String> {
        serde_json::to_string(&Data { body, metadata: &self.metadata }).ok()
    }
}
