//! Which parts of a condition are scripts.

use super::bare;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Foreign};

/// The scripts in Lua that a `where` consists of beside conditions.
pub(super) fn scripts(condition: &Expr) -> Vec<&Foreign> {
    let condition = bare(condition);
    match &condition.kind {
        ExprKind::Foreign(foreign) if foreign.language.value == "lua" => vec![foreign],
        ExprKind::Binary(op, left, right) if op.value == BinaryOp::And => {
            let mut found = scripts(left);
            found.extend(scripts(right));
            found
        }
        _ => Vec::new(),
    }
}

/// Whether it is nothing but scripts in Lua.
pub(super) fn only_scripts(condition: &Expr) -> bool {
    match &bare(condition).kind {
        ExprKind::Foreign(foreign) => foreign.language.value == "lua",
        ExprKind::Binary(op, left, right) if op.value == BinaryOp::And => {
            only_scripts(left) && only_scripts(right)
        }
        _ => false,
    }
}
