//! Types that a file writes.

use super::{Arg, Ident, Span, Text};

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// Which form.
    pub kind: TypeKind,
    /// The whole.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `string`, `github.PullRequestEvent`, `list<T>`
    Name {
        /// As written.
        name: String,
        /// `<T>`
        argument: Option<Box<TypeExpr>>,
    },
    /// `A | B`
    Union(Vec<TypeExpr>),
    /// `{ a: T, b?: U }`
    Record(Vec<RecordField>),
    /// `"opened"`
    Text(Text),
    /// `3`, as written
    Number(String),
    /// `sample("…")`, `schema("…")`
    From {
        /// Which of the two.
        function: Ident,
        /// The files.
        args: Vec<Arg>,
    },
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// A field of a record type.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordField {
    /// The documentation comment.
    pub doc: Option<String>,
    /// Its name, unquoted.
    pub name: Ident,
    /// `?`
    pub optional: bool,
    /// Its type.
    pub ty: TypeExpr,
}
