//! JetStream and core NATS on real servers: the laws of all drivers, their own, and what happens when servers fail.
//!
//! Each module says that it is one of tests, which is what the lints against panics go by.

#[cfg(test)]
mod access;
#[cfg(test)]
mod core;
#[cfg(test)]
mod deleted;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gone;
#[cfg(test)]
mod jetstream;
#[cfg(test)]
mod own;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod support;
