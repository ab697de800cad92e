//! Sources and actions: what events come from and what they cause.
//!
//! - [`secrets`]: names that become values
//! - [`nats`]: connections to NATS, of sources and of actions
//! - [`client`]: HTTP calls, of actions and of the host
//! - [`grpc`]: connections to servers of Argo Events' gRPC protocols
//! - [`publish`]: what a source hands over
//! - [`sources`]: what is read from a plan, one file a kind
//! - [`server`]: the HTTP listener that the endpoints of all sources share
//! - [`trace`]: to which trace something belongs
//! - [`actions`]: what carries out a finished action, one file a kind

pub mod actions;
pub mod client;
pub mod grpc;
pub mod nats;
pub mod publish;
pub mod secrets;
pub mod server;
pub mod sources;
pub mod trace;
