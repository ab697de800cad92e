//! The tree as later passes see it: owned, with spans, and with holes where the text made no sense.
//!
//! It covers the whole language. Nothing here is resolved or checked. A part that could not be parsed is absent
//! (`None`) or [`ExprKind::Hole`], and has a diagnostic already; a later pass says nothing more about it.

mod block;
pub(crate) mod erase;
mod expression;
mod item;
mod source;
mod test;
mod trigger;
mod types;

pub use block::*;
pub use expression::*;
pub use item::*;
pub use source::*;
pub use test::*;
pub use trigger::*;
pub use types::*;

/// Bytes of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A name as written.
pub type Ident = Spanned<String>;

/// `a` or `a.b`, as it names a source, an event or a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Ref {
    /// At least one.
    pub segments: Vec<Ident>,
    /// The whole.
    pub span: Span,
}
