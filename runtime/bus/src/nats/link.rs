//! One connection to NATS: requests and their answers, and whether it stands.
//!
//! All answers come in by one subscription and are handed on by a number in their subject. A connection that breaks fails
//! all requests at once instead of letting each wait for its end: their outcome is not known.

use super::options::ConnectOptions;
use crate::error::BusError;
use async_nats::{Client, ConnectErrorKind, Event, HeaderMap, Message, StatusCode, Subject};
use bytes::Bytes;
use futures_util::StreamExt as _;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// Whether the connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Counts the connections; a greater one means that whatever was under way is gone.
    pub(crate) epoch: u64,
    /// Why not, if it does not.
    pub(crate) away: Option<String>,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// It was not sent: there is no connection.
    Away(String),
    /// Nobody listens on that subject.
    NoResponders,
    /// It may have been carried out or not.
    Unknown(String),
}

impl From<Unanswered> for BusError {
    fn from(unanswered: Unanswered) -> BusError {
        match unanswered {
            Unanswered::Away(reason) | Unanswered::Unknown(reason) => BusError::Away { reason },
            Unanswered::NoResponders => {
                BusError::Away { reason: "nothing on the server answers this request".to_owned() }
            }
        }
    }
}

/// A connection.
pub(crate) struct Link {
    client: Client,
    inbox: String,
    waiting: Arc<Waiting>,
    standing: watch::Receiver<Standing>,
    closed: Arc<AtomicBool>,
    dispatcher: Mutex<Option<JoinHandle<()>>>,
    server: String,
}

/// Requests that wait for their answer.
#[derive(Default)]
struct Waiting {
    next: AtomicU64,
    answers: Mutex<HashMap<u64, oneshot::Sender<Message>>>,
}

impl Waiting {
    fn answers(&self) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Message>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a request out when it is no longer waited for.
struct Place<'a>(&'a Waiting, u64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.answers().remove(&self.1);
    }
}

impl Link {
    /// Connects.
    ///
    /// # Errors
    /// [`BusError::Refused`]: trying again does not help. [`BusError::Away`]: it cannot be reached now.
    pub(crate) async fn connect(options: &ConnectOptions) -> Result<Arc<Link>, BusError> {
        if options.servers.is_empty() {
            return Err(options.refused("no server is given"));
        }
        let waiting = Arc::new(Waiting::default());
        let (sender, standing) = watch::channel(Standing { epoch: 1, away: None });
        let closed = Arc::new(AtomicBool::new(false));
        let watcher = Arc::new(Watcher {
            server: options.shown(),
            standing: sender,
            closed: closed.clone(),
            waiting: waiting.clone(),
            said: Mutex::default(),
            dropped: AtomicU64::new(0),
        });
        let connecting = options.client_options()?.event_callback(move |event| {
            watcher.event(event);
            std::future::ready(())
        });
        let client =
            connecting.connect(options.servers.clone()).await.map_err(|error| failure(options, &error))?;
        let inbox = client.new_inbox();
        let away = |error: &dyn std::fmt::Display| BusError::Away { reason: error.to_string() };
        let mut messages = client.subscribe(format!("{inbox}.r.*")).await.map_err(|e| away(&e))?;
        client.flush().await.map_err(|e| away(&e))?;
        let answers = waiting.clone();
        let dispatcher = tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                let number = message.subject.rsplit('.').next().and_then(|number| number.parse().ok());
                let waiting = number.and_then(|number: u64| answers.answers().remove(&number));
                if let Some(waiting) = waiting {
                    // Nobody may be waiting any more.
                    let _ = waiting.send(message);
                }
            }
        });
        Ok(Arc::new(Link {
            client,
            inbox,
            waiting,
            standing,
            closed,
            dispatcher: Mutex::new(Some(dispatcher)),
            server: options.shown(),
        }))
    }

    /// The library's own handle, for what needs no answer.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The server's address as messages show it.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// A subject that only this connection has.
    pub(crate) fn inbox(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.inbox)
    }

    /// Follows the connection.
    pub(crate) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.clone()
    }

    /// Why it cannot be used at this moment, if so.
    pub(crate) fn away(&self) -> Option<String> {
        if self.closed.load(Ordering::Relaxed) {
            return Some("it was closed".to_owned());
        }
        self.standing.borrow().away.clone()
    }

    /// Waits until the connection stands, at most so long.
    pub(crate) async fn stands(&self, patience: Duration) -> Result<(), BusError> {
        if self.away().is_none() {
            return Ok(());
        }
        let mut standing = self.standing();
        let stands = standing.wait_for(|standing| standing.away.is_none());
        if !self.closed.load(Ordering::Relaxed)
            && matches!(tokio::time::timeout(patience, stands).await, Ok(Ok(_)))
        {
            return Ok(());
        }
        Err(BusError::Away { reason: self.away().unwrap_or_else(|| "it was closed".to_owned()) })
    }

    /// Sends a message and waits for the answer.
    pub(crate) async fn request(
        &self,
        subject: impl Into<Subject>,
        headers: Option<HeaderMap>,
        payload: Bytes,
        patience: Duration,
    ) -> Result<Message, Unanswered> {
        if let Some(reason) = self.away() {
            return Err(Unanswered::Away(reason));
        }
        let number = self.waiting.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.waiting.answers().insert(number, sender);
        let _place = Place(&self.waiting, number);
        let reply = format!("{}.r.{number}", self.inbox);
        // On the heap, so that whoever waits for the answer does not hold the room that sending takes.
        let sent = match headers {
            Some(headers) => {
                let message =
                    self.client.publish_with_reply_and_headers(subject.into(), reply, headers, payload);
                Box::pin(message).await
            }
            None => Box::pin(self.client.publish_with_reply(subject.into(), reply, payload)).await,
        };
        sent.map_err(|error| Unanswered::Away(error.to_string()))?;
        match tokio::time::timeout(patience, answer).await {
            Err(_) => Err(Unanswered::Unknown(format!("no answer within {} s", patience.as_secs()))),
            Ok(Err(_)) => Err(Unanswered::Unknown("the connection broke".to_owned())),
            Ok(Ok(message)) if message.status == Some(StatusCode::NO_RESPONDERS) => {
                Err(Unanswered::NoResponders)
            }
            Ok(Ok(message)) => Ok(message),
        }
    }

    /// Waits until the server has handled everything that was sent before.
    pub(crate) async fn round_trip(&self, patience: Duration) -> Result<(), Unanswered> {
        let number = self.waiting.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.waiting.answers().insert(number, sender);
        let _place = Place(&self.waiting, number);
        // A message to our own inbox comes back.
        self.send(self.inbox(&format!("r.{number}")).into(), None, Bytes::new()).await;
        match tokio::time::timeout(patience, answer).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Unanswered::Unknown("the server did not answer".to_owned())),
        }
    }

    /// Sends without an answer. While there is no connection nothing is sent.
    pub(crate) async fn send(&self, subject: Subject, reply: Option<String>, payload: Bytes) {
        if self.away().is_some() {
            return;
        }
        // A failure means that the connection is closed for good; who waits learns that elsewhere.
        let _ = match reply {
            Some(reply) => self.client.publish_with_reply(subject, reply, payload).await,
            None => self.client.publish(subject, payload).await,
        };
    }

    /// Sends what is still to be sent and ends the connection.
    pub(crate) async fn close(&self) {
        if self.closed.swap(true, Ordering::Relaxed) {
            return;
        }
        if self.standing.borrow().away.is_none() {
            let _ = tokio::time::timeout(Duration::from_secs(2), self.client.flush()).await;
        }
        let _ = self.client.drain().await;
        self.waiting.answers().clear();
        self.stop();
    }

    fn stop(&self) {
        let dispatcher = self.dispatcher.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(dispatcher) = dispatcher {
            dispatcher.abort();
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Says once that the connection broke and once that it stands again.
struct Watcher {
    server: String,
    standing: watch::Sender<Standing>,
    /// Whoever has it no longer wants it.
    closed: Arc<AtomicBool>,
    waiting: Arc<Waiting>,
    /// What the server refused, each said once.
    said: Mutex<Vec<String>>,
    /// Messages that there was no room for.
    dropped: AtomicU64,
}

impl Watcher {
    fn event(&self, event: Event) {
        match event {
            Event::Connected => {
                let was_away = self.standing.borrow().away.is_some();
                if was_away {
                    // As loud as that it was away, so that whoever has read that reads this.
                    tracing::warn!(server = self.server, "the bus is back");
                    self.standing.send_modify(|standing| {
                        standing.epoch += 1;
                        standing.away = None;
                    });
                }
            }
            Event::Disconnected => self.lost("the connection broke"),
            Event::Closed => self.lost("the connection was closed"),
            Event::ServerError(error) => self.refused(&error.to_string()),
            Event::ClientError(error) => {
                tracing::debug!(server = self.server, %error, "the bus is still away")
            }
            Event::SlowConsumer(_) => {
                let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
                // Each time it has become ten times as many.
                if dropped.ilog10() > (dropped - 1).checked_ilog10().unwrap_or_default() || dropped == 1 {
                    tracing::error!(
                        server = self.server,
                        dropped,
                        "messages came faster than they were taken and were dropped"
                    );
                }
            }
            other => tracing::debug!(server = self.server, event = %other, "the bus says"),
        }
    }

    fn lost(&self, reason: &str) {
        let first = self.standing.borrow().away.is_none();
        if first {
            if !self.closed.load(Ordering::Relaxed) {
                tracing::warn!(
                    server = self.server,
                    reason,
                    "the bus is away; it is tried again until it is back"
                );
            }
            self.standing.send_modify(|standing| standing.away = Some(reason.to_owned()));
        }
        self.waiting.answers().clear();
    }

    fn refused(&self, text: &str) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() < 64 && !said.iter().any(|known| known == text) {
            said.push(text.to_owned());
            tracing::warn!(server = self.server, error = text, "the server refuses something");
        }
    }
}

/// Why there is no connection.
fn failure(options: &ConnectOptions, error: &async_nats::ConnectError) -> BusError {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let text = inner.to_string();
        if !reason.contains(&text) {
            reason = format!("{reason}: {text}");
        }
        source = inner.source();
    }
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
            options.refused("it does not let this user in; check the access secret of the bus")
        }
        ConnectErrorKind::Tls => options.refused(reason),
        ConnectErrorKind::ServerParse => {
            options.refused("this is no URL of a server, such as `nats://host:4222`")
        }
        _ if reason.contains("certificate") => options
            .refused(format!("its certificate is not accepted, or it wants one of this process: {reason}")),
        _ => BusError::Away { reason },
    }
}
