//! Sources: what a plan says about where events come from, read into something that can be started.
//!
//! The shape of the data of each kind is Argo Events' own, so that a filter means the same whichever of the two has
//! received the event.

mod calendar;
mod config;
mod error;
mod generic;
mod github;
mod hand_on;
mod headers;
mod json;
mod nats;
mod refusal;
mod signature;
pub mod task;
mod verify;
mod webhook;

pub use error::{Notice, SourceError};
pub(crate) use refusal::{Denied, Refusal};
pub use task::Task;
pub(crate) use verify::Verify;

use crate::secrets::Secrets;
use aev_plan::Plan;
use aev_plan::model::{Event, SecretRef};
use bytes::Bytes;
use hyper::{HeaderMap, Method};
use std::fmt;

/// The sources of one plan that can be started.
#[derive(Debug, Default)]
pub struct Sources {
    /// Where HTTP requests come in, in the order of the file.
    pub endpoints: Vec<Endpoint>,
    /// What goes and gets its events, or makes them, in the order of the file.
    pub tasks: Vec<Task>,
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
                webhook::KIND => webhook::read(place, event).map(Read::endpoint),
                github::KIND => github::read(place, event).map(Read::endpoint),
                calendar::KIND => calendar::read(place, event).map(Read::Task),
                nats::KIND => nats::read(place, event).map(Read::Task),
                generic::KIND => generic::read(place, event).map(Read::Task),
                _ => Err(SourceError::Unsupported { kind: event.kind.clone(), place, origin: event.origin }),
            };
            match read.and_then(|read| read.signed(event)) {
                Ok(Read::Endpoint(endpoint, notice)) => {
                    sources.endpoints.push(*endpoint);
                    sources.notices.extend(notice);
                }
                Ok(Read::Task(task)) => sources.tasks.push(task),
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

/// What a kind is read into.
enum Read {
    Endpoint(Box<Endpoint>, Option<Notice>),
    Task(Task),
}

impl Read {
    fn endpoint((endpoint, notice): (Endpoint, Option<Notice>)) -> Read {
        Read::Endpoint(Box::new(endpoint), notice)
    }

    /// The same, whose requests show whom they come from if the plan says so.
    fn signed(mut self, event: &Event) -> Result<Read, SourceError> {
        let Some(verify) = &event.verify else { return Ok(self) };
        let place = match &self {
            Read::Endpoint(endpoint, _) => endpoint.place().clone(),
            Read::Task(task) => task.place().clone(),
        };
        let wrong = |reason: &str| {
            let (place, origin) = (place.clone(), verify.origin);
            SourceError::Verify { place, reason: reason.to_owned(), origin }
        };
        let verify = Verify::new(&verify.hmac).ok_or_else(|| wrong("no header can be called as it says"))?;
        match &mut self {
            Read::Task(_) => return Err(wrong("the source takes no requests")),
            // Its body is not read, and the signature of nothing would fit every request.
            Read::Endpoint(endpoint, _) if endpoint.method == Method::GET => {
                return Err(wrong("a GET has no body that could be signed"));
            }
            Read::Endpoint(endpoint, _) => endpoint.verify = Some(verify),
        }
        Ok(self)
    }
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
    /// What is asked of a body before anything is made of it.
    pub(crate) verify: Option<Verify>,
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
        let signed = self.verify.iter().map(|verify| verify.secret().clone());
        tls.chain(self.auth.clone()).chain(signed).chain(self.handler.secrets()).collect()
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
