//! The reading side of a lane: requests for messages that overlap, and what is handed out.

use super::inner::Inner;
use super::name::STREAM;
use super::reader::{Arrived, Held, Pull, Reader};
use super::records::Place;
use crate::Pending;
use crate::error::{BusError, CommitError};
use crate::event::CloudEvent;
use crate::lane::{Commit, Delivery, Kept, Key, Lane, Position, Record, Revision, Stored};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

/// So many messages are asked for at once; the next request goes out when half of them have come.
const BATCH: usize = 256;
/// So many bytes one request is filled with at most, so that large events do not fill the memory.
const BATCH_BYTES: usize = 4 << 20;
/// A request is given up by the server after so long, and made again.
const EXPIRES: Duration = Duration::from_secs(60);
/// So often the server says that a request still stands.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);

pub(super) struct JetStreamLane {
    pub(super) inner: Arc<Inner>,
    pub(super) reader: Arc<Reader>,
    pub(super) place: Place,
    pub(super) mirrored: super::kept::Mirror,
}

/// A request for messages, ready to be sent.
struct Ask {
    /// The number of its consumer.
    source: usize,
    pull: u64,
    subject: String,
    reply: String,
    payload: String,
}

impl JetStreamLane {
    fn hand_out(held: &mut Held, max: usize) -> Vec<Delivery> {
        let mut events = Vec::with_capacity(held.buffer.len().min(max.max(1)));
        while events.len() < max.max(1) {
            let Some((position, Arrived { source, taken, payload })) = held.buffer.pop_first() else { break };
            let subject = held.sources.get(source).map(|source| source.subject.clone());
            events.push(Delivery {
                position: Position(position),
                subject: subject.unwrap_or_else(|| crate::Subject::new("", "")),
                taken,
                event: CloudEvent::decode(&payload).map(Arc::new),
                wire: payload,
            });
        }
        events
    }

    /// Requests for those consumers of which less than half a batch is still to come, when so many are about to be handed out.
    fn asks(&self, held: &mut Held, max: usize) -> VecDeque<Ask> {
        let mut asks = VecDeque::new();
        if held.buffer.len().saturating_sub(max) >= BATCH || self.inner.link().away().is_some() {
            return asks;
        }
        let bytes = BATCH_BYTES.max(self.inner.link().client().max_payload() + 1024);
        for (number, source) in held.sources.iter_mut().enumerate() {
            let coming: usize = source.pulls.iter().map(|pull| pull.left).sum();
            if source.missing || coming > BATCH / 2 {
                continue;
            }
            source.asked = false;
            let pull = source.next_pull;
            source.next_pull += 1;
            if source.pulls.is_empty() {
                source.heard = std::time::Instant::now();
            }
            source.pulls.push_back(Pull { number: pull, left: BATCH });
            asks.push_back(Ask {
                source: number,
                pull,
                subject: format!("$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{}", source.durable),
                reply: self.inner.link().inbox(&format!("f.{}.{number}.{pull}", self.reader.id)),
                payload: format!(
                    r#"{{"batch":{BATCH},"expires":{},"idle_heartbeat":{},"max_bytes":{bytes}}}"#,
                    EXPIRES.as_nanos(),
                    HEARTBEAT.as_nanos()
                ),
            });
        }
        asks
    }

    async fn take(&mut self, max: usize) -> Result<Vec<Delivery>, BusError> {
        let mut pause = Duration::from_millis(20);
        loop {
            if self.inner.is_closed() {
                return Err(BusError::Away { reason: "it was closed".to_owned() });
            }
            if self.reader.is_fenced() || self.reader.is_gone() {
                return Err(BusError::Fenced);
            }
            let gathering = self.reader.held().gathering.take();
            if let Some(until) = gathering {
                tokio::time::sleep_until(until.into()).await;
                // That nothing more will come shows below.
                let _ = poll_fn(|context| Poll::Ready(self.reader.receive(context))).await;
                self.reader.held().gathering = None;
            }
            let asks = self.asks(&mut self.reader.held(), max);
            let mut unsent = Unsent { reader: &self.reader, asks };
            while let Some(ask) = unsent.asks.front() {
                let (subject, reply, payload) = (ask.subject.clone(), ask.reply.clone(), ask.payload.clone());
                self.inner.link().send(subject.into(), Some(reply), payload.into()).await;
                unsent.asks.pop_front();
            }
            drop(unsent);
            // Whoever waits for events may give up at any `await`: from here to the return there is none.
            let (events, missing) = {
                let mut held = self.reader.held();
                let events = Self::hand_out(&mut held, max);
                (events, held.sources.iter().any(|source| source.missing))
            };
            if !events.is_empty() {
                return Ok(events);
            }
            if missing && self.inner.link().away().is_none() {
                if let Err(error) = Box::pin(self.inner.restore(&self.reader)).await {
                    tracing::debug!(lane = self.reader.lane, %error, "its consumer is not back yet");
                }
                // A consumer that is there and does not answer has no leader at the moment.
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
                continue;
            }
            // Whatever ends the waiting, from then on the ticker takes in what comes.
            let _waiting = Waiting::new(&self.reader);
            let reader = &self.reader;
            tokio::select! {
                () = reader.bell.notified() => {}
                open = poll_fn(|context| reader.receive(context)) => if !open && !reader.is_fenced() {
                    return Err(BusError::Away { reason: "the connection was closed".to_owned() });
                }
            }
        }
    }
}

/// Requests that are not sent yet. When nobody waits for that any more, they were never made.
struct Unsent<'a> {
    reader: &'a Reader,
    asks: VecDeque<Ask>,
}

impl Drop for Unsent<'_> {
    fn drop(&mut self) {
        if self.asks.is_empty() {
            return;
        }
        let mut held = self.reader.held();
        for ask in &self.asks {
            if let Some(source) = held.sources.get_mut(ask.source) {
                source.pulls.retain(|pull| pull.number != ask.pull);
            }
        }
    }
}

/// While it lives, the lane takes in messages itself.
struct Waiting<'a>(&'a Reader);

impl Waiting<'_> {
    fn new(reader: &Reader) -> Waiting<'_> {
        reader.waiting.store(true, Ordering::Release);
        Waiting(reader)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.store(false, Ordering::Release);
    }
}

impl Lane for JetStreamLane {
    fn next(&mut self, max: usize) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(self.take(max))
    }

    fn lost(&self) -> u64 {
        self.reader.lost.load(Ordering::Relaxed)
    }

    fn kept(&self) -> Pending<'_, Result<Option<Vec<Kept>>, BusError>> {
        Box::pin(self.foreign_kept())
    }

    fn load<'a>(&'a self, key: &'a Key) -> Pending<'a, Result<(Option<Record>, Revision), BusError>> {
        Box::pin(async { Ok(self.inner.load(&self.place, key).await?) })
    }

    fn records(&self) -> Pending<'_, Result<Vec<Stored>, BusError>> {
        Box::pin(async { Ok(self.inner.records(&self.place).await?) })
    }

    fn commit(&mut self, commit: Commit) -> Pending<'_, Result<Vec<Revision>, CommitError>> {
        Box::pin(self.store(commit))
    }
}

impl Drop for JetStreamLane {
    fn drop(&mut self) {
        if self.reader.is_fenced() {
            return;
        }
        let (inner, reader) = (self.inner.clone(), self.reader.clone());
        let runtime = tokio::runtime::Handle::try_current();
        // Without a runtime the process ends, and the server delivers anew by itself.
        let task = runtime.ok().map(|runtime| runtime.spawn(async move { inner.give_back(&reader).await }));
        self.inner.routes.leave(&self.reader, task);
    }
}
