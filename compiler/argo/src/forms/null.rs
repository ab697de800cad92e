//! `p == null` and `p != null`: govaluate has no word for null, so it is a variable whose path is the constant.

use super::operand::{Operand, clause, code, operand};
use super::{Fragment, Spot};
use crate::refusal::Refusal;
use aev_plan::expr::{Comparator, Expr};
use aev_plan::json::Json;

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let Expr::Compare(compare) = expr else { return Ok(None) };
    let operator = match compare.op {
        Comparator::Equal => " == ",
        Comparator::NotEqual => " != ",
        _ => return Ok(None),
    };
    if compare.right != Expr::Const(Json::Null) || spot == Spot::Data {
        return Ok(None);
    }
    let null = Operand::Const(Json::Null).piece();
    Ok(Some(Fragment::Exprs(vec![clause([operand(&compare.left)?.piece(), code(operator), null])])))
}
