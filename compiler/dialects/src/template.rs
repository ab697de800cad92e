//! A trigger's template with its parameters, made into a finished action as Argo Events makes it.
//!
//! The parameters of the trigger change the template, those of the action what it creates or calls. Executed are `k8s`
//! with `create`, `http`, `nats`, `custom` and `log`; [`unsupported`] names everything else. The order of members is kept where Argo sorts
//! them, which shows only when a parameter's `dest` has a wildcard.

mod custom;
mod http;
mod nats;
mod read;

use crate::parameters::{self, Events, ParameterError};
use aev_plan::argo::{Parameter, Template};
use aev_plan::finished::{Finished, LoggedEvent};
use aev_plan::json::Json;
use read::{absent, list, object, parse, text};

/// The kinds of action in the order in which Argo looks for them, and whether they are executed.
const KINDS: [(&str, bool); 14] = [
    ("k8s", true),
    ("argoWorkflow", false),
    ("http", true),
    ("awsLambda", false),
    ("azureEventHubs", false),
    ("azureServiceBus", false),
    ("kafka", false),
    ("pulsar", false),
    ("nats", true),
    ("slack", false),
    ("openWhisk", false),
    ("custom", true),
    ("log", true),
    ("email", false),
];

/// The action that a template has.
fn action(template: &Json) -> Option<(&'static str, bool, &Json)> {
    let mut kinds = KINDS.into_iter();
    kinds.find_map(|(kind, built)| {
        template.get(kind).filter(|body| !absent(body)).map(|body| (kind, built, body))
    })
}

/// What of this template cannot be executed yet. A lifter refuses a template for which this is not empty; here it is an
/// error.
pub fn unsupported(template: &Template) -> Vec<&'static str> {
    let mut found = parameters::unsupported(&template.parameters);
    let Some((kind, built, body)) = action(&template.template) else {
        found.push("a template without an action");
        return found;
    };
    if !built {
        found.push(kind);
        return found;
    }
    let mut lists = vec!["parameters"];
    match kind {
        "k8s" => {
            if !matches!(body.get("operation").and_then(Json::as_str), None | Some("" | "create")) {
                found.push("`operation` other than `create`");
            }
            if source(body).is_err() {
                found.push("`source` other than `resource` and `inline` in JSON");
            }
        }
        "http" => {
            lists.extend(["payload", "dynamicHeaders"]);
            found.extend(http::unsupported(body));
        }
        "custom" => lists.push("payload"),
        "nats" => {
            lists.push("payload");
            found.extend(nats::unsupported(body));
        }
        _ => {}
    }
    for name in lists {
        match list::<Parameter>(body, name) {
            Ok(parameters) => found.extend(parameters::unsupported(&parameters)),
            Err(_) => found.push("parameters that are not written as Argo reads them"),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Fills in the events of a firing. What the sensor adds to a created object (its labels, a namespace) is not in it.
///
/// # Errors
/// A parameter has no value, its destination cannot be set, or what comes out is no such action. In words, without values
/// of an event.
pub fn finish(template: &Template, events: &Events<'_>) -> Result<Finished, ParameterError> {
    let changed;
    let mut filled = &template.template;
    if !template.parameters.is_empty() {
        changed = apply(filled, &template.parameters, events, "the template")?;
        filled = &changed;
    }
    let Some((kind, _, body)) = action(filled) else {
        return Err(ParameterError::new("the template has no action; give it one such as `http` or `k8s`"));
    };
    let parameters = list::<Parameter>(body, "parameters")?;
    match kind {
        "k8s" => {
            if !matches!(text(body, "operation")?, "" | "create") {
                return Err(ParameterError::new("only `operation: create` is executed yet"));
            }
            let object = source(body)?;
            let object = if parameters.is_empty() {
                object
            } else {
                apply(&object, &parameters, events, "the object")?
            };
            match object {
                Json::Object(_) => Ok(Finished::K8sCreate { object }),
                other => {
                    Err(ParameterError::new(format!("what is to be created is no object ({})", other.kind())))
                }
            }
        }
        "http" => {
            let call = if parameters.is_empty() {
                body.clone()
            } else {
                apply(body, &parameters, events, "the call")?
            };
            http::finish(&call, events)
        }
        // Its `parameters` change the resource that the server makes.
        "custom" => custom::finish(body, &parameters, events),
        // Its `parameters` change a copy of which Argo reads the payload only.
        "nats" => {
            let changed = if parameters.is_empty() {
                body.clone()
            } else {
                apply(body, &parameters, events, "the message")?
            };
            nats::finish(body, &changed, events)
        }
        "log" => Ok(Finished::Log {
            events: events
                .iter()
                .map(|(stream, event)| LoggedEvent {
                    stream: (*stream).to_owned(),
                    context: event.context(),
                    data: event.data.root().to_json(),
                })
                .collect(),
        }),
        kind => Err(ParameterError::new(format!("actions of kind `{kind}` are not executed yet"))),
    }
}

fn apply(
    value: &Json,
    parameters: &[Parameter],
    events: &Events<'_>,
    what: &str,
) -> Result<Json, ParameterError> {
    let text = parameters::apply(&value.to_string(), parameters, events)?;
    parse(&text)
        .ok_or_else(|| ParameterError::new(format!("{what} is no JSON once its parameters are in it")))
}

/// The object that a `k8s` action starts from.
fn source(body: &Json) -> Result<Json, ParameterError> {
    let source = object(body, "source")?;
    let given = |key: &str| source.get(key).filter(|value| !absent(value));
    // Argo takes the first of these that is there.
    if given("s3").is_some() {
        return Err(ParameterError::new("`source.s3` is not executed yet; put the object into `resource`"));
    }
    if let Some(inline) = given("inline") {
        let inline = inline.as_str().ok_or_else(|| ParameterError::new("`source.inline` must be text"))?;
        return parse(inline).ok_or_else(|| {
            ParameterError::new("`source.inline` is read as JSON only yet; put the object into `resource`")
        });
    }
    if ["file", "url", "git", "configmap"].into_iter().any(|key| given(key).is_some()) {
        return Err(ParameterError::new("only `source.resource` and `source.inline` are executed yet"));
    }
    given("resource").cloned().ok_or_else(|| ParameterError::new("`source` has no `resource`"))
}
