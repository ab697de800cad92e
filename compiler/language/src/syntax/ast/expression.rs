//! Expressions and text.

use super::{Entry, Ident, Object, Span, Spanned};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Which form.
    pub kind: ExprKind,
    /// The whole.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// As written, without `_`.
    Number(String),
    /// Text, perhaps with `${…}` in it.
    Text(Text),
    /// `500ms`, as written.
    Duration(String),
    /// `10Gi`, as written.
    Size(String),
    /// `10/min`, as written.
    Rate(String),
    /// `09:00`, as written.
    TimeOfDay(String),
    /// `jq "…"`
    Foreign(Foreign),
    /// `[a, ...b]`
    List(Vec<ListEntry>),
    /// `[for x in l if c: v]`
    Comprehension(Box<Comprehension>),
    /// `{ … }`
    Object(Object),
    /// A name in scope.
    Name(String),
    /// `a.b` or `a."b"`
    Member(Box<Expr>, Ident),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `a::b`
    Attribute(Box<Expr>, Ident),
    /// `f(a, name: b)`; the callee is a name or a member of one
    Call(Box<Expr>, Vec<Arg>),
    /// `(a)`
    Paren(Box<Expr>),
    /// `not a`, `-a`
    Unary(Spanned<UnaryOp>, Box<Expr>),
    /// `a + b` and the like
    Binary(Spanned<BinaryOp>, Box<Expr>, Box<Expr>),
    /// `a in x..y at z`
    Range(Box<TimeRange>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `any x in l: p`, `all x in l: p`
    Quantifier(Box<Quantifier>),
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListEntry {
    /// `a`
    Value(Expr),
    /// `...a`
    Spread(Expr),
}

/// `[for x in l if c: v]`
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// The name in each turn.
    pub name: Ident,
    /// The list.
    pub list: Expr,
    /// `if c`
    pub condition: Option<Expr>,
    /// The value of each turn.
    pub value: Expr,
}

/// `any x in l: p`
#[derive(Clone, Debug, PartialEq)]
pub struct Quantifier {
    /// `all`; otherwise `any`.
    pub all: bool,
    /// The name of an element.
    pub name: Ident,
    /// The list.
    pub list: Expr,
    /// What must hold.
    pub condition: Expr,
}

/// `value in from..to at zone`
#[derive(Clone, Debug, PartialEq)]
pub struct TimeRange {
    /// `not in`
    pub negated: bool,
    /// What is compared.
    pub value: Expr,
    /// Included.
    pub from: Expr,
    /// Excluded.
    pub to: Expr,
    /// `at "…"`
    pub zone: Option<Expr>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `name:`
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Matches,
    NotMatches,
    Default,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A string literal, unescaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// In order; adjacent literals are one.
    pub parts: Vec<TextPart>,
    /// `r"…"`
    pub raw: bool,
    /// With the quotes.
    pub span: Span,
}

/// A part of a string literal.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// Literal text.
    Literal(String),
    /// `${…}`
    Value(Expr),
}

/// A tagged raw string of another language.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// `lua`, `jq`, `yaml`
    pub language: Ident,
    /// The text, indent removed.
    pub text: String,
    /// The whole.
    pub span: Span,
}

impl Expr {
    /// The expressions that this one is made of, in the order of the text.
    pub fn parts(&self, each: &mut dyn FnMut(&Expr)) {
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Rate(_)
            | ExprKind::TimeOfDay(_)
            | ExprKind::Foreign(_)
            | ExprKind::Name(_)
            | ExprKind::Hole => {}
            ExprKind::Text(text) => {
                for part in &text.parts {
                    if let TextPart::Value(value) = part {
                        each(value);
                    }
                }
            }
            ExprKind::List(entries) => {
                for entry in entries {
                    match entry {
                        ListEntry::Value(value) | ListEntry::Spread(value) => each(value),
                    }
                }
            }
            ExprKind::Comprehension(list) => {
                each(&list.list);
                list.condition.iter().for_each(&mut *each);
                each(&list.value);
            }
            ExprKind::Object(object) => {
                for entry in &object.entries {
                    match entry {
                        Entry::Field(field) => each(&field.value),
                        Entry::Spread(value) => each(value),
                    }
                }
            }
            ExprKind::Member(base, _) | ExprKind::Attribute(base, _) => each(base),
            ExprKind::Index(base, index) => {
                each(base);
                each(index);
            }
            ExprKind::Call(callee, args) => {
                each(callee);
                args.iter().for_each(|arg| each(&arg.value));
            }
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => each(inner),
            ExprKind::Binary(_, left, right) => {
                each(left);
                each(right);
            }
            ExprKind::Range(range) => {
                each(&range.value);
                each(&range.from);
                each(&range.to);
                range.zone.iter().for_each(each);
            }
            ExprKind::If(condition, then, otherwise) => {
                each(condition);
                each(then);
                each(otherwise);
            }
            ExprKind::Quantifier(quantifier) => {
                each(&quantifier.list);
                each(&quantifier.condition);
            }
        }
    }
}
