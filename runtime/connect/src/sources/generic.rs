//! `generic`: the events of a foreign server that speaks Argo Events' gRPC protocol. The data is `{body, metadata?}`.
//!
//! The protocol acknowledges nothing and numbers nothing: what the server sends while nobody listens is missed unless the
//! server keeps it, and what it sends twice are two events. What has been received is held until the bus has it, and the stream
//! is not read further while too much is; so the server waits.

mod away;
mod incoming;
mod receive;

use super::config::decode;
use super::task::{Around, Stop, Task, Work, Working};
use super::{Place, SourceError};
use crate::grpc::Address;
use aev_plan::json::Json;
use aev_plan::model::{Event, GrpcServer, SecretRef};
use away::Away;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const KIND: &str = "generic";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Config {
    url: String,
    config: String,
    #[serde(default)]
    insecure: bool,
    #[serde(default)]
    json_body: bool,
    #[serde(default)]
    auth_secret: Option<SecretRef>,
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
    let wrong = |reason: String| SourceError::Config {
        place: place.clone(),
        kind: KIND,
        reason,
        origin: event.origin,
    };
    Address::new(&config.url).map_err(|error| wrong(error.to_string()))?;
    if config.config.is_empty() {
        return Err(wrong("`config` is empty".to_owned()));
    }
    let generic = Generic {
        server: GrpcServer {
            url: config.url,
            secure: !config.insecure,
            cert_secret: None,
            server_name_override: None,
        },
        config: config.config,
        json_body: config.json_body,
        auth: config.auth_secret,
        metadata: config.metadata,
        away: Away::default(),
    };
    Ok(Task { place, kind: KIND, config: event.config.clone(), remembers: false, work: Arc::new(generic) })
}

struct Generic {
    server: GrpcServer,
    config: String,
    json_body: bool,
    auth: Option<SecretRef>,
    metadata: BTreeMap<String, String>,
    away: Away,
}

impl Work for Generic {
    fn secrets(&self) -> Vec<SecretRef> {
        self.auth.iter().cloned().collect()
    }

    fn trouble(&self) -> Option<String> {
        self.away.reason()
    }

    fn run(self: Arc<Self>, place: Place, around: Around, stop: Stop) -> Working {
        Box::pin(receive::run(self, place, around, stop))
    }
}
