//! Text that is put together: a literal prefix, and one parameter a part that is appended to it.

use super::{Kind, Sources, fold, refuse, value};
use crate::emit::scope::Scope;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::ParameterSource;
use aev_plan::eval::text_of_json;
use aev_plan::expr::Expr;

/// Text in parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    /// The literal text before the first part.
    pub(crate) prefix: String,
    /// What follows. Of several sources of a part one has an event, and the others are skipped.
    pub(crate) parts: Vec<Sources>,
}

/// The parts of a text; nothing if it is none.
pub(crate) fn parts(expr: &Expr, scope: &Scope<'_>) -> Result<Option<Parts>, Refusal> {
    let mut flat = Vec::new();
    if !is_put_together(expr) {
        return Ok(None);
    }
    flatten(expr, &mut flat);
    let mut text = Parts::default();
    let mut pending = String::new();
    for item in flat {
        if let Some(constant) = fold(item) {
            pending.push_str(&text_of_json(&constant));
            continue;
        }
        let sources = value(item, Kind::Text, scope)?;
        let exclusive = scope.is_exclusive() && sources.iter().all(|source| source.value.is_none());
        if sources.len() > 1 && !exclusive {
            return Err(refuse(item, Reason::NoValueForm(NoValueForm::Alternatives)));
        }
        let neighbour = sources.first().map(|source| source.dependency_name.clone()).unwrap_or_default();
        match text.parts.is_empty() {
            true => text.prefix = std::mem::take(&mut pending),
            false => push_literal(&mut text, &mut pending, neighbour),
        }
        text.parts.push(sources);
    }
    match text.parts.last().and_then(|sources| sources.first()).map(|source| source.dependency_name.clone()) {
        Some(neighbour) => push_literal(&mut text, &mut pending, neighbour),
        None => text.prefix = pending,
    }
    Ok(Some(text))
}

fn is_put_together(expr: &Expr) -> bool {
    match expr {
        Expr::Concat(_) => true,
        Expr::Text(inner) => is_put_together(inner),
        _ => false,
    }
}

fn flatten<'a>(expr: &'a Expr, out: &mut Vec<&'a Expr>) {
    match expr {
        Expr::Concat(items) => items.iter().for_each(|item| flatten(item, out)),
        Expr::Text(inner) => flatten(inner, out),
        other => out.push(other),
    }
}

/// Literal text between two parts. A `value` counts whether or not the event of its neighbour is there.
fn push_literal(text: &mut Parts, pending: &mut String, dependency_name: String) {
    if !pending.is_empty() {
        let value = Some(std::mem::take(pending));
        text.parts.push(vec![ParameterSource { dependency_name, value, ..ParameterSource::default() }]);
    }
}
