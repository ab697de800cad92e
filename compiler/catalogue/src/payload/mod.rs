//! What events hold: the roots of each kind's data, and the types that come with the compiler.

pub(crate) mod calendar;
pub(crate) mod generic;
pub mod github;
pub(crate) mod nats;
pub(crate) mod webhook;

use crate::types::{Member, Type};

/// What the events of a kind hold.
#[derive(Debug, PartialEq)]
pub struct Payload {
    /// The members of the data object.
    pub roots: &'static [Member],
    /// The paths that `T` of `KIND<T>` types; none when the kind has no place for a type.
    pub typed: &'static [&'static [&'static str]],
    /// The field of the source without which what `typed` names is base64 text and no JSON.
    pub json_field: Option<&'static str>,
    /// A root whose type follows from the events that the source asks for.
    pub by_event: Option<ByEvent>,
}

/// A root whose type follows from a field of the source and from a header of the event.
#[derive(Debug, PartialEq)]
pub struct ByEvent {
    /// The root: `body`.
    pub root: &'static str,
    /// The field that lists the names of events: `events`.
    pub field: &'static str,
    /// The root with the headers: `headers`.
    pub headers: &'static str,
    /// The header that tells which event it is, under its canonical name.
    pub header: &'static str,
    /// The member of the root with the same text, if there is one.
    pub member: Option<&'static str>,
    /// Type by name of event, sorted. A name that is not here has the type `common`.
    pub types: &'static [(&'static str, Type)],
    /// The type of all events together.
    pub common: Type,
}

impl ByEvent {
    /// The type of one event.
    pub fn of(&self, event: &str) -> Type {
        find(self.types, event).unwrap_or(self.common)
    }
}

/// The type of that name, such as `github.PullRequestEvent`.
pub fn named_type(name: &str) -> Option<Type> {
    find(github::TYPES, name)
}

/// The type of that name in a sorted table.
fn find(table: &[(&str, Type)], name: &str) -> Option<Type> {
    let index = table.binary_search_by_key(&name, |(known, _)| known).ok()?;
    table.get(index).map(|(_, ty)| *ty)
}

/// The names of all types that come with the compiler, sorted.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    github::TYPES.iter().map(|(name, _)| *name)
}

pub(crate) const METADATA: Member =
    Member::optional("metadata", Type::Map(&Type::String), "What the source's `metadata` says.");
