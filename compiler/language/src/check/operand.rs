//! Scalar expressions: constants, paths, defaults, interpolated text.

use super::path::{Place, Reached, Scope};
use super::{Check, bare, unbuilt_form};
use crate::compile::Target;
use crate::diagnostics::problems::{lints, types as type_problems};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Span, Text, TextPart, UnaryOp};
use crate::types::declared::literal_text;
use crate::types::event::{Cursor, Fact, Rewritten};
use crate::types::read::Absence;
use crate::types::ty::{Literal, Ty};
use aev_plan::eval::text_of_json;
use aev_plan::expr::{self, Operator, Step};
use aev_plan::json::{Json, Number};

/// An expression of the plan, and what is known about its value.
pub(super) struct Operand {
    pub expr: expr::Expr,
    pub ty: Ty,
    /// Whether it is there when its event is.
    pub absence: Absence,
    /// It is absent when none of these events has come.
    pub missing: Vec<String>,
    /// The path, when it is one: facts are learnt about it.
    pub cursor: Option<Cursor>,
    /// What a call is given, and what is known of it when the call has a value.
    pub args: Vec<(Operand, Fact)>,
    pub span: Span,
}

impl Operand {
    pub fn constant(json: Json, ty: Ty, span: Span) -> Operand {
        Operand {
            expr: expr::Expr::Const(json),
            ty,
            absence: Absence::Never,
            missing: Vec::new(),
            cursor: None,
            args: Vec::new(),
            span,
        }
    }

    /// Stands for what was reported: fits everywhere.
    pub fn error(span: Span) -> Operand {
        Operand::constant(Json::Null, Ty::Error, span)
    }

    /// Its value, when it is a constant.
    pub fn literal(&self) -> Option<Literal> {
        match &self.expr {
            expr::Expr::Const(json) => literal(json),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        self.expr == expr::Expr::Const(Json::Null) && self.ty == Ty::Null
    }
}

/// The literal type of a scalar.
pub(super) fn literal(json: &Json) -> Option<Literal> {
    match json {
        Json::Bool(value) => Some(Literal::Bool(*value)),
        Json::Number(number) => Some(Literal::Number(number.as_str().into())),
        Json::String(text) => Some(Literal::Text(text.as_str().into())),
        _ => None,
    }
}

/// The type of a constant.
pub(super) fn type_of(json: &Json) -> Ty {
    match (literal(json), json) {
        (Some(literal), _) => Ty::Literal(literal),
        (None, Json::Null) => Ty::Null,
        (None, Json::List(items)) => match items.is_empty() {
            true => Ty::list(Ty::Any),
            false => Ty::list(Ty::union(items.iter().map(type_of))),
        },
        _ => Ty::Map(Ty::Any.into()),
    }
}

impl<'a> Check<'a> {
    /// A scalar expression. Whether an absent value matters is for the place to say.
    pub(super) fn operand(&mut self, expr: &'a Expr, scope: &Scope) -> Operand {
        let expr = bare(expr);
        let span = expr.span;
        let constant = |json: Json| {
            let ty = type_of(&json);
            Operand::constant(json, ty, span)
        };
        if Self::is_path(expr) {
            return self.read(expr, scope);
        }
        if let Some(number) = super::constant::negative(expr).and_then(|text| Number::parse(&text)) {
            return constant(Json::Number(number));
        }
        match &expr.kind {
            ExprKind::Null => constant(Json::Null),
            ExprKind::Bool(value) => constant(Json::Bool(*value)),
            ExprKind::Duration(written) => constant(self.duration(expr, written).to_string().into()),
            ExprKind::Size(written) | ExprKind::Rate(written) => constant(written.as_str().into()),
            ExprKind::Text(text) => self.text(text, scope),
            ExprKind::Binary(op, left, right) if op.value == BinaryOp::Default => {
                self.default_of(op.span, left, right, scope)
            }
            ExprKind::Call(callee, args) => self.call(expr, callee, args, scope),
            ExprKind::List(_) | ExprKind::Object(_) => {
                let value = self.json(expr, scope);
                let ty = match &value {
                    expr::Expr::Const(json) => type_of(json),
                    expr::Expr::List(_) => Ty::list(Ty::Any),
                    _ => Ty::Map(Ty::Any.into()),
                };
                Operand { expr: value, ..Operand::constant(Json::Null, ty, span) }
            }
            ExprKind::Member(..) | ExprKind::Index(..) => self.member(expr, scope),
            ExprKind::If(condition, then, otherwise) => self.choice(span, condition, then, otherwise, scope),
            ExprKind::Unary(op, value) => match op.value {
                UnaryOp::Negate => self.negated(span, value, scope),
                UnaryOp::Not => self.truth_value(expr, scope),
            },
            ExprKind::Binary(op, left, right) => match operator(op.value) {
                Some(op) => self.arithmetic(op, span, left, right, scope),
                None if op.value == BinaryOp::Or && !scope.condition && !Self::is_condition(left) => {
                    self.either(op.span, left, right, scope)
                }
                None => self.truth_value(expr, scope),
            },
            ExprKind::Quantifier(_) | ExprKind::Range(_) => self.truth_value(expr, scope),
            _ => {
                if let Some(form) = unbuilt_form(expr) {
                    self.not_built(span, &form);
                }
                Operand::error(span)
            }
        }
    }

    fn read(&mut self, expr: &'a Expr, scope: &Scope) -> Operand {
        match self.path(expr, scope) {
            Some(Reached::Data { event, cursor }) => {
                let path = self.plan_path(event.clone(), &cursor, expr.span);
                self.large_integer(&event, &cursor, expr.span, scope);
                let doubtful = scope.event(&event).is_some_and(|event| event.doubtful);
                let absence = match cursor.read.absence {
                    Absence::Declared if doubtful => Absence::Unknown,
                    absence => absence,
                };
                let missing = may_be_missing(scope, event);
                Operand {
                    expr: expr::Expr::Path(path),
                    ty: cursor.read.ty.clone(),
                    absence,
                    missing,
                    cursor: Some(cursor),
                    args: Vec::new(),
                    span: expr.span,
                }
            }
            Some(Reached::Attribute { attribute, ty }) => Operand {
                missing: may_be_missing(scope, attribute.event.clone()),
                ty,
                expr: expr::Expr::Attribute(attribute),
                absence: Absence::Never,
                cursor: None,
                args: Vec::new(),
                span: expr.span,
            },
            None => Operand::error(expr.span),
        }
    }

    /// Warns of what may be a large integer that has been through a `map`.
    fn large_integer(&mut self, event: &str, cursor: &Cursor, span: Span, scope: &Scope) {
        let Some(by) = scope.event(event).and_then(|event| event.rewritten) else { return };
        let Some(key) = cursor.last_name() else { return };
        let is_id = key == "id" || key.ends_with("_id") || key.ends_with("Id") || key.ends_with("ID");
        let number = cursor.read.ty == Ty::Any
            || cursor.read.ty.members().iter().any(|ty| matches!(ty, Ty::Int | Ty::Number));
        if is_id && number {
            let problem = lints::large_integer(self.reports.at(span), key, by == Rewritten::Lua);
            match by {
                Rewritten::Jq => self.refused(Target::Argo, problem),
                Rewritten::Lua => self.reports.add_once(problem.message.clone(), problem),
            }
        }
    }

    /// Text, perhaps put together from values.
    fn text(&mut self, text: &'a Text, scope: &Scope) -> Operand {
        if let Some(value) = literal_text(text) {
            let ty = Ty::text(&value);
            return Operand::constant(Json::String(value), ty, text.span);
        }
        let mut parts = Vec::new();
        let mut values = Vec::new();
        for part in &text.parts {
            match part {
                TextPart::Literal(literal) => parts.push(expr::Expr::text(literal.clone())),
                TextPart::Value(value) => {
                    let operand = self.operand(value, scope);
                    // Where it may be absent, the text is absent with it.
                    if !scope.bears_absence() {
                        self.needed(&operand, scope);
                    }
                    parts.push(match &operand.expr {
                        expr::Expr::Const(json) => expr::Expr::text(text_of_json(json)),
                        other => other.clone(),
                    });
                    values.push((operand, Fact::Present));
                }
            }
        }
        let expr = match parts.len() {
            1 => expr::Expr::Text(Box::new(parts.pop().unwrap_or_else(|| expr::Expr::text("")))),
            _ => merged(parts),
        };
        let whole = Operand::of_parts(expr, Ty::String, values, text.span);
        match scope.bears_absence() {
            true => whole,
            // Of each part it has been asked.
            false => Operand { absence: Absence::Never, missing: Vec::new(), ..whole },
        }
    }

    /// `left ?? right`
    fn default_of(&mut self, op: Span, left: &'a Expr, right: &'a Expr, scope: &Scope) -> Operand {
        let value = self.operand(left, scope);
        let fallback = self.operand(right, scope);
        let span = Span { start: value.span.start, end: fallback.span.end };
        let in_where = scope.place == Place::Where;
        let null_is_absent = !in_where && value.ty.nullable();
        let there = value.absence == Absence::Never && value.missing.is_empty();
        if there && !null_is_absent && value.ty != Ty::Error {
            let at = self.reports.at(Span { start: op.start, end: fallback.span.end });
            self.reports.add(lints::default_never_used(at, in_where && value.ty.nullable()));
        }
        let missing = match (value.missing.is_empty(), value.absence) {
            // The event is there without the value.
            (_, Absence::Declared) => fallback.missing,
            (true, _) => Vec::new(),
            (false, _) if fallback.missing.is_empty() => Vec::new(),
            (false, _) => value.missing.into_iter().chain(fallback.missing).collect(),
        };
        let kept = if null_is_absent { value.ty.without_null() } else { value.ty };
        Operand {
            ty: Ty::union([kept, fallback.ty]),
            absence: fallback.absence,
            missing,
            cursor: None,
            args: Vec::new(),
            expr: expr::Expr::Default(Box::new(expr::Default {
                value: value.expr,
                fallback: fallback.expr,
                null_is_absent,
            })),
            span,
        }
    }

    /// The place cannot do without the value.
    pub(super) fn needed(&mut self, operand: &Operand, scope: &Scope) {
        let at = self.reports.at(operand.span);
        if operand.ty == Ty::Error {
            return;
        }
        if operand.absence == Absence::Declared {
            let (path, member) = match &operand.expr {
                expr::Expr::Path(path) => (format!("{} {:?}", path.event, path.steps), path.steps.last()),
                _ => (format!("{:?}", operand.span), None),
            };
            let member = match member {
                Some(Step::Key(name)) => name.as_str(),
                _ => "",
            };
            // A type that lacks the member has been reported elsewhere, where it is the only one.
            let (cause, key) = (format!("no member {member}"), format!("absent {} {path}", scope.item.start));
            self.reports.add_unless(cause, key, type_problems::may_be_absent(at));
        } else if let Some(event) = operand.missing.first()
            && scope.fires_without(&operand.missing)
        {
            let key = format!("absent event {} {event}", scope.item.start);
            self.reports.add_once(key, type_problems::event_may_be_absent(at, event));
        }
    }
}

/// The operator of numbers.
pub fn operator(op: BinaryOp) -> Option<Operator> {
    match op {
        BinaryOp::Add => Some(Operator::Add),
        BinaryOp::Subtract => Some(Operator::Subtract),
        BinaryOp::Multiply => Some(Operator::Multiply),
        BinaryOp::Divide => Some(Operator::Divide),
        BinaryOp::Remainder => Some(Operator::Remainder),
        _ => None,
    }
}

/// The event, when the trigger can fire without it.
pub(super) fn may_be_missing(scope: &Scope, event: String) -> Vec<String> {
    match scope.event(&event) {
        // Of a list that may be empty an element may be missing, as of any list.
        Some(known) if known.optional && !known.batched => vec![event],
        _ => Vec::new(),
    }
}

/// Parts of a text, neighbouring constants as one; a constant when all are.
fn merged(parts: Vec<expr::Expr>) -> expr::Expr {
    let mut merged: Vec<expr::Expr> = Vec::new();
    for part in parts {
        match (merged.last_mut(), part) {
            (Some(expr::Expr::Const(Json::String(before))), expr::Expr::Const(Json::String(text))) => {
                before.push_str(&text)
            }
            (_, part) => merged.push(part),
        }
    }
    match merged.as_slice() {
        [expr::Expr::Const(only)] => expr::Expr::Const(only.clone()),
        _ => expr::Expr::Concat(merged),
    }
}
