//! `exists(p)` and `not exists(p)`: the length of a list that holds the value or nothing.

use super::operand::{code, field_path, name};
use super::{Fragment, Piece, Spot};
use crate::gjson;
use crate::refusal::Refusal;
use aev_plan::argo::DataFilter;
use aev_plan::expr::Expr;

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let (path, number) = match expr {
        Expr::Exists(path) => (path, "1"),
        Expr::Not(inner) => match &**inner {
            Expr::Exists(path) => (path, "0"),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    let count = gjson::count_of(&field_path(expr, path)?);
    Ok(Some(match spot {
        Spot::Data => Fragment::Data(DataFilter {
            path: count,
            kind: "number".to_owned(),
            value: vec![number.to_owned()],
            comparator: String::new(),
            template: String::new(),
        }),
        Spot::Exprs => {
            let field = Piece::Field { path: count, name: format!("has_{}", name(path)) };
            Fragment::Exprs(vec![vec![field, code(" == "), code(number)]])
        }
    }))
}
