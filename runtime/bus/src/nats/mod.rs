//! Core NATS: a connection, and the bus on it that keeps nothing.
//!
//! - `options`, `tls`: how a server is reached
//! - `link`: one connection

pub(crate) mod link;
mod options;
mod tls;

pub use options::{Auth, ConnectOptions, SecretText, Tls};
