//! The embedded bus: the laws of all drivers, and its own on a real disk.
//!
//! Each module says that it is one of tests, which is what the lints against panics go by.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod open;
mod wire;
