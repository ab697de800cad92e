//! Kleene's logic, and how two values are compared.

use super::numbers::double;
use super::value::Value;
use aev_language::syntax::ast::BinaryOp;
use std::cmp::Ordering;

/// Kleene's `or` of the parts, or with `decisive` false their `and`.
pub fn together<T>(
    parts: impl IntoIterator<Item = T>,
    decisive: bool,
    mut truth: impl FnMut(T) -> Option<bool>,
) -> Option<bool> {
    let truths: Vec<Option<bool>> = parts.into_iter().map(&mut truth).collect();
    if truths.contains(&Some(decisive)) {
        Some(decisive)
    } else if truths.contains(&None) {
        None
    } else {
        Some(!decisive)
    }
}

/// Each with whether it is the word `null`, which every value can be compared with.
pub fn equal(left: (&Value, bool), right: (&Value, bool)) -> Option<bool> {
    match (left, right) {
        ((Value::Null, true), (other, _)) | ((other, _), (Value::Null, true)) => {
            Some(matches!(other, Value::Null))
        }
        ((Value::Bool(a), _), (Value::Bool(b), _)) => Some(a == b),
        ((Value::Text(a), _), (Value::Text(b), _)) => Some(a == b),
        ((Value::Number(a), _), (Value::Number(b), _)) => Some(double(a) == double(b)),
        _ => None,
    }
}

/// How they lie to each other: text by bytes, numbers as doubles.
pub fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::Number(a), Value::Number(b)) => double(a).partial_cmp(&double(b)),
        _ => None,
    }
}

/// Operators whose answer is true, false or unknown.
pub fn is_logic(op: BinaryOp) -> bool {
    !matches!(words(op), "??" | "+" | "-" | "*" | "/" | "%")
}

/// As it is written.
pub fn words(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::Matches => "matches",
        BinaryOp::NotMatches => "not matches",
        BinaryOp::Default => "??",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
    }
}
