//! Actions: what is done with the finished action of a firing, one file a kind.
//!
//! A firing is carried out under its id, which is the same at every attempt: whoever is called can tell a repetition by
//! it, and what is written to a file is written once.

mod connect_to;
mod create;
mod custom;
mod http;
mod log;
mod nats;
mod needs;
mod retry_after;

pub use connect_to::{ConnectTo, InvalidConnectTo};
pub use needs::{NeedsError, needs};

use crate::grpc::GrpcError;
use crate::nats::NatsError;
use crate::secrets::{SecretError, Secrets};
use crate::trace::Context;
use aev_plan::finished::{Finished, LoggedEvent};
use aev_plan::model::ConfigMapRef;
use std::path::PathBuf;
use std::time::Duration;

/// One attempt of one firing.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Name of the pipeline.
    pub pipeline: &'a str,
    /// Name of the trigger.
    pub trigger: &'a str,
    /// Id of the firing: the `Idempotency-Key` of a call, and part of the name of a file.
    pub firing: &'a str,
    /// What is to be done.
    pub action: &'a Finished,
    /// The trace that whoever is called is to go on with.
    pub trace: Option<&'a Context>,
}

/// Where actions go.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where finished Kubernetes objects are written to: `DIR/<pipeline>/<trigger>-<firing>.json`.
    pub objects: PathBuf,
    /// Hosts that are reached at another address.
    pub connect_to: ConnectTo,
    /// Until a connection stands, the TLS handshake included.
    pub connect_timeout: Duration,
    /// For a whole call whose action says nothing; Argo's default is 60 s.
    pub call_timeout: Duration,
}

impl Options {
    /// With the defaults, and objects in this directory.
    pub fn new(objects: impl Into<PathBuf>) -> Options {
        Options {
            objects: objects.into(),
            connect_to: ConnectTo::default(),
            connect_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(60),
        }
    }
}

/// Carries out actions. One serves a whole process: its connections are pooled.
pub struct Actions {
    objects: PathBuf,
    http: http::Caller,
    nats: nats::Publisher,
    custom: custom::Caller,
}

impl Actions {
    /// Sets up what calls need.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn new(options: Options) -> Result<Actions, ActionError> {
        let nats = nats::Publisher::new(options.call_timeout);
        let custom = custom::Caller::new(&options);
        Ok(Actions { http: http::Caller::new(&options)?, nats, custom, objects: options.objects })
    }

    /// Makes one attempt. If the future is dropped, it is unknown whether the action has happened.
    pub async fn perform(&self, job: Job<'_>, secrets: &dyn Secrets) -> Outcome {
        match job.action {
            Finished::K8sCreate { object } => create::perform(&self.objects, job, object).await,
            Finished::Http(call) => self.http.perform(call, &job, secrets).await,
            // On the heap: what connects is large, and an attempt that calls would have its size as well.
            Finished::Nats(message) => Box::pin(self.nats.perform(message, job, secrets)).await,
            Finished::Custom(custom) => Box::pin(self.custom.perform(custom, job, secrets)).await,
            Finished::Log { events } => log::perform(events),
        }
    }
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was carried out. Whether that counts as success, the trigger says for calls.
    Done(Done),
    /// It was not carried out.
    Failed {
        /// Whether another attempt can end otherwise.
        retriable: bool,
        /// Why.
        error: ActionError,
    },
    /// It may or may not have been carried out: what was called did not answer. It is repeated under the same id.
    Unknown {
        /// What happened instead of an answer.
        error: ActionError,
    },
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// A call was answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// After which the server wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// An object stands in a file.
    Written {
        /// The file.
        path: PathBuf,
        /// An earlier attempt of this firing wrote it, and nothing was done now.
        before: bool,
    },
    /// A message has arrived: at the server, or in the stream that takes its subject.
    Published,
    /// A foreign server has carried it out.
    Executed {
        /// Why that server does not count it as a success. As in Argo Events it is done all the same.
        doubted: Option<String>,
    },
    /// These events are for the results that the user sees.
    Logged(Vec<LoggedEvent>),
}

/// An action could not be carried out. No error holds a payload or a secret; of a URL only scheme, host and port are
/// shown, since anything behind may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// The URL is none, or not one for HTTP.
    #[error("the URL cannot be called: {0}")]
    Url(&'static str),
    /// The connection to NATS cannot be made as it is written.
    #[error("the message cannot be published: {0}")]
    Nats(NatsError),
    /// A foreign server cannot be called as it is written.
    #[error("the server cannot be called: {0}")]
    Grpc(GrpcError),
    /// It is done, and whether with success is open.
    #[error("{target} has carried it out, and does not say whether it has succeeded: {reason}")]
    Verdict {
        /// Host and port.
        target: String,
        /// What happened instead of an answer.
        reason: String,
    },
    /// The subject is none.
    #[error("the subject of the message has an empty word, a blank, `*` or `>` in it")]
    Subject,
    /// The other side does not take it.
    #[error("{target} does not take it: {reason}")]
    Refused {
        /// Scheme, host and port.
        target: String,
        /// What it says.
        reason: String,
    },
    /// The method is none.
    #[error("`{0}` is no HTTP method")]
    Method(String),
    /// The header cannot be sent.
    #[error(
        "the header `{0}` cannot be sent: its name or its value has a character that HTTP does not allow"
    )]
    Header(String),
    /// There are no config maps here.
    #[error("the config map `{}` cannot be read outside a cluster; write the value of its key `{}` into the file", .0.name, .0.key)]
    ConfigMap(ConfigMapRef),
    /// A secret has no value.
    #[error("{0}")]
    Secret(SecretError),
    /// Nobody answered at the address.
    #[error("no connection to {target}: {reason}")]
    Connect {
        /// Scheme, host and port.
        target: String,
        /// What the system says.
        reason: String,
    },
    /// It took too long.
    #[error("{target} did not answer within {} s", limit.as_secs_f64())]
    Timeout {
        /// Scheme, host and port.
        target: String,
        /// How long it might take.
        limit: Duration,
    },
    /// The connection ended before the answer.
    #[error("{target} broke off before it answered: {reason}")]
    Broken {
        /// Scheme, host and port.
        target: String,
        /// What the system says.
        reason: String,
    },
    /// The server sends from place to place.
    #[error("{target} redirects more than {limit} times")]
    Redirects {
        /// Scheme, host and port of the last one.
        target: String,
        /// How many are followed.
        limit: usize,
    },
    /// Calls cannot be made at all.
    #[error("HTTP calls cannot be set up: {0}")]
    Setup(String),
    /// The file cannot be written.
    #[error("the object cannot be written to `{}`: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file of this firing has another object in it.
    #[error("`{}` holds another object of the same firing; move it away to have this one written", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
    },
}
