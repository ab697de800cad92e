//! `starts-with(p, "q")`, `ends-with` and `contains` in a `where`: a pattern that has nothing but the text in it. Like them
//! it is unknown of what is no text. No other call has an exact form here.

use super::equal::quote_meta;
use aev_plan::expr::{Call, Expr, Matches};
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
