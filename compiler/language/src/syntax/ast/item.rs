//! Files, and the items in them.

use super::{Block, Expr, Field, Filter, Ident, Object, Source, Span, Test, Text, Trigger, TypeExpr};

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// `pipeline NAME { … }`
    pub header: Option<Header>,
    /// In the order of the file.
    pub items: Vec<Item>,
}

/// `pipeline NAME { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The documentation comment, lines joined with one blank.
    pub doc: Option<String>,
    /// Name of the pipeline; absent when it could not be read.
    pub name: Option<Ident>,
    /// What is between the braces.
    pub block: Option<Block>,
    /// The whole.
    pub span: Span,
}

/// A top-level item, or one inside `sensor`, `for` and `if`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The documentation comment, lines joined with one blank.
    pub doc: Option<String>,
    /// Which item.
    pub kind: ItemKind,
    /// From the keyword to the end.
    pub span: Span,
}

/// The items.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `use "file" with { … } as x`
    Use(Use),
    /// `param NAME: TYPE = DEFAULT`
    Param(Param),
    /// `let NAME = VALUE`
    Let(Let),
    /// `type NAME …`
    Type(TypeItem),
    /// `bus NAME: KIND { … }`
    Bus(Bus),
    /// `source NAME …`
    Source(Source),
    /// `filter NAME from …`
    Filter(Filter),
    /// `trigger NAME on … { … }`
    Trigger(Trigger),
    /// `sensor NAME { … }`
    Sensor(Sensor),
    /// `for X in LIST by KEY { … }`
    For(For),
    /// `if C { … } else { … }`
    If(If),
    /// `test "…" { … }`
    Test(Test),
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// `use`
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The file.
    pub path: Text,
    /// `with { … }`
    pub with: Option<Object>,
    /// `as x`
    pub alias: Option<Ident>,
}

/// `param`
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// `= value`
    pub default: Option<Expr>,
}

/// `let`
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `type`
#[derive(Clone, Debug, PartialEq)]
pub struct TypeItem {
    /// Its name.
    pub name: Ident,
    /// What it stands for.
    pub ty: TypeExpr,
}

/// `bus`
#[derive(Clone, Debug, PartialEq)]
pub struct Bus {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Its kind.
    pub kind: Ident,
    /// The kind's fields.
    pub block: Option<Block>,
}

/// `sensor`
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Filters and triggers.
    pub items: Vec<Item>,
    /// Fields of the object.
    pub fields: Vec<Field>,
    /// `raw { … }`
    pub raw: Option<Object>,
}

/// `for`
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The name in each turn.
    pub name: Ident,
    /// The list.
    pub list: Expr,
    /// The identity of each turn.
    pub key: Expr,
    /// What is repeated.
    pub items: Vec<Item>,
}

/// `if`
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// Constant.
    pub condition: Expr,
    /// When true.
    pub then: Vec<Item>,
    /// When false; `else if` is an `If` in it.
    pub otherwise: Vec<Item>,
}
