//! Traces: what a foreign publisher has put on an event goes with it, and a collector sees the spans behind one another.

use crate::support::{
    Client, PATIENCE, Place, Target, address, any_message, bus, example, http, plan, post, settled, stream,
    trigger,
};
use aev_bus::event::Extension;
use aev_bus::{CloudEvent, Outgoing};
use aev_connect::trace::hex;
use aev_host::Host;
use aev_host::settings::Name;
use aev_plan::Plan;
use aev_servers::{NatsServer, Options, program};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message as _;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SENDER: &str = "b7ad6b7169203331";

/// A request's headers of a sender that traces.
fn headers(flags: &str) -> String {
    format!("traceparent: 00-{TRACE}-{SENDER}-{flags}\r\ntracestate: a=1\r\ntracestate: b=2\r\n")
}

/// A collector that remembers the spans it was sent.
struct Collector {
    address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
    /// Headers and resource of each request.
    requests: Arc<Mutex<Vec<String>>>,
    /// What it answers; with 0 it never does.
    status: Arc<AtomicU16>,
}

impl Collector {
    /// Answers with this status; with 0 never. What it does not take it does not remember.
    async fn answering(status: u16) -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (spans, requests) = (Arc::<Mutex<Vec<Span>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let status = Arc::new(AtomicU16::new(status));
        let collector =
            Collector { address, spans: spans.clone(), requests: requests.clone(), status: status.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (spans, requests, status) = (spans.clone(), requests.clone(), status.clone());
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    while let Some((first, headers, body)) = any_message(&mut stream).await {
                        let status = status.load(Ordering::SeqCst);
                        if status == 0 {
                            return std::future::pending().await;
                        }
                        let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
                        let resource = format!("{:?}", request.resource_spans[0].resource);
                        requests.lock().unwrap().push(format!("{first} {headers:?} {resource}"));
                        let taken = request.resource_spans.into_iter().filter(|_| status == 200);
                        let scopes = taken.flat_map(|spans| spans.scope_spans);
                        spans.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
                        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
            }
        });
        collector
    }

    async fn new() -> Collector {
        Collector::answering(200).await
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until it has so many spans.
    async fn wait(&self, count: usize) -> Vec<Span> {
        becomes(|| self.spans().len() >= count).await;
        self.spans()
    }

    /// All spans that have come by now.
    fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap().clone()
    }
}

fn named<'s>(spans: &'s [Span], name: &str) -> &'s Span {
    let mut found = spans.iter().filter(|span| span.name == name);
    let span = found.next().unwrap_or_else(|| panic!("no span `{name}` in {spans:#?}"));
    assert!(found.next().is_none(), "several spans `{name}`");
    span
}

/// An attribute as text.
fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

/// The spans of one trace, each behind the one before it.
fn assert_chain(spans: &[&Span], trace: &str, sender: &str) {
    let mut before = sender.to_owned();
    for span in spans {
        assert_eq!(hex(&span.trace_id), trace, "{}", span.name);
        assert_eq!(hex(&span.parent_span_id), before, "{}", span.name);
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano, "{}", span.name);
        before = hex(&span.span_id);
    }
}

/// A process that is killed at the end of its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A process that runs this plan, and its first line. It logs into a file of its place.
fn process(place: &Place, plan: &Plan, bus: &str, collector: &Collector) -> (Process, String) {
    std::fs::write(place.path("plan.json"), serde_json::to_vec(plan).unwrap()).unwrap();
    let mut child = Command::new(example("runner"))
        .args([place.path("plan.json").as_os_str(), bus.as_ref(), place.path("objects").as_os_str()])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
        .env("OTEL_SERVICE_NAME", "second")
        .env("AEV_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(place.path("log")).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut line)
        .unwrap();
    (Process(child), line.trim().to_owned())
}

/// Waits until it is so.
async fn becomes(mut is: impl FnMut() -> bool) {
    let changed = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), changed).await.expect("it never came");
}

async fn start(place: &Place, plan: &Plan, more: &[(Name, &str)]) -> Host {
    let started = Host::start(std::slice::from_ref(plan), &place.settings(more)).await;
    started.unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// Posts with these headers and expects 200.
async fn post_traced(host: &Host, path: &str, flags: &str, id: &str) {
    let mut client = Client::connect(address(host)).await.unwrap();
    let response = client.post_with(path, &headers(flags), &format!(r#"{{"id":"{id}"}}"#)).await.unwrap();
    assert_eq!(response.status, 200, "{response:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_foreign_publisher_put_on_an_event_goes_with_it() {
    let (place, target) = (Place::new(), Target::answering(|_, _| (500, Duration::ZERO)).await);
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let host = start(&place, &plan, &[]).await;
    let parent = format!("00-{TRACE}-{SENDER}-01");
    let attribute = |name: &str, json: &str| (name.to_owned(), Extension::parse(json).unwrap());
    let event = CloudEvent {
        id: "1".into(),
        source: "hook".into(),
        kind: "webhook".into(),
        subject: "a".into(),
        datacontenttype: "application/json".into(),
        time: "2026-11-22T09:31:19.250Z".into(),
        extensions: vec![
            attribute("count", "-7"),
            ("traceparent".into(), parent.as_str().into()),
            ("tracestate".into(), "a=1".into()),
            attribute("flag", "true"),
            attribute("when", r#""2026-11-22T09:31:19.250+01:00""#),
            attribute("huge", "12345678901234567890.10"),
        ],
        data: br#"{"body":{"id":"one"}}"#.to_vec(),
    };
    bus(&host).await.publish(Outgoing::new(&event)).await.unwrap();
    let calls = target.wait("/t", 1).await;
    assert_eq!(
        (calls[0].header("traceparent"), calls[0].header("tracestate")),
        (Some(parent.as_str()), Some("a=1"))
    );
    settled(&host).await;
    let (_, letter) = bus(&host).await.dead_letters(None, None, 10).await.unwrap().remove(0);
    assert_eq!(letter.events[0].event.as_ref(), Some(&event), "a dead letter has all of it");
    host.drain(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_goes_on_from_a_request_to_a_call() {
    let (place, collector) = (Place::new(), Collector::new().await);
    let target = Target::answering(|_, n| (if n == 0 { 503 } else { 200 }, Duration::ZERO)).await;
    let retry = r#","retry":{"steps":2,"duration":"10ms","factor":1.0,"jitter":0.0}"#;
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t?key=canary")), retry));
    let host = start(&place, &plan, &[(Name::Otlp, &collector.url())]).await;
    post_traced(&host, "/a", "01", "canary").await;
    let calls = target.wait("/t?key=canary", 2).await;
    settled(&host).await;
    host.drain(PATIENCE).await;

    let records = std::fs::read_dir(place.path("records")).unwrap();
    let records: String =
        records.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let traced = records.lines().filter(|line| line.contains(&format!(r#""trace":"{TRACE}""#))).count();
    assert_eq!(traced, 2, "what the source says, and what the trigger says: {records}");

    let spans = collector.spans();
    let (received, published) = (named(&spans, "POST /a"), named(&spans, "publish hook.a"));
    let decided = named(&spans, "decide call");
    let attempts: Vec<&Span> = spans.iter().filter(|span| span.name == "POST").collect();
    assert_eq!((spans.len(), attempts.len()), (5, 2));
    for (attempt, call) in attempts.iter().zip(&calls) {
        assert_chain(&[received, published, decided, attempt], TRACE, SENDER);
        let context = format!("00-{TRACE}-{}-01", hex(&attempt.span_id));
        assert_eq!(
            call.header("traceparent"),
            Some(context.as_str()),
            "who is called comes behind the attempt"
        );
        assert_eq!(call.header("tracestate"), Some("a=1,b=2"));
        assert_eq!(attribute(attempt, "aev.firing").as_deref(), Some(call.key.as_str()));
    }
    let kinds = [received, published, decided, attempts[0]].map(|span| span.kind);
    assert_eq!(
        kinds,
        [SpanKind::Server, SpanKind::Producer, SpanKind::Consumer, SpanKind::Client].map(|k| k as i32)
    );
    for (span, key, value) in [
        (received, "http.route", "/a"),
        (received, "http.response.status_code", "200"),
        (published, "messaging.destination.name", "hook.a"),
        (decided, "aev.verdict", "fired"),
        (decided, "aev.pipeline", "pipe"),
        (attempts[0], "http.response.status_code", "503"),
        (attempts[0], "error.type", "503"),
        (attempts[1], "aev.attempt", "2"),
        (attempts[1], "http.request.resend_count", "1"),
        (attempts[1], "http.response.status_code", "200"),
        (attempts[1], "server.address", "127.0.0.1"),
    ] {
        assert_eq!(attribute(span, key).as_deref(), Some(value), "{} {key}", span.name);
    }
    assert!(!format!("{spans:?}").contains("canary"), "neither payload nor what stands behind a host");
    let requests = collector.requests.lock().unwrap().clone();
    assert!(requests.iter().all(|request| request.starts_with("POST /v1/traces ")), "{requests:?}");
    assert!(
        requests[0].contains("application/x-protobuf") && requests[0].contains("service.name"),
        "{requests:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_goes_on_through_jetstream_into_another_process() {
    if program::missing("host::trace::a_trace_goes_on_through_jetstream_into_another_process") {
        return;
    }
    let (places, target) = ([Place::new(), Place::new()], Target::new().await);
    let collectors = [Collector::new().await, Collector::new().await];
    let server = NatsServer::start(&Options::default()).unwrap();
    let bus = server.url().replace("nats://", "jetstream://");
    let whole = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let (mut first, mut second) = (whole.clone(), whole);
    first.sensors.clear();
    second.name = "sink".to_owned();
    second.sources[0].external = true;
    // The second listens before the first speaks.
    let (child, line) = process(&places[1], &second, &bus, &collectors[1]);
    assert_eq!(line, "none", "it has no ports");
    let host = start(&places[0], &first, &[(Name::Bus, &bus), (Name::Otlp, &collectors[0].url())]).await;
    post_traced(&host, "/a", "01", "one").await;
    let calls = target.wait("/t", 1).await;
    host.drain(PATIENCE).await;
    let (spans, others) = (collectors[0].spans(), collectors[1].wait(2).await);
    drop(child);
    assert_eq!((spans.len(), others.len()), (2, 2));
    assert!(collectors[1].requests.lock().unwrap()[0].contains("second"), "by its name");
    let attempt = named(&others, "POST");
    let chain =
        [named(&spans, "POST /a"), named(&spans, "publish hook.a"), named(&others, "decide call"), attempt];
    assert_chain(&chain, TRACE, SENDER);
    let context = format!("00-{TRACE}-{}-01", hex(&attempt.span_id));
    assert_eq!(calls[0].header("traceparent"), Some(context.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_its_sender_does_not_record_is_not_recorded_and_goes_on() {
    let (place, collector, target) = (Place::new(), Collector::new().await, Target::new().await);
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let host = start(&place, &plan, &[(Name::Otlp, &collector.url())]).await;
    post_traced(&host, "/a", "00", "one").await;
    let call = target.wait("/t", 1).await.remove(0);
    settled(&host).await;
    let (context, state) = (format!("00-{TRACE}-{SENDER}-00"), "a=1,b=2");
    assert_eq!(
        (call.header("traceparent"), call.header("tracestate")),
        (Some(context.as_str()), Some(state))
    );

    // What comes malformed begins a trace of its own.
    let mut client = Client::connect(address(&host)).await.unwrap();
    let malformed =
        "traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-00\r\ntracestate: a=1\r\n";
    assert_eq!(client.post_with("/a", malformed, r#"{"id":"two"}"#).await.unwrap().status, 200);
    let call = target.wait("/t", 2).await.remove(1);
    settled(&host).await;
    host.drain(PATIENCE).await;
    let spans = collector.spans();
    assert_eq!(spans.len(), 4, "those of the second request alone");
    let received = named(&spans, "POST /a");
    let trace = hex(&received.trace_id);
    assert_chain(
        &[received, named(&spans, "publish hook.a"), named(&spans, "decide call"), named(&spans, "POST")],
        &trace,
        "",
    );
    assert!(call.header("traceparent").unwrap().starts_with(&format!("00-{trace}-")));
    assert_eq!((call.header("tracestate"), trace == TRACE), (None, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_names_all_its_events() {
    let (place, collector, target) = (Place::new(), Collector::new().await, Target::new().await);
    let both = format!(
        r#"{{"name":"both","on":{{"and":[{{"stream":"a"}},{{"stream":"b"}}]}},
            "bindings":[{{"name":"e","streams":["a"]}}],"action":{}}}"#,
        http(&target.url("/t"))
    );
    let plan = plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &both);
    let host = start(&place, &plan, &[(Name::Otlp, &collector.url())]).await;
    post_traced(&host, "/a", "01", "one").await;
    settled(&host).await;
    post(&host, "/b", "two").await;
    target.wait("/t", 1).await;
    settled(&host).await;
    host.drain(PATIENCE).await;
    let spans = collector.spans();
    let verdict = |word: &str| {
        let found = spans.iter().find(|span| attribute(span, "aev.verdict").as_deref() == Some(word));
        found.unwrap_or_else(|| panic!("nothing {word} in {spans:#?}"))
    };
    let (waiting, fired) = (verdict("waiting"), verdict("fired"));
    let (first, second) = (named(&spans, "publish hook.a"), named(&spans, "publish hook.b"));
    assert_eq!(
        (waiting.parent_span_id.as_slice(), hex(&waiting.trace_id).as_str()),
        (first.span_id.as_slice(), TRACE)
    );
    assert_eq!(fired.parent_span_id, second.span_id, "the event that completed it");
    let links: Vec<_> = fired.links.iter().map(|link| link.span_id.clone()).collect();
    assert_eq!(links, [first.span_id.clone(), second.span_id.clone()]);
    assert_eq!(named(&spans, "POST").parent_span_id, fired.span_id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_said_once_and_what_fits_is_sent_after_it() {
    let (place, target, collector) = (Place::new(), Target::new().await, Collector::answering(503).await);
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let bus = place.path("bus");
    let (child, line) = process(&place, &plan, bus.to_str().unwrap(), &collector);
    let mut client = Client::connect(line.parse().unwrap()).await.unwrap();
    for n in 0..3 {
        assert_eq!(client.post("/a", &format!(r#"{{"id":"{n}"}}"#)).await.unwrap().status, 200);
    }
    target.wait("/t", 3).await;
    becomes(|| collector.requests.lock().unwrap().len() >= 3).await;
    collector.status.store(200, Ordering::SeqCst);
    collector.wait(12).await;
    assert_eq!(client.post("/a", r#"{"id":"more"}"#).await.unwrap().status, 200);
    assert_eq!(collector.wait(16).await.len(), 16, "each once");
    drop(child);
    let log = std::fs::read_to_string(place.path("log")).unwrap();
    assert_eq!(log.matches("the collector takes no traces").count(), 1, "{log}");
    assert_eq!(log.matches("the collector takes traces again").count(), 1, "{log}");
}

/// Nobody answers there, or nobody ever ends answering: events go on, and the process ends in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_collector_holds_up_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let silent = Collector::answering(0).await;
    for url in [nobody, silent.url()] {
        let (place, target) = (Place::new(), Target::new().await);
        let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
        let host = start(&place, &plan, &[(Name::Otlp, &url)]).await;
        let mut clients = Vec::new();
        // More spans than fit into the queue.
        for _ in 0..8 {
            let to = address(&host);
            clients.push(tokio::spawn(async move {
                let mut client = Client::connect(to).await.unwrap();
                for _ in 0..200 {
                    assert_eq!(client.post("/a", r#"{"id":"x"}"#).await.unwrap().status, 200);
                }
            }));
        }
        for client in clients {
            client.await.unwrap();
        }
        target.wait("/t", 1600).await;
        settled(&host).await;
        let page = host.metrics().await;
        let value = |name: &str| -> u64 {
            let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.unwrap_or_else(|| panic!("{name} is missing")).parse().unwrap()
        };
        assert!(value("aev_trace_spans_dropped_total") > 0, "1600 events make 6400 spans");
        assert_eq!(value("aev_trace_spans_exported_total"), 0);
        let drained = tokio::time::timeout(PATIENCE, host.drain(PATIENCE)).await.expect("it ends");
        assert_eq!(drained, Default::default());
    }
}
