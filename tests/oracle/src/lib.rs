//! Argo Events itself, for tests: what it decides, and its event source and sensor as processes.
//!
//! The program behind it is the one of Go beside this crate; `README.md` has its requests and answers. `cargo xtask test`
//! builds it and says in `AEV_ORACLE` where it is. Without it, a test says that it is skipped.

mod ask;
mod decision;
mod pod;

pub use ask::{Oracle, program};
pub use decision::disagreement;
pub use pod::{Pod, Role, SUBSCRIBED, TAKES_REQUESTS, command, jetstream};
