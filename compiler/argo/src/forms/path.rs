//! A path of an event: `dataKey`, with `useRawData` where the value is to keep its type.

use super::{Kind, Sources, refuse};
use crate::emit::scope::Scope;
use crate::gjson;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::ParameterSource;
use aev_plan::expr::{Expr, Path};

pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    let Expr::Path(path) = expr else { return Ok(None) };
    let streams = present(expr, &path.event, scope)?;
    let key = data_key(expr, path)?;
    Ok(Some(streams.iter().map(|stream| source(stream, key.clone(), kind)).collect()))
}

/// The dependencies of a name, of which one has an event.
pub(super) fn present<'a>(expr: &Expr, event: &str, scope: &Scope<'a>) -> Result<&'a [String], Refusal> {
    let streams = either(expr, event, scope)?;
    match scope.covers(streams) {
        true => Ok(streams),
        false => Err(refuse(expr, Reason::MayBeAbsent { event: event.to_owned() })),
    }
}

/// The dependencies of a name, of which at most one has an event.
pub(super) fn either<'a>(expr: &Expr, event: &str, scope: &Scope<'a>) -> Result<&'a [String], Refusal> {
    let dangling = || refuse(expr, Reason::Dangling { name: event.to_owned() });
    let streams = scope.streams(event).ok_or_else(dangling)?;
    match streams {
        [] => Err(dangling()),
        [first, second, ..] if !scope.is_exclusive() => {
            Err(refuse(expr, Reason::EitherInJoin { first: first.clone(), second: second.clone() }))
        }
        streams => Ok(streams),
    }
}

pub(super) fn data_key(expr: &Expr, path: &Path) -> Result<String, Refusal> {
    gjson::path(&path.steps).ok_or_else(|| refuse(expr, Reason::NoValueForm(NoValueForm::EmptyKey)))
}

pub(super) fn source(stream: &str, data_key: String, kind: Kind) -> ParameterSource {
    ParameterSource {
        dependency_name: stream.to_owned(),
        data_key,
        use_raw_data: kind == Kind::Json,
        ..ParameterSource::default()
    }
}
