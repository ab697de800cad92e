//! `a ?? b`.
//!
//! Within one event gjson chooses: it leaves what is absent out of `[a,b]`. Between events Argo does, by skipping the
//! parameters whose event is absent; so the last alternative comes first, to be overwritten.

use super::path::{data_key, either, source};
use super::{Kind, Sources, constant, refuse, text_of};
use crate::emit::scope::Scope;
use crate::gjson;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::ParameterSource;
use aev_plan::expr::{Expr, Path};
use aev_plan::json::Json;

/// `paths[0] ?? paths[1] ?? … ?? last`
struct Chain<'a> {
    paths: Vec<&'a Path>,
    last: Option<&'a Json>,
    null_is_absent: bool,
}

pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    if !matches!(expr, Expr::Default(_)) {
        return Ok(None);
    }
    let chain = chain(expr)?;
    let streams = chain.paths.first().and_then(|path| scope.streams(&path.event));
    match chain.paths.iter().all(|path| scope.streams(&path.event) == streams) {
        true => of_one_event(expr, &chain, kind, scope).map(Some),
        false => of_several(expr, &chain, kind, scope).map(Some),
    }
}

fn chain(expr: &Expr) -> Result<Chain<'_>, Refusal> {
    let mut chain = Chain { paths: Vec::new(), last: None, null_is_absent: false };
    let mut rest = expr;
    loop {
        let (head, tail) = match rest {
            Expr::Default(default) => {
                chain.null_is_absent |= default.null_is_absent;
                (&default.value, Some(&default.fallback))
            }
            last => (last, None),
        };
        match (unwrap_text(head), tail) {
            (Expr::Path(path), _) => chain.paths.push(path),
            (Expr::Const(value), None) => chain.last = Some(value),
            _ => return Err(refuse(expr, Reason::NoValueForm(NoValueForm::Alternatives))),
        }
        match tail {
            Some(tail) => rest = tail,
            None => return Ok(chain),
        }
    }
}

/// In a text place the conversion of a part is that of the whole.
fn unwrap_text(expr: &Expr) -> &Expr {
    match expr {
        Expr::Text(inner) => inner,
        other => other,
    }
}

fn of_one_event(expr: &Expr, chain: &Chain<'_>, kind: Kind, scope: &Scope<'_>) -> Result<Sources, Refusal> {
    let event = chain.paths.first().map(|path| path.event.as_str()).unwrap_or_default();
    let streams = either(expr, event, scope)?;
    let covered = scope.covers(streams);
    let mut keys = chain.paths.iter().map(|path| data_key(expr, path)).collect::<Result<Vec<_>, _>>()?;
    if let (Some(last), Kind::Text, false, [stream]) = (chain.last, kind, chain.null_is_absent, streams) {
        // The plain form: it also holds when the event is absent.
        let key = if keys.len() == 1 { keys.remove(0) } else { gjson::first_of(&keys) };
        return Ok(vec![ParameterSource { value: Some(text_of(last)), ..source(stream, key, kind) }]);
    }
    let mut sources = Vec::new();
    if let Some(last) = chain.last {
        keys.push(gjson::literal(last));
        if !covered {
            sources = constant::sources(last, kind, scope);
        }
    } else if !covered {
        return Err(refuse(expr, Reason::MayBeAbsent { event: event.to_owned() }));
    }
    let container = matches!(chain.last, Some(Json::List(_) | Json::Object(_)));
    let key = match (chain.null_is_absent, container) {
        (false, _) => gjson::first_of(&keys),
        (true, false) => format!("[{}].#(!=~null)", keys.join(",")),
        (true, true) => format!("[{}].#(@tostr!=\"null\")", keys.join(",")),
    };
    sources.extend(streams.iter().map(|stream| source(stream, key.clone(), kind)));
    Ok(sources)
}

fn of_several(expr: &Expr, chain: &Chain<'_>, kind: Kind, scope: &Scope<'_>) -> Result<Sources, Refusal> {
    if chain.null_is_absent {
        return Err(refuse(expr, Reason::NoValueForm(NoValueForm::Alternatives)));
    }
    let uncertain = chain.paths.iter().find(|path| !path.certain);
    if let Some(path) = uncertain.filter(|_| chain.last.is_some() || !scope.is_exclusive()) {
        return Err(Refusal {
            reason: Reason::UncertainPath { event: path.event.clone() },
            origin: path.origin,
        });
    }
    let mut sources = chain.last.map(|last| constant::sources(last, kind, scope)).unwrap_or_default();
    let mut all = Vec::new();
    for path in chain.paths.iter().rev() {
        let streams = either(expr, &path.event, scope)?;
        if streams.iter().any(|stream| all.contains(stream)) {
            return Err(refuse(expr, Reason::NoValueForm(NoValueForm::Alternatives)));
        }
        let key = data_key(expr, path)?;
        sources.extend(streams.iter().map(|stream| source(stream, key.clone(), kind)));
        all.extend_from_slice(streams);
    }
    match chain.paths.first() {
        Some(first) if chain.last.is_none() && !scope.covers(&all) => {
            Err(refuse(expr, Reason::MayBeAbsent { event: first.event.clone() }))
        }
        _ => Ok(sources),
    }
}
