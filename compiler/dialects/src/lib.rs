//! The little languages of Argo Events in pure Rust: gjson, sjson, govaluate, and the filters and parameters made of them.
//!
//! They behave as the versions in Argo Events 1.9.11 do, its surprises included, because a Sensor that somebody already
//! has must decide as it always did. Everything is a function of its input: no IO, no clock. What needs Go's templates or
//! Lua is not executed yet; each `unsupported` function says so before anything runs.
//!
//! - [`gjson`]: paths into JSON text, and [`sjson`]: changing what is there
//! - [`govaluate`]: the expressions of `exprs` filters
//! - [`filters`]: whether an event passes
//! - [`parameters`]: values of events put into JSON
//! - [`template`]: a trigger's template made into a finished action
//! - [`dynamic`]: decoded values, and [`number`]: numbers as Go reads and prints them

pub mod dynamic;
pub mod filters;
pub mod foreign;
pub mod gjson;
pub mod govaluate;
pub mod number;
pub mod parameters;
pub mod sjson;
pub mod template;
mod text;
