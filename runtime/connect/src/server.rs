//! The HTTP listener: all endpoints of a process, over as many ports as they say.
//!
//! [`Listener::bind`] takes every port or none; [`Listener::serve`] starts answering; [`Server::bind`] and
//! [`Server::switch`] exchange the endpoints while it answers; [`Server::drain`] stops taking connections, lets the requests
//! that have begun come to their end, and closes.

mod answer;
mod connection;
mod error;
mod limits;
mod port;
mod remarks;
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
use port::{Current, Open, Served};
use request::{Routes, Shared};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tls::Tls;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::Instant;

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
    ports: Vec<Bound>,
    options: Options,
}

/// A port with what is to be served on it.
struct Bound {
    declared: u16,
    address: SocketAddr,
    /// None when the port is open already.
    listener: Option<TcpListener>,
    served: Served,
}

impl Listener {
    /// Binds every port that the endpoints name.
    ///
    /// # Errors
    /// Two endpoints are one, a certificate cannot be used, or a port cannot be had. Then none is kept.
    pub async fn bind(mounts: Vec<Mount>, options: Options) -> Result<Listener, BindError> {
        let ports = bind(mounts, &options, &BTreeMap::new()).await?;
        Ok(Listener { ports, options })
    }

    /// The address behind each port of the files.
    pub fn addresses(&self) -> BTreeMap<u16, SocketAddr> {
        self.ports.iter().map(|port| (port.declared, port.address)).collect()
    }

    /// The URL of each endpoint, in order of port and path.
    pub fn urls(&self) -> Vec<(Place, String)> {
        self.ports.iter().flat_map(|port| port.served.urls(port.address)).collect()
    }

    /// Starts to answer, on the runtime that this is called on.
    pub fn serve(self) -> Server {
        let connections = Arc::new(semaphore(self.options.limits.connections));
        let shared = Arc::new(Shared {
            in_flight: semaphore(self.options.limits.in_flight),
            memory: semaphore(self.options.limits.buffered_bytes),
            limits: Arc::new(self.options.limits.clone()),
            health: self.options.health.clone(),
            remarks: remarks::Remarks::default(),
        });
        let mut server = Server { options: self.options, shared, connections, ports: BTreeMap::new() };
        server.switch(Endpoints(self.ports));
        server
    }
}

/// Endpoints whose ports are bound, for [`Server::switch`].
pub struct Endpoints(Vec<Bound>);

/// A listener that answers. When it is dropped, its connections are cut.
pub struct Server {
    options: Options,
    shared: Arc<Shared>,
    connections: Arc<Semaphore>,
    ports: BTreeMap<u16, Open>,
}

impl Server {
    /// The address behind each port of the files.
    pub fn addresses(&self) -> BTreeMap<u16, SocketAddr> {
        self.ports.iter().map(|(declared, port)| (*declared, port.address)).collect()
    }

    /// The URL of each endpoint, in order of port and path.
    pub fn urls(&self) -> Vec<(Place, String)> {
        self.ports.values().flat_map(|port| port.current.get().urls(port.address)).collect()
    }

    /// Binds the ports of other endpoints as far as they are not open already. Nothing else changes yet.
    ///
    /// # Errors
    /// As for [`Listener::bind`].
    pub async fn bind(&self, mounts: Vec<Mount>) -> Result<Endpoints, BindError> {
        let open = self.ports.iter().map(|(declared, port)| (*declared, port.address)).collect();
        bind(mounts, &self.options, &open).await.map(Endpoints)
    }

    /// Serves these endpoints instead of those before. On a port that stays open no connection is cut; a request that has
    /// begun is answered by the endpoint it has begun with. A port that no endpoint has any more is closed once its
    /// requests are answered.
    pub fn switch(&mut self, endpoints: Endpoints) {
        let mut before = std::mem::take(&mut self.ports);
        for Bound { declared, address, listener, served } in endpoints.0 {
            let port = match (listener, before.remove(&declared)) {
                (None, Some(open)) => {
                    open.current.set(served);
                    open
                }
                (Some(listener), _) => {
                    let current = Arc::new(Current::new(served));
                    Open::start(address, listener, current, self.shared.clone(), self.connections.clone())
                }
                // It was closed meanwhile: whoever closes the server closes it for good.
                (None, None) => continue,
            };
            self.ports.insert(declared, port);
        }
        for port in before.into_values() {
            let patience = self.shared.limits.idle;
            tokio::spawn(async move { port.drain(Instant::now() + patience).await });
        }
    }

    /// Takes no more connections, waits for the requests that have begun, and returns how many connections had to be cut
    /// after `patience`.
    pub async fn drain(self, patience: Duration) -> usize {
        let deadline = Instant::now() + patience;
        for port in self.ports.values() {
            port.stop();
        }
        let mut cut = 0;
        for port in self.ports.into_values() {
            cut += port.drain(deadline).await;
        }
        cut
    }
}

/// Binds every port that the endpoints name and that is not open yet.
async fn bind(
    mounts: Vec<Mount>,
    options: &Options,
    open: &BTreeMap<u16, SocketAddr>,
) -> Result<Vec<Bound>, BindError> {
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
        let tls = tls_of(declared, &routes)?.map(Arc::new);
        let served = Served { routes, tls };
        if let Some(address) = open.get(&declared) {
            ports.push(Bound { declared, address: *address, listener: None, served });
            continue;
        }
        let port = options.ports.get(&declared).copied().unwrap_or(declared);
        let wanted = SocketAddr::new(options.address, port);
        let listener =
            TcpListener::bind(wanted).await.map_err(|error| BindError::of(&error, declared, wanted))?;
        let address = listener.local_addr().map_err(|error| BindError::of(&error, declared, wanted))?;
        ports.push(Bound { declared, address, listener: Some(listener), served });
    }
    Ok(ports)
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
