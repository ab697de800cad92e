//! `p == q` and `p != q` between two values of the event.
//!
//! govaluate calls equal lists equal, which aev does not compare. Text and numbers are equal when neither is greater;
//! booleans are guarded by operators that are errors for anything else.

use super::operand::{clause, code, operand};
use super::{Fragment, Spot};
use crate::refusal::Refusal;
use aev_plan::expr::{Comparator, Expr};

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let Expr::Compare(compare) = expr else { return Ok(None) };
    if spot == Spot::Data || matches!(compare.left, Expr::Const(_)) || matches!(compare.right, Expr::Const(_))
    {
        return Ok(None);
    }
    let (v, w) = (operand(&compare.left)?, operand(&compare.right)?);
    let (v, w) = (|| v.piece(), || w.piece());
    let ordered =
        |a: &str, middle: &str, b: &str| clause([v(), code(a), w(), code(middle), v(), code(b), w()]);
    let booleans = |operator: &str| {
        let mut guarded = clause([
            code("("),
            v(),
            code(" || !"),
            v(),
            code(") && ("),
            w(),
            code(" || !"),
            w(),
            code(") && "),
        ]);
        guarded.extend([v(), code(operator), w()]);
        guarded
    };
    Ok(match compare.op {
        Comparator::Equal => Some(Fragment::Exprs(vec![ordered(" >= ", " && ", " <= "), booleans(" == ")])),
        Comparator::NotEqual => {
            let mut differ = vec![code("(")];
            differ.extend(ordered(" < ", " || ", " > "));
            differ.push(code(")"));
            Some(Fragment::Exprs(vec![differ, booleans(" != ")]))
        }
        _ => None,
    })
}
