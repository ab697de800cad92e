//! Faults through the whole road: a webhook, a bus on a real server, a filter, and a target over HTTP, with the command `aev`
//! as a process.
//!
//! Each test sends a load under which something breaks, and then holds the law of [`support::Load::settle`]: what was answered
//! 2xx has its effect under one id or lies among the dead letters with its reason; what could not be taken was refused in a
//! way that makes the sender try again; nobody had to help.
//!
//! `AEV_FAULTS=full` makes them longer.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod again;
mod bus;
#[cfg(target_os = "linux")]
mod clock;
mod disk;
mod killed;
mod network;
mod poison;
mod sizes;
mod support;
mod taken_over;
mod targets;
