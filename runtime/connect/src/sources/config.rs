//! The fields that all kinds share which take HTTP requests; Argo calls them the webhook context.

use super::{Certificate, Endpoint, Handler, Place, SourceError};
use aev_plan::json::Json;
use aev_plan::model::{Event, SecretRef};
use hyper::Method;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::num::NonZeroU64;

/// Argo's default of `maxPayloadSize`, in bytes.
const MAX_PAYLOAD_SIZE: u64 = 1_048_576;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Http {
    endpoint: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(deserialize_with = "port")]
    port: u16,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    server_cert_secret: Option<SecretRef>,
    #[serde(default)]
    server_key_secret: Option<SecretRef>,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(default)]
    auth_secret: Option<SecretRef>,
    #[serde(default)]
    max_payload_size: Option<NonZeroU64>,
    /// Of the `webhook` kind only; Argo has it beside the context.
    #[serde(default)]
    pub(super) filter: Option<Json>,
}

impl Http {
    /// The endpoint, once the kind has made its handler. The method is `POST` unless said.
    pub(super) fn endpoint(
        self,
        place: Place,
        kind: &'static str,
        event: &Event,
        handler: impl FnOnce(&Method) -> Box<dyn Handler>,
    ) -> Result<Endpoint, SourceError> {
        let origin = event.origin;
        let method = match self.method.as_deref() {
            None | Some("POST") => Method::POST,
            Some("GET") => Method::GET,
            Some("PUT") => Method::PUT,
            Some("PATCH") => Method::PATCH,
            Some(other) => return Err(SourceError::Method { place, method: other.to_owned(), origin }),
        };
        let certificate = match (self.server_cert_secret, self.server_key_secret) {
            (None, None) => None,
            (Some(chain), Some(key)) => Some(Certificate { chain, key }),
            _ => return Err(SourceError::HalfCertificate { place, origin }),
        };
        // Argo puts the slash in front, too.
        let path = match self.endpoint.starts_with('/') {
            true => self.endpoint,
            false => format!("/{}", self.endpoint),
        };
        let max_bytes = self.max_payload_size.map_or(MAX_PAYLOAD_SIZE, NonZeroU64::get);
        Ok(Endpoint {
            place,
            kind,
            port: self.port,
            path,
            handler: handler(&method),
            method,
            certificate,
            auth: self.auth_secret,
            verify: None,
            max_bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
        })
    }
}

/// Argo types a port as text; people write a number.
fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let value = Json::deserialize(deserializer)?;
    let port = match &value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.as_str().parse().ok(),
        _ => None,
    };
    port.filter(|port| *port > 0)
        .ok_or_else(|| serde::de::Error::custom(format!("`port` is {value}, not a number from 1 to 65535")))
}

/// Decodes the fields of a kind.
pub(super) fn decode<T: serde::de::DeserializeOwned>(
    kind: &'static str,
    place: &Place,
    event: &Event,
) -> Result<T, SourceError> {
    serde_json::from_str(&event.config.to_string()).map_err(|error| {
        let text = error.to_string();
        // The position is one in a text that nobody sees.
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
        SourceError::Config { place: place.clone(), kind, reason: reason.to_owned(), origin: event.origin }
    })
}
