//! aev's expressions as the checker leaves them: names resolved, header names canonical, conversions explicit.

use crate::json::Json;
use crate::origin::Origin;
use serde::{Deserialize, Serialize};

/// An expression over the events that are in scope.
///
/// In a filter the one event in scope is called by the name of its [`crate::model::Stream`]'s alias; in a trigger the
/// events are the bindings of its condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Expr {
    /// A constant.
    Const(Json),
    /// Data of an event.
    Path(Path),
    /// A CloudEvents attribute of an event.
    Attribute(AttributeRef),
    /// `text(v)`: what a text place makes of a value. Text stays, integers keep their digits, other numbers take their
    /// shortest form without exponent, objects and lists are the JSON that arrived.
    Text(Box<Expr>),
    /// Parts put together, each converted as by [`Expr::Text`].
    Concat(Vec<Expr>),
    /// `a ?? b`.
    Default(Box<Default>),
    /// A list with event values in it.
    List(Vec<Expr>),
    /// An object with event values in it, in the order written.
    Object(Vec<(String, Expr)>),
    /// `a == b` and the like.
    Compare(Box<Compare>),
    /// `a in [x, y]`: equal to one of them.
    In(Box<In>),
    /// `a matches r"…"`: unanchored RE2.
    Matches(Box<Matches>),
    /// `exists(path)`: never unknown.
    Exists(Path),
    /// Kleene's `not`.
    Not(Box<Expr>),
    /// Kleene's `and`. Empty is true.
    All(Vec<Expr>),
    /// Kleene's `or`. Empty is false.
    Any(Vec<Expr>),
    /// A call of a function of [`crate::function`].
    Call(Call),
}

/// A path into the data of an event. Without steps it is the whole data object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Path {
    /// The name the event has in this expression.
    pub event: String,
    /// From the data object inwards.
    pub steps: Vec<Step>,
    /// The declared type says that every event that gets here has it: not optional, not below an index or `any`.
    #[serde(default)]
    pub certain: bool,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Step {
    /// The member of an object, or the element of a list when the key is a number: Argo does not tell them apart.
    Key(String),
    /// An element of a list, or the member of an object whose key is that number. Negative counts from the end and
    /// reads lists only; the last is `-1`.
    Index(i64),
}

/// An attribute of the CloudEvent around the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AttributeRef {
    /// The name the event has in this expression.
    pub event: String,
    /// Which attribute.
    pub attribute: Attribute,
}

/// The attributes that an expression may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Attribute {
    /// Unique for each event of a source.
    Id,
    /// Name of the event source.
    Source,
    /// Argo's name of the kind, such as `github`.
    Type,
    /// Name of the event within its source.
    Subject,
    /// RFC 3339, UTC.
    Time,
    /// `application/json`.
    DataContentType,
    /// All of them as one object.
    Context,
    /// Argo's whole event: `{context, data}` with the data in base64.
    Envelope,
}

/// `value ?? fallback`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Default {
    /// Taken when it is there.
    pub value: Expr,
    /// Taken when `value` is absent.
    pub fallback: Expr,
    /// The type of `value` has `| null`, so null counts as absent here. Never set inside a `where`.
    #[serde(default)]
    pub null_is_absent: bool,
}

/// A call of a function. It is absent when one of its arguments is, and fails when the function has no value for them:
/// then a comparison with it is unknown, and an action that needs it fails the attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Call {
    /// Name of the function.
    pub function: String,
    /// What it is given, in order.
    pub args: Vec<Expr>,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// A comparison of two values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Compare {
    /// How they are compared.
    pub op: Comparator,
    /// Left operand.
    pub left: Expr,
    /// Right operand.
    pub right: Expr,
}

/// `==` and `!=` compare text, numbers, booleans and null with their own kind, the others text by bytes and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Comparator {
    /// Equal.
    #[serde(rename = "==")]
    Equal,
    /// Different values of one kind.
    #[serde(rename = "!=")]
    NotEqual,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// Less or equal.
    #[serde(rename = "<=")]
    LessOrEqual,
    /// Greater.
    #[serde(rename = ">")]
    Greater,
    /// Greater or equal.
    #[serde(rename = ">=")]
    GreaterOrEqual,
}

/// `value in [members]`, or with `negated` `value not in [members]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct In {
    /// What is looked for.
    pub value: Expr,
    /// Constants of one kind.
    pub members: Vec<Json>,
    /// `not in`.
    #[serde(default)]
    pub negated: bool,
}

/// `value matches pattern`, or with `negated` `value not matches pattern`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Matches {
    /// Text.
    pub value: Expr,
    /// An RE2 pattern, checked by the compiler.
    pub pattern: String,
    /// `not matches`.
    #[serde(default)]
    pub negated: bool,
}

impl Attribute {
    /// Every one.
    pub const ALL: [Attribute; 8] = [
        Attribute::Id,
        Attribute::Source,
        Attribute::Type,
        Attribute::Subject,
        Attribute::Time,
        Attribute::DataContentType,
        Attribute::Context,
        Attribute::Envelope,
    ];

    /// The one that is written so.
    pub fn named(name: &str) -> Option<Attribute> {
        Attribute::ALL.into_iter().find(|attribute| attribute.name() == name)
    }

    /// As it is written after `::`.
    pub fn name(self) -> &'static str {
        match self {
            Attribute::Id => "id",
            Attribute::Source => "source",
            Attribute::Type => "type",
            Attribute::Subject => "subject",
            Attribute::Time => "time",
            Attribute::DataContentType => "datacontenttype",
            Attribute::Context => "context",
            Attribute::Envelope => "envelope",
        }
    }
}

impl Expr {
    /// A text constant.
    pub fn text(value: impl Into<String>) -> Expr {
        Expr::Const(Json::String(value.into()))
    }
}
