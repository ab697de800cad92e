//! The HTTP listener: all endpoints of a process, over as many ports as they say.
//!
//! [`Listener::bind`] takes every port or none; [`Listener::serve`] starts answering; [`Server::drain`] stops taking
//! connections, lets the requests that have begun come to their end, and closes.

mod answer;
mod connection;
mod error;
mod limits;
mod request;
mod tls;
mod watched;

pub use error::BindError;
pub use limits::Limits;
pub use request::Health;
pub use tls::TlsError;

use crate::publish::Publish;
use crate::secrets::Secrets;
use crate::sources::{Certificate, Endpoint, Place};
use request::{Routes, Shared};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tls::Tls;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// An endpoint, and what stands behind it.
pub struct Mount {
    /// What comes in.
    pub endpoint: Endpoint,
    /// Where it goes.
    pub publisher: Arc<dyn Publish>,
    /// What it is checked with.
    pub secrets: Arc<dyn Secrets>,
}

/// Where to listen, and how.
pub struct Options {
    /// The address of every port; 127.0.0.1 unless said.
    pub address: IpAddr,
    /// Ports that are bound instead of those that the files say; 0 lets the system choose.
    pub ports: BTreeMap<u16, u16>,
    /// What one client may cost.
    pub limits: Limits,
    /// What `/health` answers on every port, unless an endpoint has that path.
    pub health: Health,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            ports: BTreeMap::new(),
            limits: Limits::default(),
            health: Arc::new(|| Ok(())),
        }
    }
}

/// Ports that are bound; whoever connects waits.
pub struct Listener {
    ports: Vec<Port>,
    options: Options,
}

struct Port {
    declared: u16,
    address: SocketAddr,
    listener: TcpListener,
    routes: Routes,
    tls: Option<Tls>,
}

impl Listener {
    /// Binds every port that the endpoints name.
    ///
    /// # Errors
    /// Two endpoints are one, a certificate cannot be used, or a port cannot be had. Then none is kept.
    pub async fn bind(mounts: Vec<Mount>, options: Options) -> Result<Listener, BindError> {
        let mut routes: BTreeMap<u16, Routes> = BTreeMap::new();
        for mount in mounts {
            let (declared, path) = (mount.endpoint.port, mount.endpoint.path.clone());
            let port = routes.entry(declared).or_default();
            if let Some(first) = port.get(&path) {
                let both = Box::new((first.endpoint.place.clone(), mount.endpoint.place));
                return Err(BindError::SameEndpoint { port: declared, path, both });
            }
            port.insert(path, mount);
        }
        let mut ports = Vec::new();
        for (declared, routes) in routes {
            let tls = tls_of(declared, &routes)?;
            let port = options.ports.get(&declared).copied().unwrap_or(declared);
            let wanted = SocketAddr::new(options.address, port);
            let listener =
                TcpListener::bind(wanted).await.map_err(|error| BindError::of(&error, declared, wanted))?;
            let address = listener.local_addr().map_err(|error| BindError::of(&error, declared, wanted))?;
            ports.push(Port { declared, address, listener, routes, tls });
        }
        Ok(Listener { ports, options })
    }

    /// The address behind each port of the files.
    pub fn addresses(&self) -> BTreeMap<u16, SocketAddr> {
        self.ports.iter().map(|port| (port.declared, port.address)).collect()
    }

    /// The URL of each endpoint, in order of port and path.
    pub fn urls(&self) -> Vec<(Place, String)> {
        let url = |port: &Port, mount: &Mount| {
            let scheme = if port.tls.is_some() { "https" } else { "http" };
            format!("{scheme}://{}{}", port.address, mount.endpoint.path)
        };
        let mounts =
            |port| Port::routes(port).map(move |mount| (mount.endpoint.place.clone(), url(port, mount)));
        self.ports.iter().flat_map(mounts).collect()
    }

    /// Starts to answer, on the runtime that this is called on.
    pub fn serve(self) -> Server {
        let (stop, stopped) = watch::channel(false);
        let connections = Arc::new(semaphore(self.options.limits.connections));
        let shared = Arc::new(Shared {
            in_flight: semaphore(self.options.limits.in_flight),
            memory: semaphore(self.options.limits.buffered_bytes),
            limits: Arc::new(self.options.limits),
            health: self.options.health,
        });
        let accept = |port| tokio::spawn(accept(port, shared.clone(), connections.clone(), stopped.clone()));
        Server { stop, ports: self.ports.into_iter().map(accept).collect() }
    }
}

impl Port {
    fn routes(&self) -> impl Iterator<Item = &Mount> {
        self.routes.values()
    }
}

/// A listener that answers. When it is dropped, its connections are cut.
pub struct Server {
    stop: watch::Sender<bool>,
    ports: Vec<JoinHandle<JoinSet<()>>>,
}

impl Server {
    /// Takes no more connections, waits for the requests that have begun, and returns how many connections had to be cut
    /// after `patience`.
    pub async fn drain(mut self, patience: Duration) -> usize {
        let deadline = Instant::now() + patience;
        self.stop.send_replace(true);
        let mut cut = 0;
        for port in &mut self.ports {
            // It ends as soon as it is told to stop.
            let Ok(mut connections) = port.await else { continue };
            while let Ok(Some(_)) = timeout_at(deadline, connections.join_next()).await {}
            cut += connections.len();
        }
        cut
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for port in &self.ports {
            port.abort();
        }
    }
}

/// Takes connections until it is told to stop; returns those that are open.
async fn accept(
    port: Port,
    shared: Arc<Shared>,
    free: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) -> JoinSet<()> {
    let (routes, tls) = (Arc::new(port.routes), port.tls.map(Arc::new));
    let stopped = stop.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = connection::told(&mut stop) => return connections,
            Some(_) = connections.join_next() => {}
            accepted = port.listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Only a connection that is there takes up room: a port where nobody comes must not.
                    let permit = tokio::select! {
                        () = connection::told(&mut stop) => return connections,
                        permit = free.clone().acquire_owned() => permit,
                    };
                    let Ok(permit) = permit else { return connections };
                    let (routes, shared, tls) = (routes.clone(), shared.clone(), tls.clone());
                    connections.spawn(handle(stream, permit, tls, routes, shared, stopped.clone()));
                }
                // Such as too many open files: others may be closed soon.
                Err(error) => {
                    tracing::warn!("no connection can be taken on {}: {error}", port.address);
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

async fn handle(
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
    tls: Option<Arc<Tls>>,
    routes: Arc<Routes>,
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
) {
    // An answer is one small packet, and the next request waits for it.
    let _ = stream.set_nodelay(true);
    match tls {
        None => connection::serve(stream, routes, shared, stop).await,
        Some(tls) => {
            let Some(acceptor) = tls.acceptor() else { return };
            match timeout(shared.limits.handshake, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => connection::serve(stream, routes, shared, stop).await,
                Ok(Err(error)) => tracing::debug!("a TLS handshake failed: {error}"),
                Err(_) => tracing::debug!("a TLS handshake was too slow"),
            }
        }
    }
}

/// A bound beyond what can be counted is none.
fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
}

/// The certificate of a port. All its endpoints must agree.
fn tls_of(port: u16, routes: &Routes) -> Result<Option<Tls>, BindError> {
    let mut mounts = routes.values();
    let Some(first) = mounts.next() else { return Ok(None) };
    let certificate: &Option<Certificate> = &first.endpoint.certificate;
    if let Some(other) = mounts.find(|mount| mount.endpoint.certificate != *certificate) {
        let both = Box::new((first.endpoint.place.clone(), other.endpoint.place.clone()));
        return Err(BindError::DifferentCertificates { port, both });
    }
    let Some(certificate) = certificate.clone() else { return Ok(None) };
    let place = Box::new(first.endpoint.place.clone());
    let tls =
        Tls::new(certificate, first.secrets.clone()).map_err(|error| BindError::Tls { place, error })?;
    Ok(Some(tls))
}
