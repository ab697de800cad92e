//! `p in ["a", "b"]` and `p not in [1, 2]`.
//!
//! govaluate's own `in` is an error for one element, and several values beside `!=` in a data filter pass if any differs.

use super::equal::{is_safe, text_filter};
use super::operand::{Operand, code, operand};
use super::{Fragment, Piece, Spot, condition};
use crate::refusal::Refusal;
use aev_plan::expr::{Comparator, Compare, Expr, In};

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let Expr::In(one_of) = expr else { return Ok(None) };
    let left = operand(&one_of.value)?;
    let Operand::Field { path, .. } = left else { return Ok(None) };
    if spot == Spot::Data {
        let texts: Option<Vec<&str>> =
            one_of.members.iter().map(|member| member.as_str().filter(|text| is_safe(text))).collect();
        let texts = texts.filter(|texts| !texts.is_empty() && !one_of.negated);
        return Ok(texts.map(|texts| Fragment::Data(text_filter(path, texts))));
    }
    let joined = if one_of.negated { " && " } else { " || " };
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, comparison) in comparisons(one_of).iter().enumerate() {
        let Some(Fragment::Exprs(alternatives)) = condition(comparison, Spot::Exprs)? else {
            return Ok(None);
        };
        if index > 0 {
            pieces.push(code(joined));
        }
        pieces.extend(alternatives.into_iter().flatten());
    }
    if one_of.members.len() > 1 && !one_of.negated {
        pieces.insert(0, code("("));
        pieces.push(code(")"));
    }
    Ok(Some(Fragment::Exprs(vec![pieces])))
}

/// One comparison for each member.
fn comparisons(one_of: &In) -> Vec<Expr> {
    let op = if one_of.negated { Comparator::NotEqual } else { Comparator::Equal };
    let comparison = |member: &aev_plan::json::Json| {
        Expr::Compare(Box::new(Compare {
            op,
            left: one_of.value.clone(),
            right: Expr::Const(member.clone()),
        }))
    };
    one_of.members.iter().map(comparison).collect()
}
