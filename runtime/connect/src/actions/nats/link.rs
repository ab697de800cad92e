//! One connection that publishes.

use super::super::{ActionError, Job};
use crate::nats::Server;
use crate::secrets::Secrets;
use crate::trace::{TRACEPARENT, TRACESTATE};
use async_nats::connection::State;
use async_nats::{Client, Event, HeaderMap, Message, ServerError, header};
use futures_util::StreamExt as _;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// So long it is believed whether a stream takes a subject.
const BELIEVED: Duration = Duration::from_secs(30);

/// Subjects of which that is remembered.
const MOST: usize = 1024;

/// So long the server may take to say it.
const LOOKUP: Duration = Duration::from_secs(2);

/// What became of a message.
pub(super) enum Sent {
    /// The server has it, or the stream.
    Done,
    /// It was not sent: there is no connection.
    Away(String),
    /// The server or the stream does not take it.
    Refused { reason: String, retriable: bool },
    /// The connection broke behind it.
    Unknown(String),
    /// Nothing came back in time.
    Late,
}

pub(super) struct Link {
    client: Client,
    inbox: String,
    shared: Arc<Shared>,
    /// By subject, whether a stream takes it, and since when that is known.
    streams: Mutex<HashMap<String, (Instant, bool)>>,
    next: AtomicU64,
    dispatcher: JoinHandle<()>,
}

/// What the connection's events and answers change.
struct Shared {
    server: String,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Message>>>,
    /// What the server has forbidden, in its words.
    denied: Mutex<Vec<String>>,
    /// The outage has been said.
    said: AtomicBool,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Message>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn denied(&self) -> MutexGuard<'_, Vec<String>> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn event(&self, event: &Event) {
        match event {
            Event::Disconnected | Event::Closed => {
                // What is under way has an outcome that nobody knows.
                self.waiting().clear();
                if !self.said.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        server = self.server,
                        "the connection for actions on NATS is lost; it is made again"
                    );
                }
            }
            Event::Connected => {
                // A new connection may be allowed other things.
                self.denied().clear();
                if self.said.swap(false, Ordering::Relaxed) {
                    tracing::info!(server = self.server, "the connection for actions on NATS is back");
                }
            }
            Event::ServerError(ServerError::Other(text))
                if text.to_lowercase().contains("permissions violation") =>
            {
                let mut denied = self.denied();
                if denied.len() < MOST && !denied.contains(text) {
                    denied.push(text.clone());
                }
            }
            _ => {}
        }
    }
}

/// Takes a place back that nobody waits at any more.
struct Place<'a>(&'a Shared, u64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting().remove(&self.1);
    }
}

impl Link {
    pub(super) async fn connect(server: &Server, secrets: &dyn Secrets) -> Result<Arc<Link>, ActionError> {
        let shared = Arc::new(Shared {
            server: server.shown(),
            waiting: Mutex::default(),
            denied: Mutex::default(),
            said: AtomicBool::new(false),
        });
        let events = shared.clone();
        let options = server.options(secrets).map_err(ActionError::Nats)?.event_callback(move |event| {
            events.event(&event);
            std::future::ready(())
        });
        let away = |error: &dyn std::fmt::Display| ActionError::Connect {
            target: server.shown(),
            reason: error.to_string(),
        };
        let client = options.connect(server.urls()).await.map_err(|error| away(&error))?;
        let inbox = client.new_inbox();
        let mut answers = client.subscribe(format!("{inbox}.*")).await.map_err(|error| away(&error))?;
        let waiting = shared.clone();
        let dispatcher = tokio::spawn(async move {
            while let Some(answer) = answers.next().await {
                let number = answer.subject.rsplit('.').next().and_then(|number| number.parse().ok());
                if let Some(waiting) = number.and_then(|number: u64| waiting.waiting().remove(&number)) {
                    // Whoever waited may be gone.
                    let _ = waiting.send(answer);
                }
            }
        });
        let (streams, next) = (Mutex::default(), AtomicU64::new(0));
        Ok(Arc::new(Link { client, inbox, shared, streams, next, dispatcher }))
    }

    /// Publishes a message and waits until the server has it, or the stream that takes it.
    pub(super) async fn publish(
        &self,
        subject: &str,
        job: Job<'_>,
        payload: String,
        patience: Duration,
    ) -> Sent {
        if self.client.connection_state() != State::Connected {
            return Sent::Away("the server cannot be reached now".to_owned());
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::NATS_MESSAGE_ID, job.firing);
        if let Some(trace) = job.trace {
            headers.insert(TRACEPARENT, trace.traceparent());
            trace.state.iter().for_each(|state| headers.insert(TRACESTATE, state.as_ref()));
        }
        // Without the right to hear from itself, this client can only know that it has sent a message.
        let hears = !self.denies(&self.inbox);
        let stored = hears && self.is_stored(subject).await;
        let (_place, number, answer) = self.place();
        let reply = format!("{}.{number}", self.inbox);
        let sent = match stored {
            true => {
                let (subject, reply) = (subject.to_owned(), reply);
                self.client.publish_with_reply_and_headers(subject, reply, headers, payload.into()).await
            }
            false => {
                let sent =
                    self.client.publish_with_headers(subject.to_owned(), headers, payload.into()).await;
                match sent {
                    Ok(()) if hears => self.client.publish(reply, Vec::new().into()).await,
                    other => other,
                }
            }
        };
        if let Err(error) = sent {
            return match error.kind() {
                async_nats::PublishErrorKind::Send => Sent::Away(error.to_string()),
                _ => Sent::Refused { reason: error.to_string(), retriable: false },
            };
        }
        if !hears {
            return match self.client.flush().await {
                Ok(()) => self.allowed(subject),
                Err(error) => Sent::Unknown(error.to_string()),
            };
        }
        match timeout(patience, answer).await {
            Ok(Ok(answer)) if stored => acknowledged(&answer),
            Ok(Ok(_)) => self.allowed(subject),
            Ok(Err(_)) => Sent::Unknown("the connection was lost".to_owned()),
            Err(_) if self.denies(&self.inbox) => self.allowed(subject),
            Err(_) => Sent::Late,
        }
    }

    /// A place for an answer.
    fn place(&self) -> (Place<'_>, u64, oneshot::Receiver<Message>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.shared.waiting().insert(number, sender);
        (Place(&self.shared, number), number, answer)
    }

    fn denies(&self, subject: &str) -> bool {
        self.shared.denied().iter().any(|denied| denied.contains(subject))
    }

    /// The server has it; unless it has said that this client may not publish there.
    fn allowed(&self, subject: &str) -> Sent {
        let quoted = format!("\"{subject}\"");
        match self.denies(&quoted) {
            true => Sent::Refused {
                reason: "this client may not publish under the subject".to_owned(),
                retriable: true,
            },
            false => Sent::Done,
        }
    }

    /// Whether a stream takes the messages of a subject.
    async fn is_stored(&self, subject: &str) -> bool {
        let known = {
            let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
            streams.get(subject).filter(|(since, _)| since.elapsed() < BELIEVED).map(|(_, stored)| *stored)
        };
        if let Some(stored) = known {
            return stored;
        }
        #[derive(Deserialize)]
        struct Names {
            #[serde(default)]
            streams: Option<Vec<String>>,
        }
        let (_place, number, answer) = self.place();
        let reply = format!("{}.{number}", self.inbox);
        let question = serde_json::json!({ "subject": subject }).to_string();
        let asked = self.client.publish_with_reply("$JS.API.STREAM.NAMES", reply, question.into()).await;
        let answer = match asked {
            Ok(()) => timeout(LOOKUP, answer).await,
            Err(_) => return false,
        };
        let names = answer
            .ok()
            .and_then(Result::ok)
            .and_then(|answer| serde_json::from_slice::<Names>(&answer.payload).ok());
        let stored = names.and_then(|names| names.streams).is_some_and(|names| !names.is_empty());
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.len() >= MOST {
            streams.clear();
        }
        streams.insert(subject.to_owned(), (Instant::now(), stored));
        stored
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.dispatcher.abort();
    }
}

/// What a stream answers.
fn acknowledged(answer: &Message) -> Sent {
    #[derive(Deserialize)]
    struct Answer {
        error: Option<Problem>,
    }
    #[derive(Deserialize)]
    struct Problem {
        description: String,
    }
    match serde_json::from_slice::<Answer>(&answer.payload) {
        Ok(Answer { error: None }) => Sent::Done,
        Ok(Answer { error: Some(problem) }) => Sent::Refused { reason: problem.description, retriable: true },
        // The stream is gone since it was asked for: nobody has the message.
        Err(_) => {
            Sent::Refused { reason: "no stream takes the subject any more".to_owned(), retriable: true }
        }
    }
}
