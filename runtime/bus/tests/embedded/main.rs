//! The embedded bus: the laws of all drivers, and its own on a real disk.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of tests"
)]
#![expect(clippy::print_stderr, reason = "a test that cannot run here says so")]

mod conformance;
mod crash;
mod limits;
mod open;
