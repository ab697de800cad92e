//! Arithmetic on numbers that are written in a file.

use crate::syntax::ast::BinaryOp;
use aev_plan::json::Number;

/// What went wrong.
pub enum Failure {
    /// By nought.
    Division,
    /// No number can be so large.
    TooLarge,
}

/// `left op right`: exact while both are whole and the result is, and otherwise in doubles, as everywhere in aev.
pub fn computed(op: BinaryOp, left: &Number, right: &Number) -> Result<Number, Failure> {
    if matches!(op, BinaryOp::Divide | BinaryOp::Remainder) && right.as_f64() == 0.0 {
        return Err(Failure::Division);
    }
    let whole = left.as_i64().zip(right.as_i64()).and_then(|(left, right)| match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::Divide => {
            left.checked_rem(right).filter(|rest| *rest == 0).and_then(|_| left.checked_div(right))
        }
        BinaryOp::Remainder => left.checked_rem(right),
        _ => None,
    });
    if let Some(whole) = whole {
        return Ok(Number::from(whole));
    }
    let (left, right) = (left.as_f64(), right.as_f64());
    let result = match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        _ => left % right,
    };
    Number::parse(&result.to_string()).filter(|_| result.is_finite()).ok_or(Failure::TooLarge)
}
