//! A message on NATS.

use super::action::Emitted;
use super::call::{Call, secret};
use super::parameters;
use super::scope::Scope;
use crate::node::Fields;
use crate::refusal::Refusal;
use aev_plan::model::{Nats, NatsAuth, Tls};
use aev_plan::origin::Origin;

pub(super) fn emit(nats: &Nats, scope: Scope<'_>, origin: Origin) -> Result<Emitted, Refusal> {
    let mut call = Call::new("nats", scope, origin);
    let mut fields = Fields::at(origin);
    fields.put("url", nats.url.as_str());
    // Argo publishes to the subject of the trigger, which only parameters of the trigger change.
    fields.put("subject", call.field("subject", &nats.subject)?);
    call.payload(&nats.payload, &mut Vec::new())?;
    fields.put_list("payload", parameters::nodes(&call.entries));
    if let Some(settings) = &nats.tls {
        fields.put("tls", tls(settings, origin));
    }
    if let Some(ways) = &nats.auth {
        fields.put("auth", auth(ways, origin));
    }
    Ok(Emitted { entries: vec![("nats".to_owned(), fields.into())], parameters: call.trigger })
}

fn tls(tls: &Tls, origin: Origin) -> Fields {
    let mut fields = Fields::at(origin);
    for (name, said) in [("enabled", tls.enabled), ("insecureSkipVerify", tls.insecure_skip_verify)] {
        if said {
            fields.put(name, true);
        }
    }
    let secrets = [
        ("caCertSecret", &tls.ca_cert_secret),
        ("clientCertSecret", &tls.client_cert_secret),
        ("clientKeySecret", &tls.client_key_secret),
    ];
    for (name, reference) in secrets {
        fields.put_some(name, reference.as_ref().map(|reference| secret(reference, origin)));
    }
    fields
}

fn auth(auth: &NatsAuth, origin: Origin) -> Fields {
    let mut fields = Fields::at(origin);
    match auth {
        NatsAuth::Basic(user) => {
            let mut basic = Fields::at(origin);
            basic.put("username", secret(&user.username, origin));
            basic.put("password", secret(&user.password, origin));
            fields.put("basic", basic);
        }
        NatsAuth::Token(token) => fields.put("token", secret(token, origin)),
        NatsAuth::Nkey(seed) => fields.put("nkey", secret(seed, origin)),
        NatsAuth::Credential(file) => fields.put("credential", secret(file, origin)),
    }
    fields
}
