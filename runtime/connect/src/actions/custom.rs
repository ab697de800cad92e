//! `custom`: a foreign server makes a resource of `spec`, carries it out, and says whether it has succeeded.
//!
//! The firing's id goes along as `idempotency-key` in the metadata of each call. Making the resource has no effect yet, so
//! whatever goes wrong there is a failure. Carrying it out has one: without an answer, and with those that are also given
//! when a call got lost on the way, nobody knows what became of it. Once it is carried out it is not done again: the server is
//! asked for its verdict until it gives one or the time for the whole is up.

mod spec;

use super::{ActionError, ConnectTo, Done, Job, Options, Outcome};
use crate::grpc::generated::triggers::trigger_client::TriggerClient;
use crate::grpc::generated::triggers::{ApplyPolicyRequest, ExecuteRequest, FetchResourceRequest};
use crate::grpc::{self, Address, GrpcError};
use crate::secrets::Secrets;
use crate::trace::{TRACEPARENT, TRACESTATE};
use aev_dialects::parameters;
use aev_plan::document::Document;
use aev_plan::finished::FinishedCustom;
use aev_plan::json::Json;
use aev_plan::model::GrpcServer;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};

/// Connections that are kept. Addresses are constants in a file, so there are seldom more.
const MOST: usize = 256;

/// By which the server is given longer than we wait.
const GRACE: Duration = Duration::from_secs(1);

/// The largest answer that is taken.
const LARGEST: usize = 64 << 20;

/// Between two questions for the verdict.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Calls foreign servers, over one connection each.
pub(super) struct Caller {
    channels: Mutex<BTreeMap<GrpcServer, ([u8; 32], Channel)>>,
    elsewhere: ConnectTo,
    /// For all that one attempt asks.
    patience: Duration,
}

impl Caller {
    pub(super) fn new(options: &Options) -> Caller {
        Caller {
            channels: Mutex::default(),
            elsewhere: options.connect_to.clone(),
            patience: options.call_timeout,
        }
    }

    pub(super) async fn perform(
        &self,
        custom: &FinishedCustom,
        job: Job<'_>,
        secrets: &dyn Secrets,
    ) -> Outcome {
        let target = match Address::new(&custom.server.url) {
            Ok(address) => address.shown(),
            Err(error) => return Outcome::Failed { retriable: false, error: ActionError::Grpc(error) },
        };
        let (channel, metadata) = match (self.channel(&custom.server, secrets), metadata(job)) {
            (Ok(channel), Some(metadata)) => (channel, metadata),
            // A secret may be there at the next attempt, or have been mended.
            (Err(error), _) => return Outcome::Failed { retriable: true, error: ActionError::Grpc(error) },
            (_, None) => {
                let error = ActionError::Header("idempotency-key".to_owned());
                return Outcome::Failed { retriable: false, error };
            }
        };
        let client = TriggerClient::new(channel).max_decoding_message_size(LARGEST);
        let deadline = Instant::now() + self.patience;
        let mut attempt = Attempt { client, metadata, target, limit: self.patience, deadline };
        match attempt.run(custom).await {
            Ok(done) => Outcome::Done(done),
            Err(outcome) => outcome,
        }
    }

    /// The connection to a server, which is made when it is needed; a secret with another value gives a new one.
    fn channel(&self, server: &GrpcServer, secrets: &dyn Secrets) -> Result<Channel, GrpcError> {
        let fingerprint = match &server.cert_secret {
            Some(secret) => Sha256::digest(secrets.get(secret).map_err(GrpcError::Secret)?.expose()).into(),
            None => [0; 32],
        };
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, channel)) = channels.get(server).filter(|(before, _)| *before == fingerprint) {
            return Ok(channel.clone());
        }
        let (endpoint, connector) = grpc::reach(server, &self.elsewhere, secrets)?;
        let channel = endpoint.connect_with_connector_lazy(connector);
        if channels.len() >= MOST {
            channels.clear();
        }
        channels.insert(server.clone(), (fingerprint, channel.clone()));
        Ok(channel)
    }
}

/// The calls of one attempt.
struct Attempt {
    client: TriggerClient<Channel>,
    metadata: MetadataMap,
    target: String,
    limit: Duration,
    deadline: Instant,
}

impl Attempt {
    async fn run(&mut self, custom: &FinishedCustom) -> Result<Done, Outcome> {
        let made = self.request(FetchResourceRequest { resource: spec::yaml(&custom.spec).into_bytes() });
        let made = in_time(self.deadline, self.client.fetch_resource(made)).await;
        let resource = made.map_err(|wrong| self.not_made(wrong))?.resource;
        let resource = patched(resource, custom)
            .map_err(|why| Outcome::Failed { retriable: false, error: self.refused(why) })?;

        let payload = custom.payload_text().unwrap_or_default().into_bytes();
        let order = self.request(ExecuteRequest { resource, payload });
        let answer = in_time(self.deadline, self.client.execute(order)).await;
        let response = answer.map_err(|wrong| self.not_carried_out(wrong))?.response;

        let (mut pause, longest) = PAUSE;
        loop {
            let question = self.request(ApplyPolicyRequest { request: response.clone() });
            let wrong = match in_time(self.deadline, self.client.apply_policy(question)).await {
                Ok(verdict) => {
                    let why = if verdict.message.is_empty() {
                        "no reason given".to_owned()
                    } else {
                        short(&verdict.message)
                    };
                    return Ok(Done::Executed { doubted: (!verdict.success).then_some(why) });
                }
                Err(wrong) => wrong,
            };
            let next = Instant::now() + pause;
            if wrong.may_pass() && next < self.deadline {
                sleep_until(next).await;
                pause = (pause * 2).min(longest);
                continue;
            }
            let reason = match wrong {
                Wrong::Late => format!("no answer within {} s", self.limit.as_secs_f64()),
                Wrong::Status(status) => grpc::broken(&status).unwrap_or_else(|| grpc::said(&status)),
            };
            let error = ActionError::Verdict { target: self.target.clone(), reason };
            return Err(Outcome::Failed { retriable: false, error });
        }
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::from_parts(self.metadata.clone(), tonic::Extensions::default(), message);
        let left = self.deadline.saturating_duration_since(Instant::now());
        // So that the server does not work for somebody who has gone. The library ends the call then, too, and is to do so
        // only after us, who know what that means.
        request.set_timeout(left + GRACE);
        request
    }

    /// Nothing has happened yet.
    fn not_made(&self, wrong: Wrong) -> Outcome {
        let retriable = wrong.may_pass();
        let target = self.target.clone();
        let error = match wrong {
            Wrong::Late => ActionError::Timeout { target, limit: self.limit },
            Wrong::Status(status) if grpc::never_sent(&status) => {
                ActionError::Connect { target, reason: grpc::broken(&status).unwrap_or_default() }
            }
            Wrong::Status(status) => match grpc::broken(&status) {
                Some(reason) => ActionError::Broken { target, reason },
                None => self.refused(grpc::said(&status)),
            },
        };
        Outcome::Failed { retriable, error }
    }

    fn not_carried_out(&self, wrong: Wrong) -> Outcome {
        let target = self.target.clone();
        let status = match wrong {
            Wrong::Late => {
                return Outcome::Unknown { error: ActionError::Timeout { target, limit: self.limit } };
            }
            Wrong::Status(status) if grpc::never_sent(&status) => {
                return self.not_made(Wrong::Status(status));
            }
            Wrong::Status(status) => status,
        };
        if let Some(reason) = grpc::broken(&status) {
            return Outcome::Unknown { error: ActionError::Broken { target, reason } };
        }
        let error = self.refused(grpc::said(&status));
        match status.code() {
            // A proxy says these of a call that got lost behind it, and a library of one that broke off.
            Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Unavailable
            | Code::Internal
            | Code::DataLoss => Outcome::Unknown { error },
            code => Outcome::Failed { retriable: passes(code), error },
        }
    }

    fn refused(&self, reason: String) -> ActionError {
        ActionError::Refused { target: self.target.clone(), reason }
    }
}

/// What goes along with each call; nothing if the firing's id cannot.
fn metadata(job: Job<'_>) -> Option<MetadataMap> {
    let mut metadata = MetadataMap::new();
    metadata.insert("idempotency-key", job.firing.parse().ok()?);
    if let Some(trace) = job.trace {
        let state = trace.state.as_deref().and_then(|state| state.parse().ok());
        if let Ok(parent) = trace.traceparent().parse() {
            metadata.insert(TRACEPARENT, parent);
            state.map(|state| metadata.insert(TRACESTATE, state));
        }
    }
    Some(metadata)
}

/// There is no answer.
enum Wrong {
    Late,
    Status(Status),
}

impl Wrong {
    /// Whether it may end otherwise another time.
    fn may_pass(&self) -> bool {
        match self {
            Wrong::Late => true,
            Wrong::Status(status) => grpc::broken(status).is_some() || passes(status.code()),
        }
    }
}

/// Whether the same call may be answered otherwise another time. `UNKNOWN` is what servers say that only have a text.
fn passes(code: Code) -> bool {
    match code {
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Aborted
        | Code::Internal
        | Code::Unavailable => true,
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => false,
    }
}

async fn in_time<T>(
    deadline: Instant,
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Wrong> {
    match timeout_at(deadline, call).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(Wrong::Status(status)),
        Err(_) => Err(Wrong::Late),
    }
}

/// The resource with the changes of `with`. Without any, it may be anything, as in Argo Events.
fn patched(resource: Vec<u8>, custom: &FinishedCustom) -> Result<Vec<u8>, String> {
    if custom.patches.is_empty() {
        return Ok(resource);
    }
    let wrong =
        || "`with` needs a resource that is a JSON object, and the server has made another".to_owned();
    let text = String::from_utf8(resource).map_err(|_| wrong())?;
    match Document::parse(text.as_str()).map(|document| document.root().to_json()) {
        Ok(Json::Object(_)) => {}
        _ => return Err(wrong()),
    }
    parameters::patch(&text, &custom.patches).map(String::into_bytes).map_err(|error| error.to_string())
}

/// On one line, and not too long.
fn short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
