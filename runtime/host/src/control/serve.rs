//! Connections to the control socket, each for one request, and what one may cost.

use super::answer::{Answer, Response1};
use super::guard::Guard;
use super::route;
use super::socket::{self, Bound, ControlError, Place};
use crate::host::Host;
use crate::listen::{Listening, Stream};
use crate::settings::Settings;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};

/// Clients at once.
const CONNECTIONS: usize = 32;

/// From the connection to the end of the request's head.
const HEAD: Duration = Duration::from_secs(5);

/// For which a client may not take a byte.
const WRITE: Duration = Duration::from_secs(30);

/// Asks whoever read the files to look at them again; what it came to is answered.
pub type Reload = mpsc::Sender<oneshot::Sender<Result<serde_json::Value, String>>>;

/// A control socket that is bound.
pub struct Control(Bound);

/// A control socket that answers, until this is dropped.
pub struct Serving {
    task: JoinHandle<()>,
    _place: Option<Place>,
    address: Option<SocketAddr>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Serving {
    /// The address of a port.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }
}

/// What every request is answered from.
pub(super) struct Shared {
    pub(super) host: Arc<Host>,
    pub(super) reload: Option<Reload>,
}

impl Control {
    /// Binds the socket that the settings name, if any.
    ///
    /// # Errors
    /// It cannot be had.
    pub fn bind(settings: &Settings) -> Result<Option<Control>, ControlError> {
        Ok(socket::bind(settings)?.map(Control))
    }

    /// Begins to answer.
    ///
    /// # Errors
    /// The system cannot wait for connections.
    pub fn serve(self, host: Arc<Host>, reload: Option<Reload>) -> io::Result<Serving> {
        let shared = Arc::new(Shared { host, reload });
        let (listener, guard, place, address) = match self.0 {
            Bound::Socket(listener, place) => {
                (Listening::Socket(UnixListener::from_std(listener)?), Guard::Socket, Some(place), None)
            }
            Bound::Tcp(listener, address, token) => {
                (Listening::Tcp(TcpListener::from_std(listener)?), Guard::Token(token), None, Some(address))
            }
        };
        let guard = Arc::new(guard);
        let answered = listener.each(CONNECTIONS, move |stream| {
            let (guard, shared) = (guard.clone(), shared.clone());
            async move { serve(stream, &guard, &shared).await }
        });
        Ok(Serving { task: tokio::spawn(answered), _place: place, address })
    }
}

/// One request and its answer.
async fn serve(stream: Box<dyn Stream>, guard: &Guard, shared: &Arc<Shared>) {
    let service = service_fn(|request| async { Ok::<_, Infallible>(answer(guard, shared, request).await) });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(16 << 10).keep_alive(false);
    let stream = TokioIo::new(Patient { stream, writing: None });
    if let Err(error) = http.serve_connection(stream, service).await {
        tracing::debug!("a connection to the control socket was cut: {error}");
    }
}

async fn answer(guard: &Guard, shared: &Arc<Shared>, request: Request<Incoming>) -> Response1 {
    let answer = match guard.check(request.headers()) {
        Ok(()) => route::route(shared, request).await,
        Err(refused) => Err(refused),
    };
    answer.unwrap_or_else(Answer::from).into_response()
}

/// A stream whose writes fail when the other end takes nothing.
struct Patient {
    stream: Box<dyn Stream>,
    writing: Option<Pin<Box<Sleep>>>,
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.writing = None;
            return written;
        }
        let timer = self.writing.get_or_insert_with(|| Box::pin(sleep(WRITE)));
        timer.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
