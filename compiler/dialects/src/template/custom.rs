//! The `custom` action.

use super::read::{absent, list, object, parse, text, texts, typed};
use crate::parameters::{self, Events, ParameterError};
use aev_plan::argo::Parameter;
use aev_plan::finished::{Finished, FinishedCustom};
use aev_plan::json::Json;
use aev_plan::model::{GrpcServer, SecretRef};

/// What the server is to do, from the action's fields and the parameters for the resource that it makes.
pub(super) fn finish(
    body: &Json,
    parameters: &[Parameter],
    events: &Events<'_>,
) -> Result<Finished, ParameterError> {
    let spec = texts(body, "spec")?;
    let payload = match body.get("payload").filter(|payload| !absent(payload)) {
        Some(_) => parameters::payload(&list::<Parameter>(body, "payload")?, events)?,
        None => None,
    };
    Ok(Finished::Custom(Box::new(FinishedCustom {
        server: server(body)?,
        spec: spec.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        patches: parameters::fill(parameters, events)?,
        // An empty `dest` may make the whole of it text that is no JSON.
        payload: payload.map(|payload| parse(&payload).unwrap_or(Json::String(payload))),
    })))
}

/// The server of an action. Argo reads its certificates and its name only when the connection is secured.
fn server(body: &Json) -> Result<GrpcServer, ParameterError> {
    let wrong = |key: &str| ParameterError::new(format!("`{key}` is not written as Argo reads it"));
    let secure = match body.get("secure").filter(|value| !absent(value)) {
        None => false,
        Some(Json::Bool(secure)) => *secure,
        Some(_) => return Err(wrong("secure")),
    };
    let name = text(body, "serverNameOverride")?;
    let secret = object(body, "certSecret")?;
    let cert_secret: Option<SecretRef> = match secure && !absent(secret) {
        true => Some(typed(secret).ok_or_else(|| wrong("certSecret"))?),
        false => None,
    };
    if secure && cert_secret.is_none() {
        return Err(ParameterError::new("`secure` needs a `certSecret`"));
    }
    Ok(GrpcServer {
        url: text(body, "serverURL")?.to_owned(),
        secure,
        cert_secret,
        server_name_override: (secure && !name.is_empty()).then(|| name.to_owned()),
    })
}
