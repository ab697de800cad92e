//! From the address of servers to a connection: what its secrets hold.

use crate::error::StartError;
use crate::settings::{BusAddress, Servers};
use aev_bus::nats::{Auth, ConnectOptions, SecretText, Tls};
use aev_connect::secrets::{SecretValue, Secrets};
use aev_plan::model::SecretRef;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use std::collections::BTreeMap;

/// How servers are reached.
///
/// # Errors
/// A secret is missing or has not the form that it should have.
pub(crate) fn options(
    address: &BusAddress,
    servers: &Servers,
    secrets: &dyn Secrets,
) -> Result<ConnectOptions, Box<StartError>> {
    let text = |secret: &SecretRef| -> Result<String, Box<StartError>> {
        let value = secrets.get(secret).map_err(|error| Box::new(StartError::Secret(error)))?;
        plain(&value).ok_or_else(|| unfit(address, secret, "it is no text"))
    };
    let scheme = if servers.tls { "tls" } else { "nats" };
    let hosts = servers.hosts.split(',').map(|host| format!("{scheme}://{host}")).collect::<Vec<_>>();
    let mut options = ConnectOptions::new(&hosts.join(","));
    options.stream_config = servers.stream.clone().unwrap_or_default();
    options.tls = Tls {
        required: servers.tls,
        insecure: servers.insecure,
        ca: servers.ca.as_ref().map(&text).transpose()?,
        client: match &servers.identity {
            Some((cert, key)) => Some((text(cert)?, SecretText::new(text(key)?))),
            None => None,
        },
    };
    if let Some(secret) = &servers.auth {
        options.auth = auth(&text(secret)?).map_err(|reason| unfit(address, secret, reason))?;
    }
    Ok(options)
}

fn unfit(address: &BusAddress, secret: &SecretRef, reason: &'static str) -> Box<StartError> {
    Box::new(StartError::BusSecret { address: address.to_string(), secret: secret.clone(), reason })
}

fn plain(value: &SecretValue) -> Option<String> {
    std::str::from_utf8(value.expose()).ok().map(|text| text.trim_end().to_owned())
}

/// Reads a secret in Argo's form, which is lines of YAML such as `username: …`, or a whole credentials file.
fn auth(text: &str) -> Result<Auth, &'static str> {
    const FORM: &str = "write lines of YAML with `username` and `password`, `token` or `nkey`, or put a whole credentials \
                        file into it";
    if text.contains("-----BEGIN NATS USER JWT-----") {
        return Ok(Auth::Credentials(SecretText::new(text)));
    }
    let mut lines = BTreeMap::new();
    for document in Yaml::load_from_str(text).map_err(|_| FORM)? {
        let Yaml::Mapping(members) = document else { return Err(FORM) };
        for (key, value) in members {
            // Argo's reader does not care about case.
            lines.insert(key.as_str().ok_or(FORM)?.to_ascii_lowercase(), text_of(&value).ok_or(FORM)?);
        }
    }
    let find = |name: &str| lines.get(name).map(|value| SecretText::new(value.as_str()));
    match (find("username"), find("password"), find("token"), find("nkey")) {
        (Some(user), Some(password), None, None) => Ok(Auth::UserAndPassword { user, password }),
        (None, None, Some(token), None) => Ok(Auth::Token(token)),
        (None, None, None, Some(seed)) => Ok(Auth::Nkey(seed)),
        _ => Err(FORM),
    }
}

/// A text, or a number that stands for one.
fn text_of(value: &Yaml<'_>) -> Option<String> {
    match value {
        Yaml::Value(Scalar::String(text)) => Some(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_the_secret_is_read() {
        assert!(matches!(auth("username: u\npassword: \"p: x\""), Ok(Auth::UserAndPassword { .. })));
        assert!(matches!(auth("Token: abc\n"), Ok(Auth::Token(_))));
        assert!(matches!(auth("nkey: SUABC"), Ok(Auth::Nkey(_))));
        let file = "-----BEGIN NATS USER JWT-----\neyJ\n------END NATS USER JWT------\n";
        assert!(matches!(auth(file), Ok(Auth::Credentials(_))));
    }

    #[test]
    fn another_form_is_refused_without_showing_it() {
        for text in ["hunter2", "password: hunter2", "username: u\npassword: hunter2\ntoken: t", "- hunter2"]
        {
            let error = auth(text).err().unwrap();
            assert!(error.contains("`username` and `password`") && !error.contains("hunter2"), "{error}");
        }
    }
}
