//! Whether Argo Events decides as aev has decided.

use crate::ask::Oracle;
use aev_plan::duration::GoDuration;
use serde_json::{Map, Value, json};
use std::io::Error;
use std::str::FromStr;

/// Of the sensor that is asked about: an object without one of its own gets it.
const NAMESPACE: &str = "of-the-sensor";

/// Asks Argo Events about a decision in the form of `AEV_DIFFERENTIAL_EXPORT`: none when it decides the same, and otherwise
/// what it decides instead.
///
/// `{"dep", "event", "passed"}` is a dependency, an event and whether it passes. `{"trigger", "events", "action"}` is a
/// trigger, the events of a firing by dependency and the finished action, or null when it cannot be finished; its `transforms`
/// are what these dependencies do with their events first.
///
/// # Errors
/// The oracle does not answer, or the decision is in another form.
pub fn disagreement(oracle: &mut Oracle, decision: &Value) -> Result<Option<String>, Error> {
    let answer = if decision.get("dep").is_some() {
        let part = |key: &str| part(decision, key);
        let event = match part("dep")?.get("transform") {
            None => Ok(part("event")?.clone()),
            Some(transform) => transformed(oracle, transform, part("event")?)?,
        };
        let answer = match event {
            Ok(event) => {
                oracle.ask(&json!({ "ask": "filter", "dependency": part("dep")?, "event": event }))?
            }
            // A sensor drops such an event.
            Err(answer) => {
                let mut answer = answer;
                if let Value::Object(members) = &mut answer {
                    members.insert("passed".to_owned(), Value::Bool(false));
                }
                answer
            }
        };
        (answer.get("passed") != Some(part("passed")?)).then_some(answer)
    } else {
        let mut trigger = part(decision, "trigger")?.clone();
        // Calls of a foreign server are compared by what the server gets, in `tests/extensions.rs`.
        if trigger.pointer("/template/custom").is_some() {
            return Ok(None);
        }
        without_secrets(&mut trigger);
        let mut events = part(decision, "events")?.clone();
        if let (Value::Object(events), Some(Value::Object(transforms))) =
            (&mut events, decision.get("transforms"))
        {
            for (name, transform) in transforms {
                let Some(event) = events.get_mut(name) else { continue };
                match transformed(oracle, transform, event)? {
                    Ok(changed) => *event = changed,
                    Err(answer) => return Ok(Some(format!("Argo Events: {answer}\naev: {decision}"))),
                }
            }
        }
        let request = json!({
            "ask": "action", "trigger": trigger, "sensor": "p", "namespace": NAMESPACE, "events": events,
        });
        let answer = oracle.ask(&request)?;
        (!same_action(part(decision, "action")?, &answer)).then_some(answer)
    };
    Ok(answer.map(|answer| format!("Argo Events: {answer}\naev: {decision}")))
}

/// The event as a dependency transforms it, or the answer that says why it cannot.
fn transformed(oracle: &mut Oracle, transform: &Value, event: &Value) -> Result<Result<Value, Value>, Error> {
    let answer = oracle.ask(&json!({ "ask": "transform", "transform": transform, "event": event }))?;
    Ok(answer.get("event").cloned().ok_or(answer))
}

fn part<'v>(decision: &'v Value, key: &str) -> Result<&'v Value, Error> {
    decision.get(key).ok_or_else(|| Error::other(format!("the decision has no `{key}`: {decision}")))
}

/// The values of secrets are files in a pod; there are none here, and nothing is decided by them.
fn without_secrets(trigger: &mut Value) {
    if let Some(Value::Object(http)) = trigger.pointer_mut("/template/http") {
        http.remove("secureHeaders");
        http.remove("basicAuth");
    }
}

fn same_action(action: &Value, answer: &Value) -> bool {
    match (action.get("kind").and_then(Value::as_str), answer.get("request")) {
        // A panic is no decision: in a pod it is the end of the sensor.
        (None, None) => answer.get("error").is_some(),
        (Some("k8s.create"), Some(request)) => same_object(action.get("object"), request),
        (Some("http"), Some(request)) => same_call(action, request, answer),
        // That text is no URL is found when it is sent.
        (Some("http"), None) => {
            let error = answer.get("error").and_then(Value::as_str);
            error.is_some_and(|error| error.starts_with("failed to construct request"))
                && same_url(action, answer)
        }
        _ => false,
    }
}

fn same_object(object: Option<&Value>, request: &Value) -> bool {
    let body = request.get("body").and_then(Value::as_str).map(serde_json::from_str::<Value>);
    let (Some(object), Some(Ok(body))) = (object, body) else { return false };
    let (mut ours, mut theirs) = (object.clone(), body);
    // The server of Kubernetes makes a name of a prefix; aev makes it itself, of the prefix and the firing.
    let prefix = theirs.pointer("/metadata/generateName").cloned();
    if let (Some(Value::String(prefix)), Some(Value::Object(metadata))) = (prefix, ours.get_mut("metadata"))
        && metadata.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with(&prefix))
    {
        metadata.remove("name");
        metadata.insert("generateName".into(), Value::String(prefix));
    }
    unmarked(&mut ours);
    unmarked(&mut theirs);
    same(&ours, &theirs)
}

/// The object without what whoever creates it adds: labels and annotations of its own, and the sensor's namespace.
fn unmarked(object: &mut Value) {
    let Some(Value::Object(metadata)) = object.get_mut("metadata") else { return };
    for key in ["labels", "annotations"] {
        let Some(Value::Object(marks)) = metadata.get_mut(key) else { continue };
        marks.retain(|name, _| !name.starts_with("events.argoproj.io/") && !name.starts_with("aev.dev/"));
        if marks.is_empty() {
            metadata.remove(key);
        }
    }
    if metadata.get("namespace").is_some_and(|namespace| namespace == NAMESPACE) {
        metadata.remove("namespace");
    }
}

fn same_call(action: &Value, request: &Value, answer: &Value) -> bool {
    let nothing = Map::new();
    let headers = |value: &Value| match value.get("headers") {
        Some(Value::Object(headers)) => headers.clone(),
        _ => nothing.clone(),
    };
    let ours: Map<String, Value> = headers(action)
        .into_iter()
        // Values of secrets are left out; the key is aev's own.
        .filter(|(name, content)| content.is_string() && name != "Idempotency-Key")
        .map(|(name, content)| (name, json!([content])))
        .collect();
    let duration = |value: Option<&Value>| {
        value.and_then(Value::as_str).and_then(|text| GoDuration::from_str(text).ok())
    };
    action.get("method") == request.get("method")
        && same_url(action, answer)
        && same(&Value::Object(ours), &Value::Object(headers(request)))
        && same_body(action.get("payload"), request.get("body").and_then(Value::as_str).unwrap_or_default())
        // Without one of its own, a call has that of whoever makes it.
        && action.get("timeout").is_none_or(|ours| duration(Some(ours)) == duration(answer.get("timeout")))
}

/// An empty one is left out of an answer.
fn same_url(action: &Value, answer: &Value) -> bool {
    let url = |value: &Value| value.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    url(action) == url(answer)
}

/// A body that is text as a whole is sent without quotes; an absent one is empty.
fn same_body(payload: Option<&Value>, body: &str) -> bool {
    match payload {
        None => body.is_empty(),
        Some(Value::String(text)) => text == body,
        Some(json) => serde_json::from_str::<Value>(body).is_ok_and(|body| same(json, &body)),
    }
}

/// The same JSON: the order of members is of no matter, nor is how a number is written that is no integer. Integers beyond
/// 64 bits with sign are doubles to Kubernetes, and to Argo Events when it makes an object.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || ((!a.is_i64() || !b.is_i64()) && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
