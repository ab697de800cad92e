//! What pipelines call: it answers 200, at once or after a while, and tells the ledger.

use crate::Failure;
use crate::http::{Connection, number};
use crate::ledger::Ledger;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The ledger of the run, and how long each call takes.
type State = Arc<RwLock<(Arc<Ledger>, Duration)>>;

/// A target on a port of its own.
pub struct Target {
    /// Its port on loopback.
    pub port: u16,
    state: State,
    accepting: JoinHandle<()>,
}

impl Target {
    /// Starts to listen.
    pub async fn start() -> Result<Target, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(RwLock::new((Arc::new(Ledger::new()), Duration::ZERO)));
        let shared = state.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Ok(Target { port, state, accepting })
    }

    /// A new run: each call takes so long from now on.
    pub fn run(&self, takes: Duration) -> Arc<Ledger> {
        let ledger = Arc::new(Ledger::new());
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = (ledger.clone(), takes);
        ledger
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(stream: TcpStream, state: State) -> Result<(), Failure> {
    let mut connection = Connection::new(stream)?;
    while let Some(message) = connection.next().await? {
        let number = number(message.body);
        let (ledger, takes) = state.read().unwrap_or_else(PoisonError::into_inner).clone();
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        if let Some(number) = number {
            ledger.arrived(number);
        }
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
    }
    Ok(())
}
