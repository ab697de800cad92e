//! Sources: what a plan says about where events come from, read into something that can be started.
//!
//! The shape of the data of each kind is Argo Events' own, so that a filter means the same whichever of the two has
//! received the event.

mod config;
mod github;
mod json;
mod refusal;
mod signature;
mod webhook;

pub use refusal::{Denied, Refusal};

use crate::secrets::Secrets;
use aev_plan::Plan;
use aev_plan::json::Json;
use aev_plan::model::{Event, SecretRef};
use aev_plan::origin::Origin;
use bytes::Bytes;
use hyper::{HeaderMap, Method};
use std::collections::BTreeMap;
use std::fmt;

/// The sources of one plan that can be started.
#[derive(Debug, Default)]
pub struct Sources {
    /// Where HTTP requests come in, in the order of the file.
    pub endpoints: Vec<Endpoint>,
    /// What the user should know and nothing else would tell.
    pub notices: Vec<Notice>,
}

/// Reads the sources of a plan. Those of somebody else are passed over.
///
/// # Errors
/// Everything that stands against starting one of them.
pub fn read(plan: &Plan) -> Result<Sources, Vec<SourceError>> {
    let mut sources = Sources::default();
    let mut errors = Vec::new();
    for source in plan.sources.iter().filter(|source| !source.external) {
        for event in &source.events {
            let place =
                Place { pipeline: plan.name.clone(), source: source.name.clone(), event: event.name.clone() };
            let read = match event.kind.as_str() {
                webhook::KIND => webhook::read(place, event),
                github::KIND => github::read(place, event),
                _ => Err(SourceError::Unsupported { kind: event.kind.clone(), place, origin: event.origin }),
            };
            match read {
                Ok((endpoint, notice)) => {
                    sources.endpoints.push(endpoint);
                    sources.notices.extend(notice);
                }
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

/// Which event of which source of which pipeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of the source.
    pub source: String,
    /// Name of the event within it.
    pub event: String,
}

/// As it is called in a file: `source`, or `source.event`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source == self.event {
            true => f.write_str(&self.source),
            false => write!(f, "{}.{}", self.source, self.event),
        }
    }
}

/// One event that comes in by HTTP.
pub struct Endpoint {
    pub(crate) place: Place,
    pub(crate) kind: &'static str,
    pub(crate) port: u16,
    pub(crate) path: String,
    pub(crate) method: Method,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) auth: Option<SecretRef>,
    pub(crate) max_bytes: usize,
    pub(crate) handler: Box<dyn Handler>,
}

impl Endpoint {
    /// Which event this is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Argo's name of the kind.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The port that the file says. What is bound may be another.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path of its requests; begins with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The method of its requests.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Whether it takes HTTPS only.
    pub fn is_tls(&self) -> bool {
        self.certificate.is_some()
    }

    /// Every secret that it needs.
    pub fn secrets(&self) -> Vec<SecretRef> {
        let tls = self.certificate.iter().flat_map(|pair| [pair.chain.clone(), pair.key.clone()]);
        tls.chain(self.auth.clone()).chain(self.handler.secrets()).collect()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} on {} for {}", self.method, self.path, self.port, self.place)
    }
}

/// The secrets of a server's certificate, each in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub(crate) chain: SecretRef,
    pub(crate) key: SecretRef,
}

/// What a kind makes of a request whose method, bearer token and size are right.
pub(crate) trait Handler: Send + Sync {
    /// The secrets that it uses.
    fn secrets(&self) -> Vec<SecretRef>;

    /// The event in it.
    fn accept(&self, request: &Received, secrets: &dyn Secrets) -> Result<Accepted, Refusal>;
}

/// A request that has been read.
pub(crate) struct Received<'a> {
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
}

/// An event that a request brought.
pub(crate) struct Accepted {
    /// The text of one JSON object.
    pub(crate) data: String,
    /// Under which the sender would deliver it again; without one it gets a random id.
    pub(crate) id: Option<String>,
}

/// Something that works otherwise than in Argo, for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The source would have its hook created, and this runtime does not do that.
    HookNotRegistered {
        /// Which one.
        place: Place,
        /// What GitHub should call, if the file says.
        url: Option<String>,
        /// What GitHub should send.
        events: Vec<String>,
        /// Where it was declared.
        origin: Origin,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Notice::HookNotRegistered { place, url, events, .. } = self;
        write!(f, "`{place}`: hooks are not registered at GitHub yet; create one there by hand")?;
        if let Some(url) = url {
            write!(f, ", with the payload URL `{url}`")?;
        }
        match events.as_slice() {
            [] => Ok(()),
            [all] if all == "*" => f.write_str(", for all events"),
            events => write!(f, ", for the events `{}`", events.join("`, `")),
        }
    }
}

/// A source cannot be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// This runtime does not execute the kind yet.
    #[error(
        "`{place}`: this runtime cannot execute a source of kind `{kind}` yet; declare it as `external source` and let \
         Argo's own event source feed it over the same bus"
    )]
    Unsupported {
        /// Which one.
        place: Place,
        /// Its kind.
        kind: String,
        /// Where it was declared.
        origin: Origin,
    },
    /// The fields are not those of the kind.
    #[error("`{place}`: the fields of `{kind}` are wrong: {reason}")]
    Config {
        /// Which one.
        place: Place,
        /// Its kind.
        kind: &'static str,
        /// What is wrong with which field.
        reason: String,
        /// Where it was declared.
        origin: Origin,
    },
    /// No request can have this method here.
    #[error("`{place}`: the method `{method}` is not served; say one of `GET`, `POST`, `PUT` and `PATCH`")]
    Method {
        /// Which one.
        place: Place,
        /// What the file says.
        method: String,
        /// Where it was declared.
        origin: Origin,
    },
    /// One half of a certificate was given.
    #[error(
        "`{place}`: `serverCertSecret` and `serverKeySecret` belong together; give both, or none for plain HTTP"
    )]
    HalfCertificate {
        /// Which one.
        place: Place,
        /// Where it was declared.
        origin: Origin,
    },
    /// It would filter before the bus.
    #[error("`{place}`: this runtime cannot filter at the source yet; move the `where` to a `filter`")]
    SourceFilter {
        /// Which one.
        place: Place,
        /// Where it was declared.
        origin: Origin,
    },
}

impl SourceError {
    /// Where in the file it is.
    pub fn origin(&self) -> Origin {
        match self {
            SourceError::Unsupported { origin, .. }
            | SourceError::Config { origin, .. }
            | SourceError::Method { origin, .. }
            | SourceError::HalfCertificate { origin, .. }
            | SourceError::SourceFilter { origin, .. } => *origin,
        }
    }
}

/// The headers as Argo has them in an event: names in Go's canonical form and in order, each with a list of values.
///
/// Go keeps `Host`, `Transfer-Encoding` and `Trailer` elsewhere, and Argo masks `Authorization`.
fn headers_of(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in
        headers.keys().filter(|name| !matches!(name.as_str(), "host" | "transfer-encoding" | "trailer"))
    {
        let values = match name.as_str() {
            "authorization" => vec!["*** Masked Auth Secret ***".to_owned()],
            _ => headers
                .get_all(name)
                .iter()
                .map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned())
                .collect(),
        };
        map.insert(canonical(name.as_str()), values);
    }
    map
}

/// The name of a header as Go writes it: `X-Github-Event`.
fn canonical(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + &rest.to_ascii_lowercase(),
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}

/// The media type of the body, without parameters, in lower case; empty when nothing is said.
fn media_type(headers: &HeaderMap) -> String {
    let value =
        headers.get(hyper::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Decodes the fields of a kind.
fn decode<T: serde::de::DeserializeOwned>(
    config: &Json,
    kind: &'static str,
    place: &Place,
    event: &Event,
) -> Result<T, SourceError> {
    serde_json::from_str(&config.to_string()).map_err(|error| {
        let text = error.to_string();
        // The position is one in a text that nobody sees.
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
        SourceError::Config { place: place.clone(), kind, reason: reason.to_owned(), origin: event.origin }
    })
}
