//! `starts-with(p, "q")`, `ends-with` and `contains` in a `where`: a pattern that has nothing but the text in it. Like them
//! it is unknown of what is no text. `len(p)` is gjson's `p.#`, which leads nowhere in what is no list. No other call has an
//! exact form.

use super::equal::quote_meta;
use super::path::{present, source};
use super::{Kind, Sources};
use crate::emit::scope::Scope;
use crate::gjson;
use crate::refusal::Refusal;
use aev_plan::expr::{Call, Expr, Matches, Step};
use aev_plan::json::Json;

/// The test that says the same as a call, or with `negated` its opposite; nothing if there is none.
pub(crate) fn as_match(call: &Call, negated: bool) -> Option<Matches> {
    let [value, Expr::Const(Json::String(part))] = call.args.as_slice() else { return None };
    let part = quote_meta(part);
    let pattern = match call.function.as_str() {
        "starts-with" => format!("^{part}"),
        "ends-with" => format!("{part}$"),
        "contains" => part,
        _ => return None,
    };
    Some(Matches { value: value.clone(), pattern, negated })
}

/// The gjson path of `len(p)`; nothing for another call.
pub(super) fn count_of_elements(call: &Call) -> Option<String> {
    let ("len", [Expr::Path(list)]) = (call.function.as_str(), call.args.as_slice()) else { return None };
    // Positions from the end end in a pipe, behind which `#` means something else.
    if list.steps.is_empty() || list.steps.iter().any(|step| matches!(step, Step::Index(index) if *index < 0))
    {
        return None;
    }
    Some(format!("{}.#", gjson::path(&list.steps)?))
}

/// `len(p)` as a parameter.
pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    let Expr::Call(call) = expr else { return Ok(None) };
    let (Some(key), [Expr::Path(list)]) = (count_of_elements(call), call.args.as_slice()) else {
        return Ok(None);
    };
    let streams = present(expr, &list.event, scope)?;
    Ok(Some(streams.iter().map(|stream| source(stream, key.clone(), kind)).collect()))
}
