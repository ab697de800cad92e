//! Makes the connections that the gRPC library speaks over.

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use std::future::Future;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;

/// A connection, in clear text or not.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// After so long without a word the other side is asked whether it is still there. The protocol has pings of its own, but
/// servers in Go hang up on whoever sends them oftener than every five minutes.
const IDLE: Duration = Duration::from_secs(20);
/// The pause between such questions, and how many may go unanswered.
const ASKED: (Duration, u32) = (Duration::from_secs(10), 3);

/// Connects to one server, again and again.
#[derive(Clone)]
pub(crate) struct Connector {
    host: String,
    port: u16,
    /// Where it is reached instead.
    elsewhere: Option<SocketAddr>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    patience: Duration,
}

impl Connector {
    pub(crate) fn new(
        host: String,
        port: u16,
        elsewhere: Option<SocketAddr>,
        tls: Option<(TlsConnector, ServerName<'static>)>,
        patience: Duration,
    ) -> Connector {
        Connector { host, port, elsewhere, tls, patience }
    }

    async fn connect(self) -> Result<TokioIo<Box<dyn Connection>>, Error> {
        let stream = match self.elsewhere {
            Some(address) => TcpStream::connect(address).await?,
            None => TcpStream::connect((self.host.as_str(), self.port)).await?,
        };
        stream.set_nodelay(true)?;
        let (pause, unanswered) = ASKED;
        let keepalive = TcpKeepalive::new().with_time(IDLE).with_interval(pause).with_retries(unanswered);
        SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
        let Some((tls, name)) = self.tls else { return Ok(TokioIo::new(Box::new(stream))) };
        let secured = tls.connect(name, stream).await?;
        if secured.get_ref().1.alpn_protocol() != Some(b"h2") {
            return Err(Error::other("the server does not offer HTTP/2 behind TLS"));
        }
        Ok(TokioIo::new(Box::new(secured)))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Box<dyn Connection>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let patience = connector.patience;
            let connected = tokio::time::timeout(patience, connector.connect()).await;
            connected.unwrap_or_else(|_| {
                let words = format!("no connection within {} s", patience.as_secs_f64());
                Err(Error::new(ErrorKind::TimedOut, words))
            })
        })
    }
}
