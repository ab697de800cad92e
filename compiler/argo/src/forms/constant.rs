//! A constant that is a parameter: text is `value`, anything else a path that is a constant.

use super::{Kind, Sources};
use crate::emit::scope::Scope;
use crate::gjson;
use crate::refusal::Refusal;
use aev_plan::argo::ParameterSource;
use aev_plan::eval::text_of_json;
use aev_plan::expr::Expr;
use aev_plan::json::Json;

pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    Ok(fold(expr).map(|value| sources(&value, kind, scope)))
}

/// `value` holds whether or not its event is there; a path needs one that is.
pub(super) fn sources(value: &Json, kind: Kind, scope: &Scope<'_>) -> Sources {
    let text = match (kind, value) {
        (Kind::Text, value) => Some(text_of_json(value).into_owned()),
        (Kind::Json, Json::String(text)) => Some(text.clone()),
        (Kind::Json, _) => None,
    };
    let of = |dependency_name: String| match &text {
        Some(text) => {
            ParameterSource { dependency_name, value: Some(text.clone()), ..ParameterSource::default() }
        }
        None => ParameterSource {
            dependency_name,
            data_key: gjson::literal(value),
            use_raw_data: true,
            ..ParameterSource::default()
        },
    };
    let anchors = scope.anchors();
    let count = if text.is_some() { 1 } else { anchors.len() };
    anchors.into_iter().take(count).map(of).collect()
}

/// The value of an expression that reads no event.
pub(crate) fn fold(expr: &Expr) -> Option<Json> {
    match expr {
        Expr::Const(value) => Some(value.clone()),
        Expr::Text(inner) => fold(inner).map(|value| Json::String(text_of_json(&value).into_owned())),
        Expr::Concat(parts) => {
            let texts: Option<String> =
                parts.iter().map(|part| Some(text_of_json(&fold(part)?).into_owned())).collect();
            texts.map(Json::String)
        }
        Expr::List(items) => items.iter().map(fold).collect::<Option<Vec<_>>>().map(Json::List),
        Expr::Object(members) => {
            let member = |(key, value): &(String, Expr)| fold(value).map(|value| (key.clone(), value));
            members.iter().map(member).collect::<Option<Vec<_>>>().map(Json::Object)
        }
        _ => None,
    }
}
