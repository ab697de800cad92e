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
    /// `a + b` and the like. `-a` is `0 - a`.
    Arithmetic(Box<Arithmetic>),
    /// `if c then a else b`.
    If(Box<If>),
    /// `any x in l: p` and `all x in l: p`; also `a in l` of a list that is no constant.
    Quantified(Box<Quantified>),
    /// A member or an element of a value that is worked out: `parse-json(t).p`.
    Member(Box<Member>),
    /// `e::time in 09:00..17:00 at "Europe/London"`: never unknown.
    TimeRange(TimeRange),
    /// `gjson(e, r"…")` or `gotemplate(e, r"…")`: a value in a language of Argo's.
    Foreign(Box<Foreign>),
    /// `govaluate(r"…", a: e.body.a)`: a condition in a language of Argo's.
    Govaluate(Box<Govaluate>),
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

/// Two numbers reckoned together; see [`crate::arithmetic`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Arithmetic {
    /// How.
    pub op: Operator,
    /// Left operand.
    pub left: Expr,
    /// Right operand.
    pub right: Expr,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// The operators of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Operator {
    /// Sum.
    #[serde(rename = "+")]
    Add,
    /// Difference.
    #[serde(rename = "-")]
    Subtract,
    /// Product.
    #[serde(rename = "*")]
    Multiply,
    /// Quotient.
    #[serde(rename = "/")]
    Divide,
    /// What a division that is cut towards nought leaves; it has the sign of the left operand.
    #[serde(rename = "%")]
    Remainder,
}

/// `if condition then a else b`. When the condition is unknown there is no value, and an action that needs it fails the
/// attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct If {
    /// Decides.
    pub condition: Expr,
    /// The value when it is true.
    pub then: Expr,
    /// The value when it is false.
    #[serde(rename = "else")]
    pub otherwise: Expr,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// `any name in list: condition`, or `all` of them. Unknown when there is no list; otherwise Kleene's `or` or `and` of the
/// condition for each element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Quantified {
    /// `all`; otherwise `any`.
    pub all: bool,
    /// What the condition calls an element: in its paths it stands for an event whose data is the element. [`ELEMENT`]
    /// when none was written.
    pub name: String,
    /// The list.
    pub list: Expr,
    /// What must hold.
    pub condition: Expr,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// The name of the element in `a in l`. No event has it, for it is a word of the language.
pub const ELEMENT: &str = "in";

/// What a path leads to in a value that is worked out. It is absent when the value is, or has nothing there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Member {
    /// The value.
    pub value: Expr,
    /// From the value inwards.
    pub steps: Vec<Step>,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// A value of one event in a language of Argo's. It is absent when the text leads nowhere in the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Foreign {
    /// What the text is written in.
    pub language: ForeignLanguage,
    /// A gjson path or a Go template.
    pub text: String,
    /// The name the event has in this expression.
    pub event: String,
    /// It reads the attributes of the event as one object, instead of the data.
    #[serde(default)]
    pub context: bool,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// A language that values are read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ForeignLanguage {
    /// Paths of gjson.
    Gjson,
    /// Go's `text/template` with sprig.
    GoTemplate,
}

/// A condition in govaluate. It is unknown when a field is absent, or govaluate has no value for them; every value but
/// `true` is false.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Govaluate {
    /// The expression.
    pub text: String,
    /// Its variables with their values, each an [`Expr::Path`] or an [`Expr::Foreign`] of gjson over the data of the event;
    /// at least one.
    pub fields: Vec<(String, Expr)>,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// Whether the time of an event lies between two times of its day. With `from` behind `to` it passes midnight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TimeRange {
    /// The name the event has in this expression.
    pub event: String,
    /// As `15:04:05`; belongs to it.
    pub from: String,
    /// As `15:04:05`; does not belong to it.
    pub to: String,
    /// Name of the time zone; UTC if there is none.
    #[serde(default)]
    pub zone: Option<String>,
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

impl ForeignLanguage {
    /// As the function is called.
    pub fn name(self) -> &'static str {
        match self {
            ForeignLanguage::Gjson => "gjson",
            ForeignLanguage::GoTemplate => "gotemplate",
        }
    }
}

impl Comparator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Comparator::Equal => "==",
            Comparator::NotEqual => "!=",
            Comparator::Less => "<",
            Comparator::LessOrEqual => "<=",
            Comparator::Greater => ">",
            Comparator::GreaterOrEqual => ">=",
        }
    }
}

impl Operator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
        }
    }
}

impl Expr {
    /// A text constant.
    pub fn text(value: impl Into<String>) -> Expr {
        Expr::Const(Json::String(value.into()))
    }
}
