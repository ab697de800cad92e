//! `nats`: messages on a subject of core NATS. The data is `{subject, body, header?, metadata?}`.
//!
//! Core NATS keeps nothing and waits for nobody: what is sent while this source is not connected is missed. What comes while
//! the bus takes nothing is held up to a bound of bytes; what is more is lost, counted and said.

mod incoming;
mod receive;

use super::config::decode;
use super::task::{Around, Stop, Task, Work, Working};
use super::{Place, SourceError};
use crate::nats::Server;
use aev_plan::json::Json;
use aev_plan::model::{Event, NatsAuth, Retry, SecretRef, Tls};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(super) const KIND: &str = "nats";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Config {
    url: String,
    subject: String,
    #[serde(default)]
    queue: Option<String>,
    #[serde(default)]
    json_body: bool,
    #[serde(default)]
    connection_backoff: Option<Retry>,
    #[serde(default)]
    tls: Option<Tls>,
    #[serde(default)]
    auth: Option<NatsAuth>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    #[serde(default)]
    filter: Option<Json>,
}

/// Reads the fields of the kind.
pub(super) fn read(place: Place, event: &Event) -> Result<Task, SourceError> {
    let config: Config = decode(KIND, &place, event)?;
    if config.filter.is_some() {
        return Err(SourceError::SourceFilter { place, origin: event.origin });
    }
    let server = Server::new(&config.url, config.tls, config.auth).map_err(|error| SourceError::Config {
        place: place.clone(),
        kind: KIND,
        reason: error.to_string(),
        origin: event.origin,
    })?;
    let nats = Nats {
        server,
        subject: config.subject,
        queue: config.queue,
        json_body: config.json_body,
        backoff: config.connection_backoff.unwrap_or_default(),
        metadata: config.metadata,
    };
    Ok(Task { place, kind: KIND, config: event.config.clone(), remembers: false, work: Arc::new(nats) })
}

struct Nats {
    server: Server,
    subject: String,
    queue: Option<String>,
    json_body: bool,
    backoff: Retry,
    metadata: BTreeMap<String, String>,
}

impl Work for Nats {
    fn secrets(&self) -> Vec<SecretRef> {
        self.server.secrets()
    }

    fn run(self: Arc<Self>, place: Place, around: Around, stop: Stop) -> Working {
        Box::pin(receive::run(self, place, around, stop))
    }
}

impl Nats {
    /// Before the next attempt to connect, after so many that failed. Argo Events gives up after `steps`, and its pod starts
    /// anew; here it goes on.
    fn pause(&self, failed: u32) -> Duration {
        const LONGEST: f64 = 60.0;
        let first = self.backoff.duration.map_or(1.0, |duration| duration.0.as_secs_f64());
        let factor = self.backoff.factor.unwrap_or(1.0);
        let exponent = i32::try_from(failed.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = first * factor.powi(exponent);
        let [byte, ..] = uuid::Uuid::new_v4().into_bytes();
        let jittered = seconds * (1.0 + self.backoff.jitter.unwrap_or(1.0) * f64::from(byte) / 255.0);
        let bounded = if jittered.is_finite() { jittered.clamp(0.01, LONGEST) } else { LONGEST };
        Duration::from_secs_f64(bounded)
    }
}
