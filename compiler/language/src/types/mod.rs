//! Types of events, and what is known about them after a `where`.
//!
//! - [`ty`]: the types, one level at a time
//! - [`read`]: members, elements and headers of a type, and narrowing
//! - [`event`]: an event in scope and the facts about its paths
//! - [`declared`]: types that a file writes
//! - [`schema`]: types that a JSON Schema describes
//! - [`size`]: how large written types are

pub mod declared;
pub mod event;
pub mod read;
pub mod schema;
pub mod size;
pub mod ty;
