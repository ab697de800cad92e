//! Triggers: conditions, clauses, actions and options.

use super::{Arg, Expr, Field, Foreign, Ident, Object, Patch, Ref, Span, Text};

/// `trigger`
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// What follows `on`.
    pub on: Condition,
    /// `reset`, `match`, `within`, `after`, `count`
    pub clauses: Vec<Clause>,
    /// Action and options.
    pub body: Body,
}

/// What follows `on`. `and` binds tighter than `or`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Which form.
    pub kind: ConditionKind,
    /// `as x`, after a name or a parenthesis.
    pub alias: Option<Ident>,
    /// With alias and parentheses.
    pub span: Span,
}

/// The forms of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// A filter or an event.
    Ref(Ref),
    /// `a and b`
    And(Vec<Condition>),
    /// `a or b`
    Or(Vec<Condition>),
    /// `(…)`
    Paren(Box<Condition>),
}

/// A clause between condition and block of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Which clause.
    pub kind: ClauseKind,
    /// The whole.
    pub span: Span,
}

/// The clauses.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `reset cron "…" in "…"`
    Reset {
        /// The schedule.
        cron: Text,
        /// The time zone.
        zone: Option<Text>,
    },
    /// `match a.x == b.x`
    Match(Expr),
    /// `within 1h`
    Within(Expr),
    /// `after 10m without x as y`
    After {
        /// How long.
        wait: Expr,
        /// What must not come.
        without: Ref,
        /// `as y`
        alias: Option<Ident>,
    },
    /// `count 3`
    Count(Expr),
}

/// The braces of a trigger or an `on-failure`: one action and options; a checker says when there is none or another.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The actions, in order; well-formed bodies have one.
    pub actions: Vec<Action>,
    /// `name: value`
    pub options: Vec<Field>,
    /// `on-failure NAME { … }`
    pub on_failure: Vec<OnFailure>,
    /// `raw { … }`
    pub raw: Option<Object>,
    /// Something in it could not be parsed, and has a diagnostic: say nothing about what is missing.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// `on-failure NAME { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct OnFailure {
    /// The documentation comment.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Action and options.
    pub body: Box<Body>,
    /// The whole.
    pub span: Span,
}

/// An action: parentheses say how, braces say what, `with` patches.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// `http`, `k8s.create`, `workflow.run`
    pub name: Ident,
    /// `(cluster: true)`
    pub args: Vec<Arg>,
    /// The template or workflow named by `workflow.run "…"` and its kin.
    pub target: Option<Expr>,
    /// `from git { … }`
    pub from: Option<From>,
    /// `{ … }`
    pub object: Option<Object>,
    /// `with { … }`
    pub with: Option<Patch>,
    /// The whole.
    pub span: Span,
}

/// Where a resource comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct From {
    /// `git`, `s3`, `url`, `inline`, `file`, `configmap`
    pub kind: Ident,
    /// Its arguments: an object, a tagged text, or those in parentheses.
    pub args: FromArgs,
    /// The whole.
    pub span: Span,
}

/// The arguments of a [`From`].
#[derive(Clone, Debug, PartialEq)]
pub enum FromArgs {
    /// `git { … }`
    Object(Object),
    /// `inline yaml "…"`
    Foreign(Foreign),
    /// `file("…")`
    Call(Vec<Arg>),
}
