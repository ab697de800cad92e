//! Constants that are written out: what they are, and how two lie to each other.

use crate::syntax::ast::{Entry, Expr, ExprKind, Object, Span, TextPart, UnaryOp};
use aev_plan::eval::text_of_json;
use aev_plan::json::{Json, Number};

/// A member of an object; of several the last.
pub(super) fn member<'o>(object: &'o Object, name: &str) -> Option<&'o Expr> {
    object.entries.iter().rev().find_map(|entry| match entry {
        Entry::Field(field) if field.key.value == name => Some(&field.value),
        _ => None,
    })
}

/// A literal without parts.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(text) => text.parts.iter().all(|part| matches!(part, TextPart::Literal(_))),
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Duration(_)
        | ExprKind::Size(_)
        | ExprKind::Rate(_)
        | ExprKind::TimeOfDay(_) => true,
        _ => number(expr).is_some(),
    }
}

/// A literal, or a list or object; what is in those does not matter here.
pub(super) fn is_constant(expr: &Expr) -> bool {
    is_literal(expr) || matches!(expr.kind, ExprKind::List(_) | ExprKind::Object(_))
}

/// A number, below nought too.
pub(super) fn number(expr: &Expr) -> Option<Number> {
    match &expr.kind {
        ExprKind::Number(number) => Number::parse(number),
        ExprKind::Unary(op, inner) if op.value == UnaryOp::Negate => match &inner.kind {
            ExprKind::Number(number) => Number::parse(&format!("-{number}")),
            _ => None,
        },
        _ => None,
    }
}

/// A number as the parser would have it.
pub(super) fn written(number: &Number, span: Span) -> ExprKind {
    match number.as_str().strip_prefix('-') {
        None => ExprKind::Number(number.as_str().to_owned()),
        Some(positive) => {
            let positive = Expr { kind: ExprKind::Number(positive.to_owned()), span };
            let op = crate::syntax::ast::Spanned { value: UnaryOp::Negate, span };
            ExprKind::Unary(op, Box::new(positive))
        }
    }
}

/// What stands in a text for a constant; none for lists, objects and null.
pub(super) fn as_text(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => match text.parts.as_slice() {
            [] => Some(String::new()),
            [TextPart::Literal(text)] => Some(text.clone()),
            _ => None,
        },
        ExprKind::Bool(value) => Some(value.to_string()),
        ExprKind::Duration(text)
        | ExprKind::Size(text)
        | ExprKind::Rate(text)
        | ExprKind::TimeOfDay(text) => Some(text.clone()),
        _ => number(expr).map(|number| text_of_json(&Json::Number(number)).into_owned()),
    }
}

/// How two constants of one kind lie to each other; null has no order, and equals null alone.
pub(super) fn compared(left: &Expr, right: &Expr) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    match (&left.kind, &right.kind) {
        (ExprKind::Null, ExprKind::Null) => Some(Ordering::Equal),
        (ExprKind::Null, _) | (_, ExprKind::Null) => Some(Ordering::Less),
        (ExprKind::Bool(left), ExprKind::Bool(right)) => Some(left.cmp(right)),
        (ExprKind::Text(_), ExprKind::Text(_)) => Some(as_text(left)?.cmp(&as_text(right)?)),
        _ => number(left)?.as_f64().partial_cmp(&number(right)?.as_f64()),
    }
}

/// Whether one is more or less than another of its kind.
pub(super) fn ordered(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Text(_)) || number(expr).is_some()
}

/// What a message calls a constant.
pub(super) fn kind_of(expr: &Expr) -> &'static str {
    match &expr.kind {
        ExprKind::Null => "null",
        ExprKind::Bool(_) => "a truth value",
        ExprKind::Text(_) => "text",
        ExprKind::Duration(_) => "a duration",
        ExprKind::Size(_) => "a size",
        ExprKind::Rate(_) => "a rate",
        ExprKind::TimeOfDay(_) => "a time of day",
        ExprKind::List(_) => "a list",
        ExprKind::Object(_) => "an object",
        _ if number(expr).is_some() => "a number",
        _ => "no constant",
    }
}
