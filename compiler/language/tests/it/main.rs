//! The compiler through its public interface.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod actions;
mod check;
mod clauses;
mod constants;
mod dialects;
mod events;
#[cfg(test)]
mod expressions;
mod files;
mod foreign;
mod habits;
mod lints;
mod mistakes;
mod named;
mod objects;
mod programs;
mod raw;
mod sensors;
mod sources;
