//! Connections to the ports and sockets of the process itself, a bounded number at a time. Those of sources are elsewhere.

use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// A connection of either kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// What connections come to.
pub(crate) enum Listening {
    /// A unix socket.
    Socket(UnixListener),
    /// A port.
    Tcp(TcpListener),
}

impl Listening {
    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Listening::Socket(listener) => Box::new(listener.accept().await?.0),
            Listening::Tcp(listener) => Box::new(listener.accept().await?.0),
        })
    }

    /// Serves connections until this is dropped, and those that are open with it. So many are served at once; further ones
    /// wait in the backlog of the system.
    pub(crate) async fn each<F>(self, at_once: usize, serve: impl Fn(Box<dyn Stream>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let free = Arc::new(Semaphore::new(at_once));
        let mut connections = JoinSet::new();
        loop {
            let Ok(permit) = free.clone().acquire_owned().await else { return };
            tokio::select! {
                Some(_) = connections.join_next() => {}
                accepted = self.accept() => match accepted {
                    Ok(stream) => {
                        let served = serve(stream);
                        connections.spawn(async move {
                            served.await;
                            drop(permit);
                        });
                    }
                    // Such as too many open files: others may be closed soon.
                    Err(_) => sleep(Duration::from_millis(100)).await,
                },
            }
        }
    }
}
