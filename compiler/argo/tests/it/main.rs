//! Tests through the public interface.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the golden files are read, and written when asked")]

mod build;
mod filters;
mod golden;
mod law;
mod values;
mod yaml;
