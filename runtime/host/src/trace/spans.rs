//! The spans, with the names that OpenTelemetry has agreed on for HTTP, messages and CloudEvents. What is aev's own begins
//! with `aev.`.

use super::{Placed, Tracer, nanos};
use crate::decision::Outcome;
use crate::records::entry::cut;
use aev_bus::{BusError, CloudEvent, Published};
use aev_connect::publish::Incoming;
use aev_connect::trace::Context;
use aev_engine::effect::Act;
use aev_engine::{Event, Timestamp};
use aev_plan::finished::Finished;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::{Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::{Status, status::StatusCode};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes of a text that are kept.
const TEXT: usize = 256;

/// Where events of a source come in and go to.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Name of the pipeline.
    pub(crate) pipeline: String,
    /// Method and path, when it is by HTTP.
    pub(crate) route: Option<(String, String)>,
    /// What the bus is, as OpenTelemetry names messaging systems.
    pub(crate) system: &'static str,
}

/// The two spans of an event that a source hands over.
pub(crate) struct Spans {
    received: Placed,
    published: Placed,
    received_at: SystemTime,
    published_at: SystemTime,
}

impl Spans {
    /// Before it is published: whoever reads the event comes behind the second one.
    pub(crate) fn begin(tracer: &Tracer, event: &mut Incoming) -> Spans {
        let (received, published) = tracer.arriving(event.trace.as_deref());
        event.trace = Some(Box::new(published.context.clone()));
        let published_at = SystemTime::now();
        let came = event.time.parse::<Timestamp>().ok().and_then(|time| u64::try_from(time.0).ok());
        let came = came.map(|nanos| UNIX_EPOCH + Duration::from_nanos(nanos));
        let received_at = came.filter(|came| *came <= published_at).unwrap_or(published_at);
        Spans { received, published, received_at, published_at }
    }

    /// After it was published, or was not.
    pub(crate) fn end(
        self,
        tracer: &Tracer,
        origin: &Origin,
        event: &CloudEvent,
        became: &Result<Published, BusError>,
    ) {
        if !self.published.context.sampled() {
            return;
        }
        let identity = [
            text("aev.pipeline", &origin.pipeline),
            text("cloudevents.event_id", &event.id),
            text("cloudevents.event_source", &event.source),
            text("cloudevents.event_type", &event.kind),
            text("cloudevents.event_subject", &event.subject),
        ];
        let now = SystemTime::now();
        let failed = became.as_ref().err().map(ToString::to_string);
        let destination = format!("{}.{}", event.source, event.subject);

        let mut span = span(&self.published, SpanKind::Producer, [self.published_at, now]);
        span.name = format!("publish {destination}");
        span.attributes = identity.to_vec();
        span.attributes.extend([
            text("messaging.system", origin.system),
            text("messaging.operation.name", "publish"),
            text("messaging.operation.type", "send"),
            text("messaging.destination.name", &destination),
            text("messaging.message.id", &event.id),
        ]);
        if matches!(became, Ok(Published { duplicate: true })) {
            span.attributes.push(truth("aev.duplicate", true));
        }
        fail(&mut span, failed.as_deref(), "turned_away");
        tracer.record(span);

        let kind = if origin.route.is_some() { SpanKind::Server } else { SpanKind::Consumer };
        let mut span = self::span(&self.received, kind, [self.received_at, now]);
        span.attributes = identity.to_vec();
        let status = match became {
            Ok(_) => 200,
            Err(BusError::TooLarge { .. }) => 413,
            Err(_) => 503,
        };
        match &origin.route {
            Some((method, path)) => {
                span.name = format!("{method} {path}");
                span.attributes.extend([
                    text("http.request.method", method),
                    text("http.route", path),
                    number("http.response.status_code", status),
                ]);
            }
            None => span.name = format!("receive {destination}"),
        }
        // What is the sender's own fault is no error of a server.
        fail(&mut span, failed.as_deref().filter(|_| status != 413), "turned_away");
        tracer.record(span);
    }
}

impl Tracer {
    /// An attempt has ended.
    pub(crate) fn attempted(
        &self,
        pipeline: &str,
        act: &Act,
        placed: &Placed,
        begun: SystemTime,
        outcome: &Outcome,
    ) {
        if !placed.context.sampled() {
            return;
        }
        let (kind, name) = match &act.action {
            Finished::Http(call) => (SpanKind::Client, call.method.clone()),
            Finished::Nats(_) => (SpanKind::Producer, "publish".to_owned()),
            Finished::K8sCreate { .. } => (SpanKind::Client, "create".to_owned()),
            Finished::Log { .. } => (SpanKind::Internal, "log".to_owned()),
            Finished::Custom(_) => (SpanKind::Client, "execute".to_owned()),
        };
        let mut span = span(placed, kind, [begun, SystemTime::now()]);
        span.name = name;
        span.attributes = vec![
            text("aev.pipeline", pipeline),
            text("aev.trigger", &act.trigger),
            text("aev.firing", act.firing.as_str()),
            number("aev.attempt", i64::from(act.attempt)),
        ];
        if let Some(event) = &act.cause {
            span.attributes.push(text("cloudevents.event_id", &event.id));
        }
        match &act.action {
            Finished::Http(call) => {
                span.attributes.push(text("http.request.method", &call.method));
                span.attributes.extend(server(&call.url));
                if act.attempt > 1 {
                    let resent = i64::from(act.attempt - 1);
                    span.attributes.push(number("http.request.resend_count", resent));
                }
            }
            Finished::Nats(message) => {
                span.attributes.push(text("messaging.system", "nats"));
                span.attributes.push(text("messaging.operation.name", "publish"));
                span.attributes.push(text("messaging.operation.type", "send"));
                span.attributes.extend(server(&message.url));
            }
            Finished::Custom(_) => span.attributes.push(text("rpc.system", "grpc")),
            Finished::K8sCreate { .. } | Finished::Log { .. } => {}
        }
        let word = match outcome {
            Outcome::Answered { status } => {
                span.attributes.push(number("http.response.status_code", i64::from(*status)));
                if *status >= 400 {
                    fail(&mut span, Some(""), &status.to_string());
                }
                "answered"
            }
            Outcome::Failed(error) => {
                fail(&mut span, Some(error), "failed");
                "failed"
            }
            Outcome::Unknown(error) => {
                fail(&mut span, Some(error), "unknown");
                "unknown"
            }
            _ => "done",
        };
        span.attributes.push(text("aev.outcome", word));
        self.record(span);
    }
}

/// A span without a name.
pub(super) fn span(placed: &Placed, kind: SpanKind, [begun, ended]: [SystemTime; 2]) -> Span {
    let Placed { context, parent } = placed;
    Span {
        trace_id: context.trace.to_vec(),
        span_id: context.span.to_vec(),
        parent_span_id: parent.map(Vec::from).unwrap_or_default(),
        trace_state: context.state.as_deref().unwrap_or_default().to_owned(),
        flags: u32::from(context.sampled()),
        kind: kind as i32,
        start_time_unix_nano: nanos(begun),
        end_time_unix_nano: nanos(ended),
        ..Span::default()
    }
}

/// A span elsewhere that has a part in this one.
pub(super) fn link(context: &Context) -> Link {
    Link {
        trace_id: context.trace.to_vec(),
        span_id: context.span.to_vec(),
        trace_state: context.state.as_deref().unwrap_or_default().to_owned(),
        flags: u32::from(context.sampled()),
        ..Link::default()
    }
}

/// The attributes of an event by which it is found again.
pub(super) fn identity(event: &Event) -> [KeyValue; 4] {
    [
        text("cloudevents.event_id", &event.id),
        text("cloudevents.event_source", &event.source),
        text("cloudevents.event_type", &event.kind),
        text("cloudevents.event_subject", &event.subject),
    ]
}

pub(super) fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(cut(value, TEXT).to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

fn truth(key: &str, value: bool) -> KeyValue {
    attribute(key, Value::BoolValue(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

/// Host and port of an address. Anything else in it may be a secret.
fn server(url: &str) -> Vec<KeyValue> {
    let Ok(url) = url::Url::parse(url) else { return Vec::new() };
    let host = url.host_str().map(|host| text("server.address", host));
    let port = url.port_or_known_default().map(|port| number("server.port", i64::from(port)));
    host.into_iter().chain(port).collect()
}

fn fail(span: &mut Span, reason: Option<&str>, kind: &str) {
    let Some(reason) = reason else { return };
    span.attributes.push(text("error.type", kind));
    let message = cut(reason, TEXT).to_owned();
    span.status = Some(Status { message, code: StatusCode::Error as i32 });
}
