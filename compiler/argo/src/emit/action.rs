//! What a trigger does.

use super::parameters;
use super::resource::{Resource, constant};
use super::scope::Scope;
use super::{custom, http, kind, nats};
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_plan::argo::Parameter;
use aev_plan::expr::Expr;
use aev_plan::model::Action;
use aev_plan::origin::Origin;

/// Members of the trigger's `template`, and parameters of the trigger itself.
pub(super) struct Emitted {
    pub(super) entries: Vec<(String, Node)>,
    pub(super) parameters: Vec<(Parameter, Origin)>,
}

pub(super) fn emit(action: &Action, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    Ok(match action {
        Action::K8sCreate(object) => create(object, scope, origin)?,
        Action::Http(http) => http::emit(http, scope, origin)?,
        Action::Nats(message) => nats::emit(message, scope, origin)?,
        Action::Custom(custom) => custom::emit(custom, scope, origin)?,
        Action::Call(call) => kind::emit(call, scope, origin)?,
        Action::Log => {
            Emitted { entries: vec![("log".to_owned(), Fields::at(origin).into())], parameters: Vec::new() }
        }
        Action::Raw => Emitted { entries: Vec::new(), parameters: Vec::new() },
        Action::Argo(template) => {
            let node = Node::from(&template.template).at(origin);
            let entries =
                node.entries().iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
            let parameters =
                template.parameters.iter().map(|parameter| (parameter.clone(), origin)).collect();
            Emitted { entries, parameters }
        }
    })
}

fn create(object: &Expr, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    for field in ["apiVersion", "kind"] {
        if constant(object, &[field]).is_none() {
            return Err(Refusal { reason: Reason::DynamicIdentity { field }, origin });
        }
    }
    let mut resource = Resource::new(scope, origin);
    let literal = resource.literal(object)?.unwrap_or_else(|| Fields::at(origin).into());
    let mut source = Fields::at(origin);
    source.put("resource", literal);
    let mut k8s = Fields::at(origin);
    k8s.put("operation", "create");
    k8s.put("source", source);
    k8s.put_list("parameters", parameters::nodes(&resource.parameters));
    Ok(Emitted { entries: vec![("k8s".to_owned(), k8s.into())], parameters: Vec::new() })
}
