//! A port for Prometheus and for Kubernetes: `/metrics`, `/healthz` (alive) and `/readyz` (ready).

use crate::host::Host;
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
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// Connections at once. Further ones wait in the backlog of the system.
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
        Ok(Scraping { task: tokio::spawn(accept(listener, names, host)), address })
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

async fn accept(listener: TcpListener, names: Names, host: Arc<Host>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = free.clone().acquire_owned().await else { return };
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let host = host.clone();
                    connections.spawn(async move {
                        let service = service_fn(|request| {
                            let host = host.clone();
                            async move { Ok::<_, Infallible>(answer(&host, names, &request).await) }
                        });
                        let mut http = http1::Builder::new();
                        http.timer(TokioTimer::new()).keep_alive(false).max_buf_size(16 << 10);
                        // Whoever is slower asks again.
                        let _ = timeout(PATIENCE, http.serve_connection(TokioIo::new(stream), service)).await;
                        drop(permit);
                    });
                }
                // Such as too many open files: others may be closed soon.
                Err(_) => sleep(Duration::from_millis(100)).await,
            },
        }
    }
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
        "/readyz" => verdict(host.ready()),
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
