//! An action of a kind that the catalogue describes.

use super::action::Emitted;
use super::call::{Call, headers};
use super::config;
use super::custom::patched;
use super::parameters;
use super::resource::{Resource as Object, constant};
use super::scope::Scope;
use crate::forms;
use crate::gjson::{Place, destination};
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_catalogue::{ActionBody, ActionKind, Block, Shape, Values};
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::{self, CallField, Resource};
use aev_plan::origin::Origin;

pub(super) fn emit(action: &model::Call, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    let refuse = |reason| Err(Refusal { reason, origin });
    let Some(kind) = aev_catalogue::action(&action.kind) else {
        return refuse(Reason::UnknownKind { what: "action", kind: action.kind.clone() });
    };
    if !kind.targets.argo.accepts() {
        return refuse(Reason::RuntimeAction { kind: action.kind.clone() });
    }
    let mut call = Call::new(kind.argo, scope, origin);
    let mut fields = Fields::at(origin);
    fields.put_some("operation", kind.operation);
    if let ActionBody::Fields(block) = kind.body {
        put_fields(&mut fields, &mut call, &action.fields, block, &mut Vec::new(), origin)?;
        headers(&mut fields, &mut call, &action.headers, origin)?;
        if block.field("payload").is_some() {
            fields.put_list("payload", parameters::nodes(&call.entries));
        }
    }
    if let Some(resource) = &action.resource {
        arguments(&mut fields, kind, action, resource, origin)?;
        let mut filling = Vec::new();
        let source = source(resource, &mut call, &mut filling, scope, origin)?;
        fields.put("source", source);
        for patch in &action.patches {
            patched(patch, scope, &mut filling)?;
        }
        fields.put_list("parameters", parameters::nodes(&filling));
    }
    Ok(Emitted { entries: vec![(kind.argo.to_owned(), fields.into())], parameters: call.trigger })
}

/// What stands in the parentheses, as Argo calls it.
fn arguments(
    fields: &mut Fields,
    kind: &ActionKind,
    action: &model::Call,
    resource: &Resource,
    origin: Origin,
) -> Result<(), Refusal> {
    if action.args.get("live") == Some(&Json::Bool(true)) {
        // The object is looked up before values are put in.
        let known = |field: &[&str]| match resource {
            Resource::Object(object) => constant(object, field).is_some(),
            Resource::From(_) => true,
        };
        for (field, keys) in
            [("metadata.name", ["metadata", "name"]), ("metadata.namespace", ["metadata", "namespace"])]
        {
            if !known(&keys) {
                return Err(Refusal { reason: Reason::LiveObject { field }, origin });
            }
        }
        fields.put("liveObject", true);
    }
    match action.args.get("strategy").and_then(Json::as_str) {
        Some("strategic") => fields.put("patchStrategy", "application/strategic-merge-patch+json"),
        Some("json") => return Err(Refusal { reason: Reason::JsonPatch, origin }),
        _ => {}
    }
    if let (Some(args), Some(field)) =
        (action.args.get("args"), kind.args.iter().find(|field| field.name == "args"))
    {
        fields.put("args", config::value(args, &field.shape, origin));
    }
    Ok(())
}

/// Where Argo finds the object.
fn source(
    resource: &Resource,
    call: &mut Call<'_>,
    filling: &mut Vec<(aev_plan::argo::Parameter, Origin)>,
    scope: Scope<'_>,
    origin: Origin,
) -> Result<Fields, Refusal> {
    let mut source = Fields::at(origin);
    match resource {
        Resource::Object(object) => {
            for field in ["apiVersion", "kind"] {
                if constant(object, &[field]).is_none() {
                    return Err(Refusal { reason: Reason::DynamicIdentity { field }, origin });
                }
            }
            let mut under = Object::new(scope, origin);
            let literal = under.literal(object)?.unwrap_or_else(|| Fields::at(origin).into());
            filling.append(&mut under.parameters);
            source.put("resource", literal);
        }
        Resource::From(location) => {
            let Some(known) = aev_catalogue::location(&location.kind) else {
                let reason = Reason::UnknownKind { what: "place", kind: location.kind.clone() };
                return Err(Refusal { reason, origin });
            };
            let mut places = vec![Place::Key("source".to_owned()), Place::Key(location.kind.clone())];
            let mut inner = Fields::at(origin);
            put_fields(&mut inner, call, &location.fields, known.block, &mut places, origin)?;
            // Argo has the text itself and nothing around it.
            let inner = Node::from(inner);
            match inner.get("text").filter(|_| known.name == "inline") {
                Some(text) => source.put("inline", text.clone()),
                None => source.put(known.name, inner),
            }
        }
    }
    Ok(source)
}

/// The fields of a block, each in the type that Argo has for it.
fn put_fields(
    fields: &mut Fields,
    call: &mut Call<'_>,
    written: &[CallField],
    block: &'static Block,
    places: &mut Vec<Place>,
    origin: Origin,
) -> Result<(), Refusal> {
    for CallField { name, value: expr } in written {
        let Some(field) = block.field(name) else {
            let reason = Reason::UnknownKind { what: "field", kind: name.clone() };
            return Err(Refusal { reason, origin });
        };
        if field.values == Values::Json {
            call.payload(expr, &mut Vec::new())?;
            continue;
        }
        places.push(Place::Key(name.clone()));
        let node = value(call, expr, &field.shape, places, origin)?;
        places.pop();
        fields.put(name.as_str(), node);
    }
    Ok(())
}

/// A value; what comes from events stands at its place by a parameter of the trigger.
fn value(
    call: &mut Call<'_>,
    expr: &Expr,
    shape: &'static Shape,
    places: &mut Vec<Place>,
    origin: Origin,
) -> Result<Node, Refusal> {
    if let Some(json) = forms::fold(expr) {
        return Ok(config::value(&json, shape, origin));
    }
    match (expr, shape) {
        (Expr::Object(members), Shape::Record(block)) => {
            let members: Vec<CallField> = members
                .iter()
                .map(|(name, value)| CallField { name: name.clone(), value: value.clone() })
                .collect();
            let mut inner = Fields::at(origin);
            put_fields(&mut inner, call, &members, block, places, origin)?;
            Ok(inner.into())
        }
        (Expr::List(items), Shape::List(of)) => {
            let mut nodes = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                places.push(Place::Index(index));
                nodes.push(value(call, item, of, places, origin)?);
                places.pop();
            }
            Ok(Node::from(nodes).at(origin))
        }
        _ => Ok(Node::from(call.field(&destination(places), expr)?).at(origin)),
    }
}
