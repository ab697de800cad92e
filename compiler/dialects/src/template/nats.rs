//! The `nats` action.

use super::read::{absent, list, object, parse, text, typed};
use crate::parameters::{self, Events, ParameterError};
use aev_plan::argo::Parameter;
use aev_plan::finished::{Finished, FinishedNats};
use aev_plan::json::Json;
use aev_plan::model::{NatsAuth, Tls};

/// What of a `nats` action cannot be executed yet.
pub(super) fn unsupported(body: &Json) -> Vec<&'static str> {
    let mut found = Vec::new();
    if auth(body).is_err() {
        found.push("`auth` of nats without exactly one of `basic`, `token`, `nkey` and `credential`");
    }
    if tls(body).is_err() {
        found.push("`tls` of nats with other fields than Argo Events has");
    }
    found
}

/// Makes the message from the action's fields: those of the trigger's template, and the payload of what the action's own
/// parameters have changed.
pub(super) fn finish(body: &Json, changed: &Json, events: &Events<'_>) -> Result<Finished, ParameterError> {
    if let Some(what) = unsupported(body).first() {
        return Err(ParameterError::new(format!("{what} is not executed yet")));
    }
    if changed.get("payload").is_none_or(absent) {
        return Err(ParameterError::new("the message has no `payload`; give it one"));
    }
    let payload = parameters::payload(&list::<Parameter>(changed, "payload")?, events)?.unwrap_or_default();
    Ok(Finished::Nats(Box::new(FinishedNats {
        url: text(body, "url")?.to_owned(),
        subject: text(body, "subject")?.to_owned(),
        // An empty `dest` may make the whole of it text that is no JSON.
        body: parse(&payload).unwrap_or(Json::String(payload)),
        tls: tls(body)?,
        auth: auth(body)?,
    })))
}

fn tls(body: &Json) -> Result<Option<Tls>, ParameterError> {
    let tls = object(body, "tls")?;
    let wrong = || ParameterError::new("`tls` is not written as Argo reads it");
    if absent(tls) { Ok(None) } else { typed(tls).map(Some).ok_or_else(wrong) }
}

fn auth(body: &Json) -> Result<Option<NatsAuth>, ParameterError> {
    let auth = object(body, "auth")?;
    let wrong =
        || ParameterError::new("`auth` needs exactly one of `basic`, `token`, `nkey` and `credential`");
    if absent(auth) { Ok(None) } else { typed(auth).map(Some).ok_or_else(wrong) }
}
