//! The `http` action.

use super::read::{absent, integer, list, object, parse, text, texts};
use crate::parameters::{self, Events, ParameterError};
use aev_plan::argo::Parameter;
use aev_plan::duration::GoDuration;
use aev_plan::finished::{Finished, FinishedHttp, HeaderContent};
use aev_plan::json::Json;
use aev_plan::model::{BasicAuth, ConfigMapRef, SecretRef};
use std::time::Duration;

/// Argo's, when nothing or nought is said.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What of an `http` action cannot be executed yet.
pub(super) fn unsupported(body: &Json) -> Vec<&'static str> {
    let there = |key: &str| body.get(key).is_some_and(|value| !absent(value) && value.as_str() != Some(""));
    let mut found = Vec::new();
    if there("tls") {
        found.push("`tls` of http");
    }
    if there("host") {
        found.push("`host` of http");
    }
    if there("basicAuth") && !matches!(basic_auth(body), Ok(Some(_))) {
        found.push("`basicAuth` without both `username` and `password`");
    }
    found
}

/// Makes the call from the action's fields.
pub(super) fn finish(body: &Json, events: &Events<'_>) -> Result<Finished, ParameterError> {
    if let Some(what) = unsupported(body).first() {
        return Err(ParameterError::new(format!("{what} is not executed yet")));
    }
    let payload = parameters::payload(&list::<Parameter>(body, "payload")?, events)?;
    // An empty `dest` may make the whole of it text that is no JSON.
    let payload = payload.filter(|payload| !payload.is_empty());
    let payload = payload.map(|payload| parse(&payload).unwrap_or(Json::String(payload)));
    let seconds = u64::try_from(integer(body, "timeout")?).unwrap_or(0);
    let timeout = if seconds == 0 { TIMEOUT } else { Duration::from_secs(seconds) };
    let method = text(body, "method")?;
    Ok(Finished::Http(Box::new(FinishedHttp {
        method: if method.is_empty() { "POST" } else { method }.to_owned(),
        url: text(body, "url")?.to_owned(),
        headers: headers(body, events)?,
        body: payload,
        timeout: Some(GoDuration(timeout)),
        basic_auth: basic_auth(body)?,
    })))
}

/// Fixed ones, then those from events, then secrets: of one name the last counts.
fn headers(body: &Json, events: &Events<'_>) -> Result<Vec<(String, HeaderContent)>, ParameterError> {
    let mut headers: Vec<(String, HeaderContent)> = Vec::new();
    let mut set =
        |name: &str, content: HeaderContent| match headers.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = content,
            None => headers.push((name.to_owned(), content)),
        };
    for (name, value) in texts(body, "headers")? {
        set(name, HeaderContent::Text(value.to_owned()));
    }
    for dynamic in list::<Parameter>(body, "dynamicHeaders")? {
        let value =
            parameters::resolve(&dynamic.src, events)?.ok_or_else(|| parameters::missing(&dynamic))?;
        set(&dynamic.dest, HeaderContent::Text(value.text));
    }
    for secure in list::<Json>(body, "secureHeaders")? {
        set(text(&secure, "name")?, secret_content(object(&secure, "valueFrom")?)?);
    }
    Ok(headers)
}

fn secret_content(from: &Json) -> Result<HeaderContent, ParameterError> {
    let secret = object(from, "secretKeyRef")?;
    if !absent(secret) {
        return Ok(HeaderContent::Secret(secret_ref(secret)?));
    }
    let member = object(from, "configMapKeyRef")?;
    if absent(member) {
        return Err(ParameterError::new(
            "a secure header needs `secretKeyRef` or `configMapKeyRef` in `valueFrom`",
        ));
    }
    let SecretRef { name, key } = secret_ref(member)?;
    Ok(HeaderContent::ConfigMap(ConfigMapRef { name, key }))
}

/// The `optional` of a reference changes nothing in Argo.
fn secret_ref(value: &Json) -> Result<SecretRef, ParameterError> {
    Ok(SecretRef { name: text(value, "name")?.to_owned(), key: text(value, "key")?.to_owned() })
}

fn basic_auth(body: &Json) -> Result<Option<BasicAuth>, ParameterError> {
    let auth = object(body, "basicAuth")?;
    if absent(auth) {
        return Ok(None);
    }
    let part = |key: &str| {
        let value = object(auth, key)?;
        if absent(value) {
            return Err(ParameterError::new("`basicAuth` needs `username` and `password`"));
        }
        secret_ref(value)
    };
    Ok(Some(BasicAuth { username: part("username")?, password: part("password")? }))
}
