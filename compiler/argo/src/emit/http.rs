//! An HTTP call.

use super::action::Emitted;
use super::call::{Call, headers, secret};
use super::parameters;
use super::scope::Scope;
use crate::node::Fields;
use crate::refusal::{Reason, Refusal};
use aev_plan::model::Http;
use aev_plan::origin::Origin;

pub(super) fn emit(http: &Http, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    let mut call = Call::new("http", scope, origin);
    let mut fields = Fields::at(origin);
    fields.put("url", call.field("url", &http.url)?);
    fields.put("method", http.method.as_str());
    headers(&mut fields, &mut call, &http.headers, origin)?;
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
