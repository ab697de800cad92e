//! Tests through the public interface.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the golden files are read, and written when asked")]

mod build;
mod filters;
mod findings;
mod golden;
mod kinds;
mod law;
mod refusals;
mod rules;
mod values;
mod yaml;
