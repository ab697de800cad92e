//! The event source of a foreign extension.

use super::generated::generic::eventing_server::Eventing;
use super::generated::generic::{Event, EventSource};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

/// A stream that somebody has started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Of which event.
    pub name: String,
    /// With which configuration.
    pub config: String,
    /// What came as `authorization`.
    pub authorization: Option<String>,
}

/// What the source does, and what it was asked.
#[derive(Clone, Default)]
pub struct Emitting(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    started: Vec<Started>,
    /// The stream that was started last.
    stream: Option<mpsc::Sender<Result<Event, Status>>>,
    refusal: Option<Status>,
}

impl Emitting {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every stream that was started, in order.
    pub fn started(&self) -> Vec<Started> {
        self.state().started.clone()
    }

    /// From now on, streams are refused, or no longer.
    pub fn refuse(&self, status: Option<Status>) {
        self.state().refusal = status;
    }

    /// Sends an event over the last stream, as soon as it is read; gives false when there is none.
    pub async fn send(&self, payload: impl Into<Vec<u8>>) -> bool {
        let stream = self.state().stream.clone();
        let event = Event { name: "whatever".to_owned(), payload: payload.into() };
        match stream {
            Some(stream) => stream.send(Ok(event)).await.is_ok(),
            None => false,
        }
    }

    /// Ends the last stream: in order, or with a status.
    pub async fn end(&self, status: Option<Status>) {
        let stream = self.state().stream.take();
        if let (Some(stream), Some(status)) = (stream, status) {
            drop(stream.send(Err(status)).await);
        }
    }
}

#[tonic::async_trait]
impl Eventing for Emitting {
    type StartEventSourceStream = ReceiverStream<Result<Event, Status>>;

    async fn start_event_source(
        &self,
        request: Request<EventSource>,
    ) -> Result<Response<Self::StartEventSourceStream>, Status> {
        let authorization = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
        let authorization = authorization.map(str::to_owned);
        let EventSource { name, config } = request.into_inner();
        let config = String::from_utf8_lossy(&config).into_owned();
        let mut state = self.state();
        state.started.push(Started { name, config, authorization });
        if let Some(status) = &state.refusal {
            return Err(status.clone());
        }
        let (sender, events) = mpsc::channel(1);
        state.stream = Some(sender);
        Ok(Response::new(ReceiverStream::new(events)))
    }
}
