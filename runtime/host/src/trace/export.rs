//! Sending spans to a collector: OTLP over HTTP with protobuf, behind a bounded queue.

use super::spans::text;
use super::{Options, SpanCounters};
use aev_connect::actions::ConnectTo;
use aev_connect::client::{Client, Target};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Response};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Spans that wait at most; a few MiB.
const QUEUE: usize = 4096;

/// Spans of one request.
const BATCH: usize = 512;

/// Between a span and its request, so that there are more in it.
const GATHER: Duration = Duration::from_millis(200);

/// For a request with its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// So long a batch is tried again.
const TRIES: Duration = Duration::from_secs(60);

/// Bytes that are read of an answer.
const ANSWER: usize = 64 << 10;

/// The end of the queue where spans go in.
pub(super) struct Exporter {
    spans: mpsc::Sender<Span>,
    flushes: mpsc::UnboundedSender<oneshot::Sender<()>>,
    counters: Arc<SpanCounters>,
    task: JoinHandle<()>,
}

impl Exporter {
    pub(super) fn start(options: &Options) -> Result<Exporter, String> {
        let client = Client::new(PATIENCE, &ConnectTo::default()).map_err(|error| error.to_string())?;
        let target = client.target(&options.url).map_err(|error| error.to_string())?;
        let counters = Arc::<SpanCounters>::default();
        let (spans, queue) = mpsc::channel(QUEUE);
        let (flushes, asked) = mpsc::unbounded_channel();
        let sender =
            Sender { client, target, options: options.clone(), counters: counters.clone(), outage: None };
        let task = tokio::spawn(sender.run(queue, asked));
        Ok(Exporter { spans, flushes, counters, task })
    }

    pub(super) fn counters(&self) -> &SpanCounters {
        &self.counters
    }

    pub(super) fn record(&self, span: Span) {
        if self.spans.try_send(span).is_err() {
            self.counters.dropped.add(1);
        }
    }

    pub(super) async fn flush(&self, patience: Duration) {
        let (done, flushed) = oneshot::channel();
        if self.flushes.send(done).is_ok() {
            let _ = timeout(patience, flushed).await;
        }
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The other end.
struct Sender {
    client: Client,
    target: Arc<Target>,
    options: Options,
    counters: Arc<SpanCounters>,
    /// How many were dropped when the collector was there for the last time, while it is not.
    outage: Option<u64>,
}

/// What became of a request.
enum Sent {
    /// It was taken, but for so many spans.
    Taken { rejected: u64 },
    /// It may be taken later.
    NotNow(String),
    /// It never will.
    Never(String),
}

impl Sender {
    async fn run(
        mut self,
        mut queue: mpsc::Receiver<Span>,
        mut asked: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    ) {
        loop {
            let mut flushed = None;
            let mut batch = Vec::new();
            tokio::select! {
                biased;
                span = queue.recv() => match span {
                    Some(span) => batch.push(span),
                    None => return,
                },
                Some(asking) = asked.recv() => flushed = Some(asking),
            }
            if flushed.is_none() {
                tokio::select! {
                    () = sleep(GATHER) => {}
                    Some(asking) = asked.recv() => flushed = Some(asking),
                }
            }
            loop {
                while batch.len() < BATCH
                    && let Ok(span) = queue.try_recv()
                {
                    batch.push(span);
                }
                if batch.is_empty() {
                    break;
                }
                self.export(std::mem::take(&mut batch)).await;
            }
            if let Some(flushed) = flushed {
                // Whoever waits may have given up.
                let _ = flushed.send(());
            }
        }
    }

    /// Sends one batch, and for a while again.
    async fn export(&mut self, batch: Vec<Span>) {
        let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let body = Bytes::from(self.request(batch).encode_to_vec());
        let (begun, mut pause) = (Instant::now(), Duration::from_millis(500));
        loop {
            match self.send(body.clone()).await {
                Sent::Taken { rejected } => {
                    let rejected = rejected.min(count);
                    self.counters.exported.add(count - rejected);
                    self.counters.dropped.add(rejected);
                    self.there();
                    return;
                }
                Sent::NotNow(reason) if begun.elapsed() < TRIES => self.away(&reason),
                Sent::NotNow(reason) | Sent::Never(reason) => {
                    self.away(&reason);
                    self.counters.dropped.add(count);
                    return;
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(30));
        }
    }

    fn request(&self, spans: Vec<Span>) -> ExportTraceServiceRequest {
        let resource = self.options.resource.iter();
        let attributes = resource.map(|(name, value)| text(name, value)).collect();
        let scope = InstrumentationScope {
            name: "aev".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..InstrumentationScope::default()
        };
        let spans = ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() };
        let resource = Some(Resource { attributes, ..Resource::default() });
        let resource = ResourceSpans { resource, scope_spans: vec![spans], ..ResourceSpans::default() };
        ExportTraceServiceRequest { resource_spans: vec![resource] }
    }

    async fn send(&self, body: Bytes) -> Sent {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        for (name, value) in &self.options.headers.0 {
            // They were tried when they were read.
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.append(name, value);
            }
        }
        let deadline = Instant::now() + PATIENCE;
        let sending = self.client.send(&self.target, Method::POST, headers, body);
        let response = match timeout_at(deadline, sending).await {
            Ok(Ok(response)) => response,
            Ok(Err(unanswered)) => return Sent::NotNow(unanswered.reason),
            Err(_) => return Sent::NotNow("operation timed out".to_owned()),
        };
        let status = response.status();
        match status.as_u16() {
            200..=299 => Sent::Taken { rejected: rejected(response, deadline).await },
            429 | 502..=504 => Sent::NotNow(format!("it answered {status}")),
            _ => Sent::Never(format!("it answered {status}")),
        }
    }

    /// One line for each time that it goes away.
    fn away(&mut self, reason: &str) {
        if self.outage.is_none() {
            self.outage = Some(self.counters.dropped.get());
            let url = &self.options.url;
            tracing::warn!(url, reason, "the collector takes no traces; what it misses is counted");
        }
    }

    fn there(&mut self) {
        if let Some(before) = self.outage.take() {
            let missed = self.counters.dropped.get().saturating_sub(before);
            tracing::warn!(url = self.options.url, missed, "the collector takes traces again");
        }
    }
}

/// How many spans the collector did not want.
async fn rejected(response: Response<Incoming>, deadline: Instant) -> u64 {
    let mut answer = response.into_body();
    let mut body = Vec::new();
    while let Ok(Some(Ok(frame))) = timeout_at(deadline, answer.frame()).await {
        let chunk = frame.into_data().unwrap_or_default();
        if body.len() + chunk.len() > ANSWER {
            return 0;
        }
        body.extend_from_slice(&chunk);
    }
    let partial =
        ExportTraceServiceResponse::decode(body.as_slice()).ok().and_then(|said| said.partial_success);
    partial.and_then(|partial| u64::try_from(partial.rejected_spans).ok()).unwrap_or(0)
}
