//! A firing that a foreign server carries out.

use super::action::Emitted;
use super::call::{Call, secret};
use super::parameters;
use super::resource::Resource;
use super::scope::Scope;
use crate::forms::{self, Kind};
use crate::gjson::{Place, destination};
use crate::node::Fields;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::{Operation, Parameter, ParameterSource};
use aev_plan::expr::Expr;
use aev_plan::model::{Custom, Patch};
use aev_plan::origin::Origin;

pub(super) fn emit(custom: &Custom, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    let mut call = Call::new("custom", scope, origin);
    let mut fields = Fields::at(origin);
    fields.put("serverURL", custom.server.url.as_str());
    if custom.server.secure {
        fields.put("secure", true);
    }
    fields.put_some(
        "certSecret",
        custom.server.cert_secret.as_ref().map(|reference| secret(reference, origin)),
    );
    fields.put_some("serverNameOverride", custom.server.server_name_override.as_deref());
    let mut spec = Fields::at(origin);
    for entry in &custom.spec {
        // Argo makes the resource before it looks at parameters of its own, so only those of the trigger reach `spec`.
        let place = format!("spec.{}", destination(&[Place::Key(entry.name.clone())]));
        spec.put(entry.name.as_str(), call.field(&place, &entry.value)?);
    }
    fields.put("spec", spec);
    let mut patches = Vec::new();
    for patch in &custom.patches {
        patched(patch, scope, &mut patches)?;
    }
    fields.put_list("parameters", parameters::nodes(&patches));
    if let Some(payload) = &custom.payload {
        call.payload(payload, &mut Vec::new())?;
    }
    fields.put_list("payload", parameters::nodes(&call.entries));
    Ok(Emitted { entries: vec![("custom".to_owned(), fields.into())], parameters: call.trigger })
}

/// The parameters of one change.
pub(super) fn patched(
    patch: &Patch,
    scope: Scope<'_>,
    out: &mut Vec<(Parameter, Origin)>,
) -> Result<(), Refusal> {
    let refuse = |form| Err(Refusal { reason: Reason::NoValueForm(form), origin: patch.origin });
    let dest = destination(&patch.path);
    let adds = patch.path.contains(&Place::Last);
    let mut push = |sources: Vec<ParameterSource>, operation: Operation| {
        for src in sources {
            out.push((Parameter { src, dest: dest.clone(), operation }, patch.origin));
        }
    };
    if let Some(parts) = forms::parts(&patch.value, &scope)? {
        let mut all = parts.parts;
        if !parts.prefix.is_empty() || all.is_empty() {
            all.insert(0, forms::value(&Expr::text(parts.prefix), Kind::Text, &scope)?);
        }
        // What follows the first part is added to what stands there, and a new element would be another one each time.
        if all.len() > 1 && adds {
            return refuse(NoValueForm::FoundElement);
        }
        // What stands there is read with gjson, which does not know `:0`.
        if let Some(key) = numeric(&patch.path).filter(|_| all.len() > 1 || !patch.operation.is_overwrite()) {
            return refuse(NoValueForm::NumericKey { key });
        }
        match patch.operation {
            Operation::Overwrite => {
                for (index, sources) in all.into_iter().enumerate() {
                    push(sources, if index == 0 { Operation::Overwrite } else { Operation::Append });
                }
            }
            Operation::Append => all.into_iter().for_each(|sources| push(sources, Operation::Append)),
            Operation::Prepend => all.into_iter().rev().for_each(|sources| push(sources, Operation::Prepend)),
        }
        return Ok(());
    }
    if let Some(key) = numeric(&patch.path).filter(|_| !patch.operation.is_overwrite()) {
        return refuse(NoValueForm::NumericKey { key });
    }
    let structured =
        matches!(patch.value, Expr::Object(_) | Expr::List(_)) && forms::fold(&patch.value).is_none();
    if !structured {
        let kind = if patch.operation.is_overwrite() { Kind::Json } else { Kind::Text };
        let sources = forms::value(&patch.value, kind, &scope)?;
        // Where a value is added, those of several events would all be, and not only the last.
        let exclusive = scope.is_exclusive() && sources.iter().all(|source| source.value.is_none());
        if sources.len() > 1 && !exclusive && (adds || !patch.operation.is_overwrite()) {
            return refuse(NoValueForm::Alternatives);
        }
        push(sources, patch.operation);
        return Ok(());
    }
    // By such a step only what is there already can be reached, and not what the literal part brings.
    if patch.path.iter().any(|place| matches!(place, Place::Last | Place::Named { .. })) {
        return refuse(NoValueForm::FoundElement);
    }
    // The literal part comes first, and then what fills it.
    let mut resource = Resource::within(scope, patch.origin, patch.path.clone());
    let literal = match resource.literal(&patch.value)? {
        Some(node) => node.to_json(),
        None => aev_plan::json::Json::Object(Vec::new()),
    };
    push(forms::value(&Expr::Const(literal), Kind::Json, &scope)?, Operation::Overwrite);
    out.extend(resource.parameters);
    Ok(())
}

fn numeric(path: &[Place]) -> Option<String> {
    path.iter().find_map(|place| match place {
        Place::Key(key) if crate::gjson::is_numeric(key) => Some(key.clone()),
        _ => None,
    })
}
