//! What goes back: one JSON object, or lines as they come.

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a client may not take a line.
const STALLED: Duration = Duration::from_secs(30);

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    status: StatusCode,
    reason: String,
}

impl Refused {
    pub(super) fn new(status: StatusCode, reason: impl Into<String>) -> Refused {
        Refused { status, reason: reason.into() }
    }

    /// What is asked for makes no sense.
    pub(super) fn wrong(reason: impl Into<String>) -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, reason)
    }

    /// There is no such thing.
    pub(super) fn missing(reason: impl Into<String>) -> Refused {
        Refused::new(StatusCode::NOT_FOUND, reason)
    }

    /// The process cannot answer now.
    pub(super) fn away(reason: impl ToString) -> Refused {
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, reason.to_string())
    }
}

/// An answer.
pub(super) enum Answer {
    /// All of it.
    Whole(StatusCode, Bytes),
    /// Lines as they come.
    Lines(mpsc::Receiver<Bytes>),
}

pub(super) type Response1 = Response<UnsyncBoxBody<Bytes, Infallible>>;

impl Answer {
    /// One object.
    pub(super) fn json(value: &impl Serialize) -> Answer {
        Answer::Whole(StatusCode::OK, line(value))
    }

    /// A list, one object a line.
    pub(super) fn list<T: Serialize>(items: impl IntoIterator<Item = T>) -> Answer {
        let lines: Vec<u8> = items.into_iter().flat_map(|item| line(&item)).collect();
        Answer::Whole(StatusCode::OK, lines.into())
    }

    pub(super) fn into_response(self) -> Response1 {
        let (status, body) = match self {
            Answer::Whole(status, bytes) => (status, Full::new(bytes).boxed_unsync()),
            Answer::Lines(lines) => (StatusCode::OK, Lines(lines).boxed_unsync()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Answer {
        Answer::Whole(refused.status, line(&serde_json::json!({ "error": refused.reason })))
    }
}

/// One line of JSON.
pub(super) fn line(value: &impl Serialize) -> Bytes {
    let mut text = serde_json::to_vec(value).unwrap_or_default();
    text.push(b'\n');
    text.into()
}

/// Where lines go to. They are lost once the client is gone or takes none for too long.
#[derive(Clone)]
pub(super) struct Out(mpsc::Sender<Bytes>);

/// The client does not listen any more.
#[derive(Debug)]
pub(super) struct Gone;

impl Out {
    /// Lines and the answer that they go out with.
    pub(super) fn new() -> (Out, Answer) {
        let (sender, receiver) = mpsc::channel(16);
        (Out(sender), Answer::Lines(receiver))
    }

    pub(super) async fn send(&self, value: &impl Serialize) -> Result<(), Gone> {
        self.raw(line(value)).await
    }

    pub(super) async fn raw(&self, lines: Bytes) -> Result<(), Gone> {
        match timeout(STALLED, self.0.send(lines)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }

    /// Ready when the client is gone.
    pub(super) async fn gone(&self) {
        self.0.closed().await;
    }
}

struct Lines(mpsc::Receiver<Bytes>);

impl Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
