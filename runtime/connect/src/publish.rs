//! What a source hands over, and to whom.

use crate::trace::Context;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// An event that has come in and is not on a bus yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Name of the event source; the `source` of the CloudEvent.
    pub source: String,
    /// Name of the event within it; the `subject` of the CloudEvent.
    pub event: String,
    /// Argo's name of the kind, such as `github`; the `type` of the CloudEvent.
    pub kind: &'static str,
    /// Unique among the events of this source and name. The same event that is delivered again has the same id where the
    /// sender numbers its deliveries, so that a bus can recognise it.
    pub id: String,
    /// When it came in: RFC 3339 in UTC.
    pub time: String,
    /// The data: the text of one JSON object.
    pub data: String,
    /// To which trace it belongs, as its sender says.
    pub trace: Option<Box<Context>>,
}

/// What [`Publish::publish`] returns.
pub type Publishing<'a> = Pin<Box<dyn Future<Output = Result<(), PublishError>> + Send + 'a>>;

/// Where a source puts its events.
pub trait Publish: Send + Sync {
    /// Puts an event on the bus. The sender is told of success only after this has returned `Ok`: the bus must have it as
    /// safely as it keeps anything by then.
    ///
    /// The future may be dropped before it is ready, when the sender goes away or waits too long. What becomes of the
    /// event is open then, as it is for the sender, who sends it again.
    fn publish(&self, event: Incoming) -> Publishing<'_>;

    /// A request was answered with this HTTP status because no event came of it, or the bus did not take it. For counting.
    fn refused(&self, status: u16) {
        let _ = status;
    }
}

/// The bus did not take an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// It never will: it is too large in the form that it has there.
    #[error("the event has {size} bytes on the bus, which takes at most {limit}")]
    TooLarge {
        /// Bytes on the wire.
        size: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// Not now.
    #[error("the bus cannot take the event now")]
    Unavailable {
        /// When it is worth trying again.
        retry_after: Duration,
    },
}
