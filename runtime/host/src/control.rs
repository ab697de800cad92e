//! The control socket: where a running process is asked what became of events, and told to try again.
//!
//! HTTP/1.1 with JSON, one object a line for lists, over a Unix socket that its owner alone may use, or over TCP for whoever
//! has the token. `COMPATIBILITY.md` has the protocol.
//!
//! - [`address`]: where it is; [`socket`]: binding it
//! - `serve`: connections and their bounds; `route`: what is asked for; `guard`: who may ask; `answer`: what goes back
//! - [`api`]: what is sent and answered; [`client`]: the other end
//! - `why`, `events`, `dead`, `replay`: the answers

pub mod address;
mod answer;
pub mod api;
pub mod client;
mod dead;
mod events;
mod guard;
mod replay;
mod route;
mod serve;
pub mod socket;
mod why;

/// Why a suspended trigger is sent nothing.
const SUSPENDED: &str = "the trigger is suspended; remove `suspend` from its file and reload it first";

pub use address::ControlAddress;
pub use serve::{Control, Reload, Serving};
pub use socket::ControlError;
