//! Trigger parameters: values of events put into JSON, as Argo Events does it.

use crate::gjson::{self, Kind};
use crate::sjson;
use crate::text::push_json_string;
use aev_plan::argo::{Operation, Parameter, ParameterSource};
use aev_plan::document::Document;
use aev_plan::event::Event;
use aev_plan::finished::FinishedPatch;
use aev_plan::json::Json;
use base64::Engine;
use std::collections::BTreeMap;
use std::fmt;

/// The events of a firing, by the name of their dependency.
pub type Events<'e> = BTreeMap<&'e str, &'e Event>;

/// Why a parameter has no value or cannot be put where it belongs. No value of an event is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterError(String);

impl ParameterError {
    pub(crate) fn new(message: impl Into<String>) -> ParameterError {
        ParameterError(message.into())
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParameterError {}

impl From<sjson::SetError> for ParameterError {
    fn from(error: sjson::SetError) -> ParameterError {
        ParameterError(error.to_string())
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// As text; objects and lists are their JSON.
    pub text: String,
    /// It was text in the event already, or is Argo's text, so `useRawData` makes no difference.
    pub is_text: bool,
}

impl Resolved {
    fn text(text: impl Into<String>) -> Resolved {
        Resolved { text: text.into(), is_text: true }
    }
}

/// What of these parameters cannot be executed yet. A lifter refuses parameters for which this is not empty; here each is
/// an error.
pub fn unsupported(parameters: &[Parameter]) -> Vec<&'static str> {
    let mut found = Vec::new();
    if parameters.iter().any(|parameter| has_actions(&parameter.src.data_template)) {
        found.push("`dataTemplate`");
    }
    if parameters.iter().any(|parameter| has_actions(&parameter.src.context_template)) {
        found.push("`contextTemplate`");
    }
    found
}

/// A template without actions yields its own text, whatever the event.
fn has_actions(template: &str) -> bool {
    template.contains("{{")
}

/// Finds the value of a parameter; none when its dependency has no event and it no default.
///
/// # Errors
/// The key leads nowhere and there is no default, or it has a template.
pub fn resolve(source: &ParameterSource, events: &Events<'_>) -> Result<Option<Resolved>, ParameterError> {
    let fallback = source.value.as_deref().map(Resolved::text);
    let Some(event) = events.get(source.dependency_name.as_str()) else { return Ok(fallback) };
    // Key and template into the data win over those into the context.
    let of_data = !source.data_key.is_empty() || !source.data_template.is_empty();
    let (key, template) = match of_data {
        true => (&source.data_key, &source.data_template),
        false => (&source.context_key, &source.context_template),
    };
    if has_actions(template) {
        return Err(ParameterError::new("templates in parameters are not executed yet"));
    }
    if key.is_empty() && template.is_empty() {
        return Ok(Some(fallback.unwrap_or_else(|| Resolved::text(envelope(event)))));
    }
    let found = if of_data && event.datacontenttype != "application/json" {
        Err(ParameterError::new(format!(
            "data of type `{}` cannot be read; send application/json",
            event.datacontenttype
        )))
    } else if !template.is_empty() {
        Ok(Some(Resolved::text(template.as_str())))
    } else if of_data {
        Ok(lookup(event.data.text(), key))
    } else {
        Ok(lookup(&context(event), key))
    };
    match (found, fallback) {
        (Ok(Some(found)), _) => Ok(Some(found)),
        (_, Some(fallback)) => Ok(Some(fallback)),
        (Err(error), None) => Err(error),
        (Ok(None), None) => {
            Err(ParameterError::new(format!("`{key}` is not in the event of `{}`", source.dependency_name)))
        }
    }
}

fn lookup(json: &str, key: &str) -> Option<Resolved> {
    let value = gjson::get(json, key);
    if !value.exists() {
        return None;
    }
    let raw = matches!(value.kind(), Kind::Json | Kind::Null);
    let text = if raw { value.raw().to_owned() } else { value.string().into_owned() };
    Some(Resolved { text, is_text: value.kind() == Kind::String })
}

/// The attributes as Argo's JSON.
pub(crate) fn context(event: &Event) -> String {
    let mut out = String::from("{");
    let time = event.time.seconds();
    let members = [
        ("id", event.id.as_str()),
        ("source", &event.source),
        ("specversion", "1.0"),
        ("type", &event.kind),
        ("datacontenttype", &event.datacontenttype),
        ("subject", &event.subject),
        ("time", &time),
    ];
    for (i, (key, value)) in members.into_iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        push_json_string(&mut out, key);
        out.push(':');
        push_json_string(&mut out, value);
    }
    out.push('}');
    out
}

/// The whole event as Argo's JSON, with the data in base64.
fn envelope(event: &Event) -> String {
    let data = base64::engine::general_purpose::STANDARD.encode(event.data.text());
    format!(r#"{{"context":{},"data":"{data}"}}"#, context(event))
}

/// Puts every parameter into the JSON, one after the other.
///
/// # Errors
/// A parameter has no value, or its destination cannot be set.
pub fn apply(json: &str, parameters: &[Parameter], events: &Events<'_>) -> Result<String, ParameterError> {
    let mut json = json.to_owned();
    for parameter in parameters {
        let Some(value) = resolve(&parameter.src, events)? else { continue };
        json = match joined(&json, &parameter.dest, parameter.operation, &value.text) {
            Some(text) => put(&json, parameter, &Resolved::text(text))?,
            None => put(&json, parameter, &value)?,
        };
    }
    Ok(json)
}

/// What stands there together with a new text; nothing where it overwrites, or where nothing stands.
fn joined(json: &str, dest: &str, operation: Operation, text: &str) -> Option<String> {
    let current = gjson::get(json, dest);
    if operation.is_overwrite() || !current.exists() {
        return None;
    }
    let current = current.string();
    Some(match operation {
        Operation::Prepend => text.to_owned() + &current,
        _ => current.into_owned() + text,
    })
}

/// Finds the values of parameters whose destinations come later; those without a value are left out.
///
/// # Errors
/// As of [`resolve`].
pub fn fill(parameters: &[Parameter], events: &Events<'_>) -> Result<Vec<FinishedPatch>, ParameterError> {
    let mut patches = Vec::new();
    for parameter in parameters {
        let Some(value) = resolve(&parameter.src, events)? else { continue };
        let raw = parameter.src.use_raw_data && !value.is_text;
        let json = raw.then(|| Document::parse(value.text.as_str()).ok()).flatten();
        patches.push(FinishedPatch {
            dest: parameter.dest.clone(),
            operation: parameter.operation,
            value: json.map_or(Json::String(value.text), |document| document.root().to_json()),
        });
    }
    Ok(patches)
}

/// Changes JSON, one after the other, as [`apply`] does.
///
/// # Errors
/// A destination cannot be set.
pub fn patch(json: &str, patches: &[FinishedPatch]) -> Result<String, ParameterError> {
    let mut json = json.to_owned();
    for FinishedPatch { dest, operation, value } in patches {
        let text = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        json = match (joined(&json, dest, *operation, &text), value) {
            (Some(text), _) => sjson::set(&json, dest, &text)?,
            (None, Json::String(_)) => sjson::set(&json, dest, &text)?,
            (None, _) => sjson::set_raw(&json, dest, &text)?,
        };
    }
    Ok(json)
}

/// Builds the body of a call; none if no parameter gives anything. An empty `dest` makes its value the whole body.
///
/// # Errors
/// A parameter has no value, or its destination cannot be set. A parameter with a `dest` whose dependency has no event and
/// that has no default is an error here; Argo's pod dies of it.
pub fn payload(parameters: &[Parameter], events: &Events<'_>) -> Result<Option<String>, ParameterError> {
    let mut json: Option<String> = None;
    for parameter in parameters {
        let value = resolve(&parameter.src, events)?;
        let whole = parameter.dest.is_empty();
        match value {
            Some(value) if whole => return Ok(Some(value.text)),
            Some(value) => json = Some(put(json.as_deref().unwrap_or(""), parameter, &value)?),
            None if whole => {}
            None => return Err(missing(parameter)),
        }
    }
    Ok(json)
}

pub(crate) fn missing(parameter: &Parameter) -> ParameterError {
    let Parameter { src, dest, .. } = parameter;
    ParameterError::new(format!(
        "`{dest}` needs an event of `{}`, which has none; give it a `value`",
        src.dependency_name
    ))
}

fn put(json: &str, parameter: &Parameter, value: &Resolved) -> Result<String, ParameterError> {
    let raw = parameter.src.use_raw_data && !value.is_text;
    let set = if raw { sjson::set_raw } else { sjson::set };
    Ok(set(json, &parameter.dest, &value.text)?)
}
