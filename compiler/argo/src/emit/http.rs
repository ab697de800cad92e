//! An HTTP call.

use super::action::Emitted;
use super::call::{Call, secret, selector};
use super::parameters;
use super::scope::Scope;
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_plan::model::{HeaderValue, Http};
use aev_plan::origin::Origin;

pub(super) fn emit(http: &Http, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    let mut call = Call::new("http", scope, origin);
    let mut fields = Fields::at(origin);
    fields.put("url", call.field("url", &http.url)?);
    fields.put("method", http.method.as_str());
    let mut plain = Fields::at(origin);
    let mut secure = Vec::new();
    for header in &http.headers {
        match &header.value {
            HeaderValue::Text(text) => {
                if let Some(text) = call.header(&header.name, text)? {
                    plain.put(header.name.as_str(), text);
                }
            }
            HeaderValue::Secret(reference) => {
                secure.push(secure_header(&header.name, "secretKeyRef", secret(reference, origin), origin))
            }
            HeaderValue::ConfigMap(map) => secure.push(secure_header(
                &header.name,
                "configMapKeyRef",
                selector(&map.name, &map.key, origin),
                origin,
            )),
        }
    }
    if !plain.is_empty() {
        fields.put("headers", plain);
    }
    fields.put_list("secureHeaders", secure);
    fields.put_list("dynamicHeaders", parameters::nodes(&std::mem::take(&mut call.entries)));
    if let Some(auth) = &http.basic_auth {
        let mut basic = Fields::at(origin);
        basic.put("username", secret(&auth.username, origin));
        basic.put("password", secret(&auth.password, origin));
        fields.put("basicAuth", basic);
    }
    if let Some(timeout) = http.timeout {
        let seconds = i64::try_from(timeout.0.as_secs()).unwrap_or(i64::MAX);
        if timeout.0.subsec_nanos() > 0 {
            return Err(Refusal {
                reason: Reason::FractionalTimeout { timeout: timeout.to_string() },
                origin,
            });
        }
        fields.put("timeout", seconds);
    }
    if let Some(payload) = &http.payload {
        call.payload(payload, &mut Vec::new())?;
    }
    fields.put_list("payload", parameters::nodes(&call.entries));
    Ok(Emitted { entries: vec![("http".to_owned(), fields.into())], parameters: call.trigger })
}

/// A header whose value Argo reads when it makes the call. `place` is what `selector` selects from.
fn secure_header(name: &str, place: &str, selector: Fields, origin: Origin) -> Node {
    let mut value = Fields::at(origin);
    value.put(place, selector);
    let mut fields = Fields::at(origin);
    fields.put("name", name);
    fields.put("valueFrom", value);
    fields.into()
}
