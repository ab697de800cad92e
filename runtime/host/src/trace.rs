//! Traces over OTLP: what a source receives and publishes, what triggers decide, and what their attempts come to.
//!
//! A span knows its place in a trace from the event alone, so that nothing has to be remembered between an event and an
//! attempt that may follow hours later in another process: the trace is the one that the event's attributes name, or one made
//! from the event's identity, and the span of a decision has the first half of the firing's id. Spans hold no payload and no
//! secret.
//!
//! - [`options`]: where they go; `spans`: their form; `decided`: from decisions to spans; `export`: sending them

mod decided;
mod export;
pub mod options;
mod spans;

pub(crate) use decided::Came;
pub use options::{Options, Sampler};
pub(crate) use spans::{Origin, Spans};

use crate::convert;
use crate::metrics::Counter;
use aev_connect::trace::Context;
use aev_engine::Event;
use aev_engine::effect::Act;
use export::Exporter;
use opentelemetry_proto::tonic::trace::v1::Span;
use sha2::{Digest as _, Sha256};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Records spans and sends them. Recording never waits: a span that does not fit is counted and gone.
#[derive(Clone)]
pub struct Tracer(Arc<Inner>);

struct Inner {
    sampler: Sampler,
    exporter: Exporter,
    ids: Ids,
}

/// What became of spans since the start.
#[derive(Debug, Default)]
pub struct SpanCounters {
    /// Those that were taken by the collector.
    pub exported: Counter,
    /// Those that did not fit into the queue, or that the collector did not take.
    pub dropped: Counter,
}

/// A span that is to come, in its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    /// Its own place, which whoever comes behind it refers to.
    pub(crate) context: Context,
    /// The span before it.
    pub(crate) parent: Option<[u8; 8]>,
}

impl Tracer {
    /// Begins to send spans there.
    ///
    /// # Errors
    /// Calls cannot be made at all.
    pub fn start(options: &Options) -> Result<Tracer, String> {
        let exporter = Exporter::start(options)?;
        Ok(Tracer(Arc::new(Inner { sampler: options.sampler, exporter, ids: Ids::default() })))
    }

    /// What became of spans so far.
    pub fn counters(&self) -> &SpanCounters {
        self.0.exporter.counters()
    }

    /// Waits until all that was recorded is sent, but not for longer than this.
    pub async fn flush(&self, patience: Duration) {
        self.0.exporter.flush(patience).await;
    }

    /// The spans of receiving and of publishing an event, in this order. Without a sender's context a new trace begins.
    pub(crate) fn arriving(&self, sender: Option<&Context>) -> (Placed, Placed) {
        let received = match sender {
            Some(sender) => self.child(sender),
            None => {
                let mut trace = [0; 16];
                trace[..8].copy_from_slice(&self.0.ids.next());
                trace[8..].copy_from_slice(&self.0.ids.next());
                let sampled = self.0.sampler.samples(&trace, None);
                Placed { context: Context::new(trace, self.0.ids.next(), sampled), parent: None }
            }
        };
        let published = self.child(&received.context);
        (received, published)
    }

    /// The span of an attempt. Nothing when nothing is known of what it is done for.
    pub(crate) fn attempting(&self, act: &Act) -> Option<Placed> {
        let Placed { context, .. } = self.of_event(act.cause.as_deref()?);
        let decided = act.failed.as_ref().unwrap_or(&act.firing);
        let parent = Some(decision(decided.as_str()));
        match context.sampled() {
            true => Some(Placed { context: context.at(self.0.ids.next(), true), parent }),
            false => Some(Placed { context, parent }),
        }
    }

    /// A span about an event: in the trace that its attributes name, or in the one that its identity gives.
    fn of_event(&self, event: &Event) -> Placed {
        match convert::trace(event) {
            Some(context) => self.child(&context),
            None => {
                let trace = identity(event);
                let sampled = self.0.sampler.samples(&trace, None);
                Placed { context: Context::new(trace, self.0.ids.next(), sampled), parent: None }
            }
        }
    }

    /// The next span. What is not recorded leaves the context as it is: nobody would find its span.
    fn child(&self, context: &Context) -> Placed {
        match self.0.sampler.samples(&context.trace, Some(context.sampled())) {
            true => Placed { context: context.at(self.0.ids.next(), true), parent: Some(context.span) },
            false => Placed { context: context.at(context.span, false), parent: Some(context.span) },
        }
    }

    fn record(&self, span: Span) {
        self.0.exporter.record(span);
    }
}

/// The trace of an event that comes without one: every trigger that reads it finds the same.
fn identity(event: &Event) -> [u8; 16] {
    let mut hash = Sha256::new();
    let time = event.time.to_string();
    for part in ["aev/trace/1", &event.source, &event.subject, &event.id, &time] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut trace = [0; 16];
    trace.iter_mut().zip(hash.finalize()).for_each(|(byte, hashed)| *byte = hashed);
    trace
}

/// The span of the decision that began a firing: the first half of its id.
fn decision(firing: &str) -> [u8; 8] {
    let half = firing.get(..16).and_then(|half| u64::from_str_radix(half, 16).ok());
    half.unwrap_or(0).max(1).to_be_bytes()
}

/// Ids of spans.
#[derive(Default)]
struct Ids {
    keys: RandomState,
    count: AtomicU64,
}

impl Ids {
    fn next(&self) -> [u8; 8] {
        self.keys.hash_one(self.count.fetch_add(1, Ordering::Relaxed)).max(1).to_be_bytes()
    }
}

/// Nanoseconds since 1970.
fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
