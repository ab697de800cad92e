//! `p == "text"`, `p == 1`, `p == true` and their `!=`.
//!
//! The string filter of Argo is an unanchored pattern over the text of any value: `^42$` passes for the number 42, so it
//! takes only text that no other value prints as. In an expression `!=` passes for values of another kind; there it is
//! said with `<` and `>`, which are errors for them.

use super::operand::{Operand, clause, code, operand};
use super::{Fragment, Spot};
use crate::refusal::Refusal;
use aev_plan::argo::DataFilter;
use aev_plan::expr::{Comparator, Expr};
use aev_plan::json::Json;

pub(super) fn emit(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let Expr::Compare(compare) = expr else { return Ok(None) };
    let Expr::Const(value) = &compare.right else { return Ok(None) };
    let left = operand(&compare.left)?;
    let Operand::Field { path, .. } = &left else { return Ok(None) };
    let equal = |value: Json| clause([left.piece(), code(" == "), Operand::Const(value).piece()]);
    let clause = match (compare.op, value, spot) {
        (Comparator::Equal, Json::String(text), Spot::Data) if is_safe(text) => {
            return Ok(Some(Fragment::Data(text_filter(path.clone(), [text.as_str()]))));
        }
        (_, _, Spot::Data) => return Ok(None),
        (Comparator::Equal, Json::String(_) | Json::Number(_) | Json::Bool(_), _) => equal(value.clone()),
        (Comparator::NotEqual, Json::Bool(value), _) => equal(Json::Bool(!value)),
        (Comparator::NotEqual, Json::String(_) | Json::Number(_), _) => {
            let right = Operand::Const(value.clone());
            clause([
                code("("),
                left.piece(),
                code(" < "),
                right.piece(),
                code(" || "),
                left.piece(),
                code(" > "),
                right.piece(),
                code(")"),
            ])
        }
        _ => return Ok(None),
    };
    Ok(Some(Fragment::Exprs(vec![clause])))
}

/// Text that no number, boolean, object or list prints as. Null prints as nothing.
pub(super) fn is_safe(text: &str) -> bool {
    !text.is_empty()
        && !matches!(text, "true" | "false")
        && text.parse::<f64>().is_err()
        && !text.starts_with(['{', '['])
}

/// A string filter that passes for exactly these texts.
pub(super) fn text_filter<'a>(path: String, texts: impl IntoIterator<Item = &'a str>) -> DataFilter {
    let value = texts.into_iter().map(|text| format!("^{}$", quote_meta(text))).collect();
    DataFilter { path, kind: "string".to_owned(), value, comparator: String::new(), template: String::new() }
}

/// Escapes text for a pattern, the characters that Go's `regexp.QuoteMeta` escapes.
pub(super) fn quote_meta(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
