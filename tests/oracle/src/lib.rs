//! Argo Events itself, for tests: what it decides, and its event source and sensor as processes.
//!
//! The program behind it is the one of Go beside this crate; `README.md` has its requests and answers. `cargo xtask oracle`
//! builds it. Without it, a test says that it is skipped.
//!
//! - [`program`], [`place()`]: where it is
//! - [`Oracle`]: ask it
//! - [`Pod`]: run Argo Events' event source or sensor
//! - [`Foreign`]: run a foreign extension made of Argo Events' code
//! - [`disagreement`]: does Argo Events decide as aev has decided?

mod ask;
mod decision;
mod foreign;
mod place;
mod pod;

pub use ask::Oracle;
pub use decision::disagreement;
pub use foreign::Foreign;
pub use place::{place, program, sources};
pub use pod::{Pod, Role, SUBSCRIBED, TAKES_REQUESTS, command, jetstream};
