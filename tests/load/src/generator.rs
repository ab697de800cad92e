//! The side that sends: so many connections, each with one request at a time.

use crate::Failure;
use crate::http::{Connection, Message};
use crate::ledger::Ledger;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Requests at the same time.
pub const CONNECTIONS: usize = 64;
/// Bytes of a body.
const BODY: usize = 256;
/// So late a timer may be.
const COARSE: Duration = Duration::from_millis(2);

/// Where to, and how fast.
#[derive(Clone)]
pub struct Load {
    /// On loopback.
    pub port: u16,
    /// Such as `/e`.
    pub path: String,
    /// Requests a second, spread evenly; as many as are answered without it.
    pub rate: Option<f64>,
    /// For so long.
    pub lasts: Duration,
}

/// The body of the event of that number.
pub fn body(number: u64) -> String {
    let start = format!(r#"{{"n":{number},"kind":"wanted","pad":""#);
    let padding = "x".repeat(BODY.saturating_sub(start.len() + 2));
    format!(r#"{start}{padding}"}}"#)
}

impl Load {
    /// Sends, and tells the ledger.
    pub async fn send(&self, ledger: &Arc<Ledger>) -> Result<(), Failure> {
        let begun = Instant::now();
        let mut workers = JoinSet::new();
        for _ in 0..CONNECTIONS {
            workers.spawn(self.clone().work(begun, ledger.clone()));
        }
        while let Some(worked) = workers.join_next().await {
            worked??;
        }
        Ok(())
    }

    async fn work(self, begun: Instant, ledger: Arc<Ledger>) -> Result<(), Failure> {
        let mut connection = self.connect().await?;
        loop {
            let number = ledger.next();
            let Some(at) = self.turn(begun, number).await else { return Ok(()) };
            if !self.one(&mut connection, &ledger, number, at).await? {
                connection = self.connect().await?;
            }
        }
    }

    /// Waits until it is the turn of an event, and gives when it counts as sent; none after the end. That is when it should
    /// have been sent, not when there was a connection free for it; but timers go by milliseconds, and that much is forgiven.
    async fn turn(&self, begun: Instant, number: u64) -> Option<Instant> {
        let end = begun + self.lasts;
        let Some(rate) = self.rate else { return Some(Instant::now()).filter(|now| *now < end) };
        let at = begun + Duration::from_secs_f64(number as f64 / rate);
        if at >= end {
            return None;
        }
        tokio::time::sleep_until(at.into()).await;
        let now = Instant::now();
        Some(if now < at + COARSE { now } else { at })
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        Connection::new(TcpStream::connect(("127.0.0.1", self.port)).await?)
    }

    /// Sends one event and waits for the answer; whether the connection still stands.
    async fn one(
        &self,
        connection: &mut Connection,
        ledger: &Ledger,
        number: u64,
        at: Instant,
    ) -> Result<bool, Failure> {
        let (path, body) = (&self.path, body(number));
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        ledger.sent(number, at);
        connection.send(request.as_bytes()).await?;
        let answer = connection.next().await?;
        ledger.answered(answer.as_ref().is_some_and(Message::is_success));
        Ok(answer.is_some())
    }

    /// Sends one event after the other until one arrives: then everything is in place.
    pub async fn until_ready(&self, ledger: &Arc<Ledger>, patience: Duration) -> Result<(), Failure> {
        let until = Instant::now() + patience;
        while ledger.count() == 0 {
            if Instant::now() > until {
                return Err(format!("nothing arrived within {patience:?} at port {}", self.port).into());
            }
            // The port may not be there yet.
            if let Ok(mut connection) = self.connect().await {
                let sent = self.one(&mut connection, ledger, ledger.next(), Instant::now());
                let _ = tokio::time::timeout(Duration::from_secs(1), sent).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}
