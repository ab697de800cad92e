//! The bare pipe: hyper → async-nats → hyper with nothing between, as durable as the others: a request is answered once the
//! stream has its event, and an event is acknowledged once it was answered with 2xx. A process of its own.

use crate::Failure;
use async_nats::jetstream::{self, AckKind, consumer::pull};
use async_nats::{ConnectOptions, HeaderMap};
use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The subject of its events.
pub const SUBJECT: &str = "default.load.bare";
/// Its consumer.
const DURABLE: &str = "bare";
/// Calls at the same time, as many as aev makes for one trigger.
const CALLS: usize = 32;
/// Messages that are asked for at once.
const BATCH: usize = 256;

/// Where it listens, what it connects to, what it calls.
pub struct Pipe {
    /// To listen on.
    pub port: u16,
    /// Of the NATS server.
    pub url: String,
    /// The server's authority in PEM.
    pub ca: PathBuf,
    /// To call.
    pub target: u16,
}

impl Pipe {
    /// Runs until it is killed.
    pub async fn run(self) -> Result<(), Failure> {
        let options = ConnectOptions::new().add_root_certificates(self.ca).require_tls(true);
        let context = jetstream::new(options.connect(self.url).await?);
        let stream = context.get_stream("default").await?;
        let config = pull::Config {
            durable_name: Some(DURABLE.to_owned()),
            filter_subject: SUBJECT.to_owned(),
            max_ack_pending: 4096,
            deliver_policy: jetstream::consumer::DeliverPolicy::New,
            ..pull::Config::default()
        };
        let consumer = stream.get_or_create_consumer(DURABLE, config).await?;
        let calling = tokio::spawn(call_all(consumer, self.target));
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let begun = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        let next = Arc::new(AtomicU64::new(0));
        let accepting = async {
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let (context, next) = (context.clone(), next.clone());
                let service = service_fn(move |request| take(request, context.clone(), begun, next.clone()));
                let builder = hyper::server::conn::http1::Builder::new();
                tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
            }
        };
        tokio::select! {
            ended = accepting => ended,
            ended = calling => ended?,
        }
    }
}

async fn take(
    request: Request<Incoming>,
    context: jetstream::Context,
    begun: u128,
    next: Arc<AtomicU64>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let body = request.into_body().collect().await?.to_bytes();
    let id = format!("{begun}-{}", next.fetch_add(1, Ordering::Relaxed));
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", id);
    let stored = match context.publish_with_headers(SUBJECT, headers, body).await {
        Ok(stored) => stored.await.is_ok(),
        Err(_) => false,
    };
    let mut response = Response::new(Full::default());
    *response.status_mut() = if stored { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(response)
}

async fn call_all(consumer: jetstream::consumer::Consumer<pull::Config>, target: u16) -> Result<(), Failure> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let room = Arc::new(Semaphore::new(CALLS));
    let mut messages = consumer.stream().max_messages_per_batch(BATCH).messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let room = room.clone().acquire_owned().await?;
        let client = client.clone();
        tokio::spawn(async move {
            let kind = match call(&client, target, message.payload.clone()).await {
                Ok(()) => AckKind::Ack,
                Err(_) => AckKind::Nak(Some(Duration::from_millis(100))),
            };
            // Without a connection it comes again.
            let _ = message.ack_with(kind).await;
            drop(room);
        });
    }
    Err("there are no more messages".into())
}

async fn call(
    client: &Client<HttpConnector, Full<Bytes>>,
    target: u16,
    payload: Bytes,
) -> Result<(), Failure> {
    let request = Request::post(format!("http://127.0.0.1:{target}/"))
        .header("content-type", "application/json")
        .body(Full::new(payload))?;
    let response = client.request(request).await?;
    let success = response.status().is_success();
    response.into_body().collect().await?;
    if success { Ok(()) } else { Err("it was refused".into()) }
}
