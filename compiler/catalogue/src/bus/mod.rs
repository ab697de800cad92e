//! Kinds of buses.

mod embedded;
mod jetstream;
mod jetstream_exotic;
mod kafka;
mod nats;
mod pod;

use crate::field::Block;
use crate::target::Targets;

/// A kind of bus.
#[derive(Debug, PartialEq)]
pub struct BusKind {
    /// As written, which is the key in Argo's `spec`.
    pub name: &'static str,
    /// Its fields.
    pub block: &'static Block,
    /// It keeps events until they are acknowledged. Otherwise delivery is at most once.
    pub durable: bool,
    /// What is worth a warning for target `argo`, or nothing.
    pub argo_warning: Option<&'static str>,
    /// Which target can do it.
    pub targets: Targets,
    /// A plain sentence.
    pub doc: &'static str,
}

/// All kinds.
pub static BUSES: &[&BusKind] =
    &[&embedded::KIND, &jetstream::KIND, &jetstream_exotic::KIND, &kafka::KIND, &nats::KIND];

/// The kind of that name.
pub fn bus(name: &str) -> Option<&'static BusKind> {
    BUSES.iter().copied().find(|kind| kind.name == name)
}
