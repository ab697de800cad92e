//! `<`, `<=`, `>` and `>=` between paths and constants. The number filter would read other values as 0.

use super::operand::{clause, code, operand};
use super::{Fragment, Spot};
use crate::refusal::Refusal;
use aev_plan::expr::{Comparator, Expr};

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let Expr::Compare(compare) = expr else { return Ok(None) };
    let operator = match compare.op {
        Comparator::Less => " < ",
        Comparator::LessOrEqual => " <= ",
        Comparator::Greater => " > ",
        Comparator::GreaterOrEqual => " >= ",
        Comparator::Equal | Comparator::NotEqual => return Ok(None),
    };
    if spot == Spot::Data {
        return Ok(None);
    }
    let (left, right) = (operand(&compare.left)?, operand(&compare.right)?);
    Ok(Some(Fragment::Exprs(vec![clause([left.piece(), code(operator), right.piece()])])))
}
