//! One open port: what is served on it, and taking connections.

use super::connection;
use super::request::{Routes, Shared};
use super::tls::Tls;
use crate::sources::Place;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// What is served on a port.
pub(super) struct Served {
    pub(super) routes: Routes,
    pub(super) tls: Option<Arc<Tls>>,
}

impl Served {
    /// The URL of each endpoint, in the order of their paths.
    pub(super) fn urls(&self, address: SocketAddr) -> Vec<(Place, String)> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let url = |path: &str| format!("{scheme}://{address}{path}");
        self.routes.values().map(|mount| (mount.endpoint.place.clone(), url(&mount.endpoint.path))).collect()
    }
}

/// What is served on a port now. It can be exchanged between two requests.
pub(super) struct Current(RwLock<Arc<Served>>);

impl Current {
    pub(super) fn new(served: Served) -> Current {
        Current(RwLock::new(Arc::new(served)))
    }

    pub(super) fn get(&self) -> Arc<Served> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, served: Served) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
    }
}

/// A port that answers. When it is dropped, its connections are cut.
pub(super) struct Open {
    pub(super) address: SocketAddr,
    pub(super) current: Arc<Current>,
    stop: watch::Sender<bool>,
    task: JoinHandle<JoinSet<()>>,
}

impl Open {
    pub(super) fn start(
        address: SocketAddr,
        listener: TcpListener,
        current: Arc<Current>,
        shared: Arc<Shared>,
        free: Arc<Semaphore>,
    ) -> Open {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(listener, current.clone(), shared, free, stopped));
        Open { address, current, stop, task }
    }

    /// Takes no more connections.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Takes no more connections, and waits for the requests that have begun. Gives how many connections were cut.
    pub(super) async fn drain(mut self, deadline: Instant) -> usize {
        self.stop();
        // It ends as soon as it is told to stop.
        let Ok(mut connections) = (&mut self.task).await else { return 0 };
        while let Ok(Some(_)) = timeout_at(deadline, connections.join_next()).await {}
        connections.len()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes connections until it is told to stop; returns those that are open.
async fn accept(
    listener: TcpListener,
    current: Arc<Current>,
    shared: Arc<Shared>,
    free: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) -> JoinSet<()> {
    let stopped = stop.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = connection::told(&mut stop) => return connections,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Only a connection that is there takes up room: a port where nobody comes must not.
                    let permit = tokio::select! {
                        () = connection::told(&mut stop) => return connections,
                        permit = free.clone().acquire_owned() => permit,
                    };
                    let Ok(permit) = permit else { return connections };
                    connections.spawn(handle(stream, permit, current.clone(), shared.clone(), stopped.clone()));
                }
                // Such as too many open files: others may be closed soon.
                Err(error) => {
                    tracing::warn!("no connection can be taken: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

async fn handle(
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
    current: Arc<Current>,
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
) {
    // An answer is one small packet, and the next request waits for it.
    let _ = stream.set_nodelay(true);
    let tls = current.get().tls.clone();
    match tls {
        None => connection::serve(stream, current, shared, stop).await,
        Some(tls) => {
            let Some(acceptor) = tls.acceptor() else { return };
            match timeout(shared.limits.handshake, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => connection::serve(stream, current, shared, stop).await,
                Ok(Err(error)) => tracing::debug!("a TLS handshake failed: {error}"),
                Err(_) => tracing::debug!("a TLS handshake was too slow"),
            }
        }
    }
}
