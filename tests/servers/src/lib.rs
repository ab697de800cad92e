//! Real servers for tests. Each test starts its own on free loopback ports, with a store of its own in a temporary folder.
//!
//! - [`program`]: where the server's program is
//! - [`nats`]: one nats-server: start, pause, kill, start again on the same store and port
//! - [`cluster`]: three of them
//! - [`access`]: who may connect: everybody, a password, a token, a key, a credentials file
//! - [`certificates`]: a certificate authority, made on the spot
//! - [`extension`]: a foreign extension of Argo Events: events and actions over gRPC

pub mod access;
pub mod certificates;
pub mod cluster;
pub mod extension;
pub mod nats;
pub mod program;

pub use access::Access;
pub use certificates::Certificates;
pub use cluster::Cluster;
pub use extension::Extension;
pub use nats::{NatsServer, Options};
