//! Core NATS: the bus on it, which keeps nothing, and how a NATS server is reached.
//!
//! - `options`, `tls`: how a server is reached
//! - `link`: one connection
//! - `bus`, `lane`, `memory`: the driver

mod bus;
mod lane;
pub(crate) mod link;
mod memory;
mod options;
mod tls;

pub use bus::Nats;
pub use options::{Auth, ConnectOptions, SecretText, Tls};
