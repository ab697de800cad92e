//! The compiler through its public interface.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod check;
mod constants;
mod files;
#[cfg(test)]
mod foreign;
mod habits;
mod lints;
mod programs;
mod sources;
