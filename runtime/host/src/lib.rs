//! One process that runs pipelines: settings, listeners, lanes and shutdown.
//!
//! - [`settings`]: what is in force, and where each value came from
//! - [`host`]: starting all of it or nothing, status, draining
//! - [`error`]: everything that stands against starting, at once
//! - [`decision`]: what the process says it has decided and done
//! - `ingress`: from a source to the bus; `parsed`: what several triggers read is parsed once
//! - `runner`: one trigger on its lane; `attempt`: carrying out its actions; `convert`: between the crates' types

mod attempt;
mod convert;
pub mod decision;
pub mod error;
pub mod host;
mod ingress;
mod parsed;
mod runner;
pub mod settings;

pub use decision::{Decided, Decisions};
pub use error::StartError;
pub use host::{Host, HostStatus, TriggerStatus};
pub use settings::{Layers, Settings};
