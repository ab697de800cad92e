//! A port for Prometheus and for Kubernetes: `/metrics`, `/healthz` (alive) and `/readyz` (ready).

use crate::host::Host;
use crate::host::status::SourceTrouble;
use crate::listen::{Listening, Stream};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Connections at once.
const CONNECTIONS: usize = 16;

/// For a request with its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which names the metrics have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// aev's own.
    #[default]
    Ours,
    /// Those of Argo Events as well.
    AndArgo,
}

/// A port that answers, until this is dropped.
pub struct Scraping {
    task: JoinHandle<()>,
    address: SocketAddr,
}

impl Scraping {
    /// Binds the port and begins to answer.
    ///
    /// # Errors
    /// The port cannot be had.
    pub async fn start(address: SocketAddr, names: Names, host: Arc<Host>) -> io::Result<Scraping> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let answered = Listening::Tcp(listener).each(CONNECTIONS, move |stream| {
            let host = host.clone();
            async move { serve(stream, &host, names).await }
        });
        Ok(Scraping { task: tokio::spawn(answered), address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Scraping {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request and its answer.
async fn serve(stream: Box<dyn Stream>, host: &Arc<Host>, names: Names) {
    let service =
        service_fn(|request| async move { Ok::<_, Infallible>(answer(host, names, &request).await) });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).keep_alive(false).max_buf_size(16 << 10);
    // Whoever is slower asks again.
    let _ = timeout(PATIENCE, http.serve_connection(TokioIo::new(stream), service)).await;
}

async fn answer(host: &Host, names: Names, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here\n".to_owned());
    }
    let verdict = |verdict: Result<(), String>| match verdict {
        Ok(()) => text(StatusCode::OK, "ok\n".to_owned()),
        Err(reason) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    };
    match request.uri().path() {
        "/metrics" => {
            let mut page = host.metrics().await;
            if names == Names::AndArgo {
                page.push_str(&host.argo_metrics().await);
            }
            text(StatusCode::OK, page)
        }
        "/healthz" => verdict(host.alive()),
        "/readyz" => match (host.ready(), host.troubles().as_slice()) {
            (Ok(()), [trouble, ..]) => {
                let SourceTrouble { pipeline, source, reason } = trouble;
                let words =
                    format!("ok, but the source `{source}` of `{pipeline}` brings nothing: {reason}\n");
                text(StatusCode::OK, words)
            }
            (ready, _) => verdict(ready),
        },
        _ => text(StatusCode::NOT_FOUND, "there are /metrics, /healthz and /readyz\n".to_owned()),
    }
}

fn text(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
