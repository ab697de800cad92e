//! `p matches r"…"`: in an expression, where anything but text is an error. The string filter would also match the text
//! of numbers, and the empty text of null.

use super::operand::{Operand, clause, code, operand};
use super::{Fragment, Spot};
use crate::refusal::Refusal;
use aev_plan::expr::Expr;
use aev_plan::json::Json;

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let Expr::Matches(matches) = expr else { return Ok(None) };
    if spot == Spot::Data {
        return Ok(None);
    }
    let operator = if matches.negated { " !~ " } else { " =~ " };
    let pattern = Operand::Const(Json::from(matches.pattern.as_str())).piece();
    Ok(Some(Fragment::Exprs(vec![clause([operand(&matches.value)?.piece(), code(operator), pattern])])))
}
