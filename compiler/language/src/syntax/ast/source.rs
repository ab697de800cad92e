//! Sources and filters.

use super::{Block, Expr, Field, Foreign, Ident, Object, Ref, Span, Text, TypeExpr};

/// `source`
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// `external`
    pub external: bool,
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// One event or several.
    pub body: SourceBody,
}

/// What follows the name of a source.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one for each source of a file: a box would save nothing")]
pub enum SourceBody {
    /// `: KIND { … }`, one event called like the source.
    One(EventBody),
    /// `{ event A: KIND { … } … }`
    Group(Group),
}

/// The braces of a source with several events.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// In the order of the file.
    pub events: Vec<Event>,
    /// Fields of the object.
    pub fields: Vec<Field>,
    /// `raw { … }`
    pub raw: Option<Object>,
    /// Part of it could not be read.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// `event NAME: KIND { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The documentation comment.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Kind, fields and filter.
    pub body: EventBody,
    /// From the keyword to the end.
    pub span: Span,
}

/// `KIND<T> { … } where …`
#[derive(Clone, Debug, PartialEq)]
pub struct EventBody {
    /// The kind.
    pub kind: Ident,
    /// `<T>`
    pub ty: Option<TypeExpr>,
    /// The kind's fields.
    pub block: Option<Block>,
    /// `where …`, at the source.
    pub filter: Option<Expr>,
}

/// `filter`
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// What follows `from`.
    pub from: Ref,
    /// `as x`
    pub alias: Option<Ident>,
    /// `map …`
    pub map: Option<Mapping>,
    /// `where …`
    pub condition: Option<Expr>,
    /// `raw { … }`
    pub raw: Option<Object>,
}

/// What follows `map`.
#[derive(Clone, Debug, PartialEq)]
pub enum Mapping {
    /// `map { … }`
    Object(Object),
    /// `map jq "…"` or `map lua "…"`
    Foreign(Foreign),
}
