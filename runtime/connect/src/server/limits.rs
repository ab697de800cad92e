//! What one client may cost.

use std::time::Duration;

/// The bounds of a [`super::Listener`]. Each is checked, so that no client can hold more than this, or longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections that are open at once, over all ports. Further ones wait in the backlog of the system.
    pub connections: usize,
    /// A TLS handshake.
    pub handshake: Duration,
    /// From the first byte of a request to the end of its head. A connection that is slower is closed.
    pub head: Duration,
    /// Bytes of a head; at least 8192. Beyond it the answer is 431.
    pub head_bytes: usize,
    /// A whole body. Beyond it the answer is 408.
    pub body: Duration,
    /// Between two requests on one connection, and before the first. The connection is closed then.
    pub idle: Duration,
    /// For which a client may not take a byte of the answer.
    pub write: Duration,
    /// Bytes of all bodies that are in memory at once. Beyond it the answer is 503.
    pub buffered_bytes: usize,
    /// Events that are handed to the bus at once. A further one waits within `publish`.
    pub in_flight: usize,
    /// Until the bus has the event; then the answer is 503. GitHub gives up after 10 s.
    pub publish: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 1024,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            head_bytes: 32 << 10,
            body: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            write: Duration::from_secs(10),
            buffered_bytes: 64 << 20,
            in_flight: 256,
            publish: Duration::from_secs(9),
        }
    }
}
