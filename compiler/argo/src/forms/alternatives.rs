//! `a ?? b`.
//!
//! Within one event gjson chooses: it leaves what is absent out of `[a,b]`. Between events Argo does, by skipping the
//! parameters whose event is absent; so the last alternative comes first, to be overwritten.

use super::links::links;
use super::path::{data_key, either, source};
use super::{Kind, Sources, constant, fold, refuse};
use crate::emit::scope::Scope;
use crate::gjson;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::ParameterSource;
use aev_plan::eval::text_of_json;
use aev_plan::expr::{Expr, Path};
use aev_plan::json::Json;

/// `paths[0] ?? paths[1] ?? … ?? last`
struct Chain<'a> {
    paths: Vec<Alternative<'a>>,
    last: Option<Json>,
}

struct Alternative<'a> {
    path: &'a Path,
    /// Null is passed over like what is absent.
    null_is_absent: bool,
}

pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    if !matches!(expr, Expr::Default(_)) {
        return Ok(None);
    }
    let chain = chain(expr)?;
    let streams = chain.paths.first().and_then(|first| scope.streams(&first.path.event));
    match chain.paths.iter().all(|other| scope.streams(&other.path.event) == streams) {
        true => of_one_event(expr, &chain, kind, scope).map(Some),
        false => of_several(expr, &chain, kind, scope).map(Some),
    }
}

fn chain(expr: &Expr) -> Result<Chain<'_>, Refusal> {
    let no_form = || refuse(expr, Reason::NoValueForm(NoValueForm::Alternatives));
    let links = links(expr).ok_or_else(no_form)?;
    let mut chain = Chain { paths: Vec::new(), last: None };
    for (index, link) in links.iter().enumerate() {
        match (unwrap_text(link.value), fold(link.value)) {
            (Expr::Path(path), _) => {
                chain.paths.push(Alternative { path, null_is_absent: link.null_is_absent })
            }
            (_, Some(value)) if index + 1 == links.len() => chain.last = Some(value),
            _ => return Err(no_form()),
        }
    }
    Ok(chain)
}

/// In a text place the conversion of a part is that of the whole.
fn unwrap_text(expr: &Expr) -> &Expr {
    match expr {
        Expr::Text(inner) => inner,
        other => other,
    }
}

/// Paths of which those that are there, and not null where null counts as absent, come first. One query takes scalars and
/// the other lists and objects: gjson sees only these with a path, and only those without.
fn keys(expr: &Expr, alternative: &Alternative<'_>) -> Result<Vec<String>, Refusal> {
    let key = data_key(expr, alternative.path)?;
    Ok(match alternative.null_is_absent {
        false => vec![key],
        true => vec![format!("[{key}].#(!=~null)"), format!("[{key}].#(@tostr!=\"null\")")],
    })
}

fn of_one_event(expr: &Expr, chain: &Chain<'_>, kind: Kind, scope: &Scope<'_>) -> Result<Sources, Refusal> {
    let event = chain.paths.first().map(|first| first.path.event.as_str()).unwrap_or_default();
    let streams = either(expr, event, scope)?;
    let mut all = Vec::new();
    for alternative in &chain.paths {
        all.extend(keys(expr, alternative)?);
    }
    let mut sources = Vec::new();
    match (&chain.last, kind, streams) {
        (Some(last), Kind::Text, [stream]) => {
            // The plain form: it also holds when the event is absent.
            let key = if all.len() == 1 { all.remove(0) } else { gjson::first_of(&all) };
            return Ok(vec![ParameterSource {
                value: Some(text_of_json(last).into_owned()),
                ..source(stream, key, kind)
            }]);
        }
        (Some(last), ..) => {
            all.push(gjson::literal(last));
            if !scope.covers(streams) {
                sources = constant::sources(last, kind, scope);
            }
        }
        (None, ..) if !scope.covers(streams) => {
            return Err(refuse(expr, Reason::MayBeAbsent { event: event.to_owned() }));
        }
        (None, ..) => {}
    }
    let key = gjson::first_of(&all);
    sources.extend(streams.iter().map(|stream| source(stream, key.clone(), kind)));
    Ok(sources)
}

fn of_several(expr: &Expr, chain: &Chain<'_>, kind: Kind, scope: &Scope<'_>) -> Result<Sources, Refusal> {
    let no_form = || refuse(expr, Reason::NoValueForm(NoValueForm::Alternatives));
    if chain.paths.iter().any(|alternative| alternative.null_is_absent) {
        return Err(no_form());
    }
    let exclusive = scope.is_exclusive();
    let uncertain = chain.paths.iter().map(|alternative| alternative.path).find(|path| !path.certain);
    if let Some(path) = uncertain.filter(|_| !exclusive) {
        return Err(Refusal {
            reason: Reason::UncertainPath { event: path.event.clone() },
            origin: path.origin,
        });
    }
    let mut sources = Vec::new();
    let mut all = Vec::new();
    for Alternative { path, .. } in chain.paths.iter().rev() {
        let streams = either(expr, &path.event, scope)?;
        if streams.iter().any(|stream| all.contains(stream)) {
            return Err(no_form());
        }
        let key = data_key(expr, path)?;
        // When this event is there no other is, so without the path only the constant is left.
        let key = match &chain.last {
            Some(last) if exclusive => gjson::first_of(&[key, gjson::literal(last)]),
            _ => key,
        };
        sources.extend(streams.iter().map(|stream| source(stream, key.clone(), kind)));
        all.extend_from_slice(streams);
    }
    if let Some(last) = chain.last.as_ref().filter(|_| !exclusive || !scope.covers(&all)) {
        sources.splice(0..0, constant::sources(last, kind, scope));
    }
    match chain.paths.first() {
        Some(first) if chain.last.is_none() && !scope.covers(&all) => {
            Err(refuse(expr, Reason::MayBeAbsent { event: first.path.event.clone() }))
        }
        _ => Ok(sources),
    }
}
