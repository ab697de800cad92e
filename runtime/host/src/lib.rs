//! One process that runs pipelines: settings, listeners, lanes and shutdown.
//!
//! - [`settings`]: what is in force, and where each value came from; `address`: where events lie
//! - [`host`]: starting pipelines, all of them or none, exchanging them, their status, draining; `buses`: their connections;
//!   `remote`: what their secrets hold; `pipeline`: one that runs
//! - [`error`]: everything that stands against starting, at once
//! - [`decision`]: what the process says it has decided and done
//! - [`control`]: the socket where a running process is asked and told
//! - [`metrics`]: what is counted, and the port where it is read
//! - [`records`]: what became of each event, kept for whoever asks why
//! - `ingress`: from a source to the bus; `tasks`: sources that run by themselves; `parsed`: what several triggers read is
//!   parsed once
//! - [`runner`]: one trigger on its lane; `attempt`: its attempts, and `rate`: how many; [`health`]: how it is
//! - [`perform`] and [`clock`]: the world that triggers act on and the time they act at, which a test can replace
//! - [`trace`]: spans of what is received, decided and done, for whoever follows an event through many programs
//! - `convert`: between the crates' types

mod address;
mod attempt;
mod buses;
pub mod clock;
pub mod control;
mod convert;
pub mod decision;
pub mod error;
pub mod health;
pub mod host;
mod ingress;
mod listen;
pub mod metrics;
pub mod parsed;
pub mod perform;
mod pipeline;
mod rate;
pub mod records;
mod remote;
pub mod runner;
pub mod settings;
mod tasks;
pub mod trace;

pub use clock::{Clock, SystemClock};
pub use decision::{Decided, Decisions};
pub use error::StartError;
pub use host::Host;
pub use host::status::{HostStatus, SourceTrouble, TriggerStatus};
pub use perform::{Perform, Performed};
pub use runner::Runner;
pub use settings::{Layers, Settings};
