//! What stands in braces: blocks, objects and patches.

use super::{Expr, Ident, Span, Text};

/// The braces of a header, a bus or an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Fields and spreads, in order.
    pub entries: Vec<Entry>,
    /// `verify: hmac { … }`
    pub verify: Option<Verify>,
    /// `raw { … }`
    pub raw: Option<Object>,
    /// Something in it could not be parsed, and has a diagnostic: say nothing about what is missing.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// `verify: hmac { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Verify {
    /// `hmac`
    pub method: Ident,
    /// Its fields.
    pub object: Object,
    /// The whole.
    pub span: Span,
}

/// An object in braces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Fields and spreads, in order.
    pub entries: Vec<Entry>,
    /// Something in it could not be parsed, and has a diagnostic: say nothing about what is missing.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// An entry of an object or block.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// `key: value`
    Field(Field),
    /// `...value`
    Spread(Expr),
}

/// `key: value`
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The documentation comment.
    pub doc: Option<String>,
    /// The key, unquoted.
    pub key: Ident,
    /// The value.
    pub value: Expr,
    /// The whole.
    pub span: Span,
}

/// The braces after `with` or `expect x`: paths as keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// In order.
    pub entries: Vec<PatchEntry>,
    /// With the braces.
    pub span: Span,
}

/// An entry of a patch.
#[derive(Clone, Debug, PartialEq)]
pub enum PatchEntry {
    /// `a.b[0]: value`
    Field {
        /// Where.
        path: Vec<PatchStep>,
        /// What.
        value: Expr,
        /// The whole.
        span: Span,
    },
    /// `...value`
    Spread(Expr),
}

/// A step of the path of a patch.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchStep {
    /// Which step.
    pub kind: PatchStepKind,
    /// Where it stands.
    pub span: Span,
}

/// The steps of a patch's path.
#[derive(Clone, Debug, PartialEq)]
pub enum PatchStepKind {
    /// `.a` or `."a"` or `["a"]`
    Key(String),
    /// `[0]`
    Index(u64),
    /// `[name == "x"]`
    ByName {
        /// The member that is compared.
        member: String,
        /// With what.
        value: Text,
    },
    /// `[+]`
    Append,
}
