//! A foreign extension, as others have written them for Argo Events: an event source and an action over gRPC, which do what a
//! test tells them and remember what they were asked. Its code is made from the protocols by `cargo xtask generate grpc`.

mod actions;
mod events;

/// Code that is made from the protocols.
pub mod generated {
    #[rustfmt::skip]
    #[expect(missing_docs, reason = "as the generator writes it")]
    pub mod generic;
    #[rustfmt::skip]
    #[expect(missing_docs, reason = "as the generator writes it")]
    pub mod triggers;
}

pub use actions::{Acting, Called, Script};
pub use events::{Emitting, Started};
pub use tonic::{Code, Status};

use crate::Certificates;
use generated::generic::eventing_server::EventingServer;
use generated::triggers::trigger_server::TriggerServer;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::convert::Infallible;
use std::io::Error;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::transport::Server;
use tonic::transport::server::Connected;

/// A foreign extension that runs. Dropped, it is gone, and so are its connections.
pub struct Extension {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its events.
    pub events: Emitting,
    /// Its actions.
    pub actions: Acting,
    /// Of its own, so that all of it ends at once.
    runtime: Option<Runtime>,
}

impl Extension {
    /// Starts one on a free port of the loopback interface; with certificates it speaks TLS only.
    ///
    /// # Errors
    /// There is no port, or the certificates are none.
    pub fn start(certificates: Option<&Certificates>) -> Result<Extension, Error> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        Extension::serve(listener, certificates, Emitting::default(), Acting::default())
    }

    /// Starts one at an address, with the memory and the orders of one that has gone.
    ///
    /// # Errors
    /// The address is taken.
    pub fn again(address: SocketAddr, events: Emitting, actions: Acting) -> Result<Extension, Error> {
        Extension::serve(std::net::TcpListener::bind(address)?, None, events, actions)
    }

    fn serve(
        listener: std::net::TcpListener,
        certificates: Option<&Certificates>,
        events: Emitting,
        actions: Acting,
    ) -> Result<Extension, Error> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let tls = certificates.map(acceptor).transpose()?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (sender, connections) = mpsc::channel(16);
        // Whatever a test sends shall come through.
        let both = Both {
            events: EventingServer::new(events.clone()),
            actions: TriggerServer::new(actions.clone()).max_decoding_message_size(usize::MAX),
        };
        let server = Server::builder().serve_with_incoming(both, ReceiverStream::new(connections));
        runtime.spawn(async move { drop(server.await) });
        runtime.spawn(accept(listener, tls, sender));
        Ok(Extension { address, events, actions, runtime: Some(runtime) })
    }

    /// Its address, as a file says it.
    pub fn url(&self) -> String {
        self.address.to_string()
    }

    /// Ends it, connections and all, and waits until the port is free.
    pub async fn stop(mut self) -> (SocketAddr, Emitting, Acting) {
        if let Some(runtime) = self.runtime.take() {
            let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(ENDING));
            drop(ended.await);
        }
        (self.address, self.events.clone(), self.actions.clone())
    }
}

impl Drop for Extension {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Both services at one address.
#[derive(Clone)]
struct Both {
    events: EventingServer<Emitting>,
    actions: TriggerServer<Acting>,
}

impl Service<http::Request<Body>> for Both {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        match request.uri().path().starts_with("/triggers.Trigger/") {
            true => self.actions.call(request),
            // It knows itself what to say to other services.
            false => self.events.call(request),
        }
    }
}

fn acceptor(certificates: &Certificates) -> Result<TlsAcceptor, Error> {
    let chain = CertificateDer::pem_slice_iter(certificates.server.as_bytes()).collect::<Result<Vec<_>, _>>();
    let key = PrivateKeyDer::from_pem_slice(certificates.server_key.as_bytes()).map_err(Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain.map_err(Error::other)?, key)
        .map_err(Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Takes connections; each ends with this.
async fn accept(
    listener: std::net::TcpListener,
    tls: Option<TlsAcceptor>,
    sender: mpsc::Sender<Result<Connection, Error>>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut under_way = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, sender) = (tls.clone(), sender.clone());
        under_way.spawn(async move {
            let stream: Box<dyn Stream> = match tls {
                None => Box::new(stream),
                // A client that does not believe the certificate hangs up.
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => Box::new(stream),
                    Err(_) => return,
                },
            };
            drop(sender.send(Ok(Connection(stream))).await);
        });
    }
}

/// What is still under way then is left behind.
const ENDING: Duration = Duration::from_secs(5);

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl Stream for TcpStream {}
impl Stream for tokio_rustls::server::TlsStream<TcpStream> {}

/// A connection, in clear text or not.
struct Connection(Box<dyn Stream>);

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
