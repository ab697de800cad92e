//! Sources and actions through their public interfaces, over real sockets on loopback.
//!
//! Each module says that it is one of tests, which is what the lints against panics go by.

#[cfg(test)]
mod calendar;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod custom;
#[cfg(test)]
mod files;
#[cfg(test)]
mod generic;
#[cfg(test)]
mod github;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod nats;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod webhook;
