//! HTTP calls over pooled connections, for actions and for the export of traces.
//!
//! Nothing here is said for one call that can be said for all: a URL is parsed once, and how its host is reached is decided
//! where a connection is made.

mod connector;
mod stream;
mod target;

pub use target::{InvalidUrl, Target};

use crate::actions::ConnectTo;
use aev_tls::TlsError;
use bytes::Bytes;
use connector::{Connector, Ways};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use target::Targets;

/// After so long without a call a connection is closed.
const IDLE: Duration = Duration::from_secs(60);

/// Who calls.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("aev/", env!("CARGO_PKG_VERSION")));

/// Makes calls. Redirects are not followed. Between this machine and others stand the proxies that the environment names.
pub struct Client {
    pool: legacy::Client<Connector, Full<Bytes>>,
    ways: Arc<Ways>,
    targets: Targets,
}

impl Client {
    /// A client with connections of its own. A connection stands within `patience`, the TLS handshake included.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn new(patience: Duration, connect_to: &ConnectTo) -> Result<Client, TlsError> {
        let ways = Arc::new(Ways::new(patience, connect_to.clone())?);
        let pool = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(Connector::new(ways.clone()));
        Ok(Client { pool, ways, targets: Targets::default() })
    }

    /// Where a URL leads. The same text is read once.
    ///
    /// # Errors
    /// It is no URL that can be called.
    pub fn target(&self, url: &str) -> Result<Arc<Target>, InvalidUrl> {
        self.targets.get(url, || Target::parse(url, &self.ways))
    }

    /// Where a redirect from a target leads; nothing if not to another URL for HTTP.
    ///
    /// # Errors
    /// It is no URL that can be called.
    pub fn redirected(&self, from: &Target, location: &str) -> Option<Result<Arc<Target>, InvalidUrl>> {
        let url = from.join(location)?;
        Some(Target::new(url, &self.ways).map(Arc::new))
    }

    /// Sends a request, and again when a pooled connection turns out to be closed before anything was sent.
    ///
    /// # Errors
    /// No answer began.
    pub fn send(
        &self,
        target: &Target,
        method: Method,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> impl Future<Output = Result<Response<Incoming>, NoAnswer>> + use<> {
        target.complete(&mut headers);
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = target.uri().clone();
        *request.headers_mut() = headers;
        // The request is in there, and whoever waits need not hold it as well.
        let answer = self.pool.request(request);
        async { answer.await.map_err(|error| NoAnswer::new(&error)) }
    }
}

/// There was no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoAnswer {
    /// How far it came.
    pub end: End,
    /// The innermost cause: what the system or TLS says. The outer ones repeat the URL.
    pub reason: String,
}

/// How far a call without an answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// There was no connection, and nothing was sent.
    Connect,
    /// The server says that it has not begun with it, so that it can be sent again. Only HTTP/2 can say so.
    Untouched,
    /// The system waited in vain for a sign of life.
    Timeout,
    /// The connection ended.
    Broken,
}

impl NoAnswer {
    fn new(error: &legacy::Error) -> NoAnswer {
        let reason = causes(error).last().map_or_else(String::new, ToString::to_string);
        let end = match () {
            () if error.is_connect() => End::Connect,
            () if causes(error).any(is_untouched) => End::Untouched,
            () if causes(error).any(is_timeout) => End::Timeout,
            () => End::Broken,
        };
        NoAnswer { end, reason }
    }
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// A stream that is refused, or that came after the last one of a connection that is being closed.
fn is_untouched(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<h2::Error>().is_some_and(|error| {
        let closing = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
        let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (closing || refused)
    })
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    let io = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
    io || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_timeout)
}
