//! Connections to NATS, of sources and of actions: where a server is, who says what it is, and how that is secured.

mod tls;

use crate::secrets::{SecretError, SecretValue, Secrets};
use aev_plan::model::{NatsAuth, SecretRef, Tls};
use async_nats::ConnectOptions;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// Until a connection stands, the TLS handshake included.
const CONNECT: Duration = Duration::from_secs(10);

/// A server that does not answer two of these is given up.
const PING: Duration = Duration::from_secs(10);

/// Which server, and as whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Server {
    /// Each with its scheme.
    urls: Vec<String>,
    tls: Option<Tls>,
    auth: Option<NatsAuth>,
}

/// A server cannot be used as it is written. None of these holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NatsError {
    /// The address has a scheme that is not built in.
    #[error("its URL has the scheme `{0}`, which this runtime cannot use; write `nats://` or `tls://`")]
    Scheme(String),
    /// The address has a password in it.
    #[error("its URL holds a password; put it into a secret and name that in `auth`")]
    Password,
    /// There is no address.
    #[error("its URL names no server")]
    NoServer,
    /// A secret has no value.
    #[error("{0}")]
    Secret(SecretError),
    /// A secret is not what it should be.
    #[error("the key `{}` of the secret `{}` is no {what}", secret.key, secret.name)]
    Form {
        /// Which one.
        secret: SecretRef,
        /// What it should be.
        what: &'static str,
    },
    /// TLS cannot be set up with these certificates.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl Server {
    /// Reads addresses as Argo Events has them: joined by commas, perhaps without a scheme.
    pub(crate) fn new(url: &str, tls: Option<Tls>, auth: Option<NatsAuth>) -> Result<Server, NatsError> {
        let mut urls = Vec::new();
        for address in url.split(',').map(str::trim).filter(|address| !address.is_empty()) {
            let (scheme, host) = address.split_once("://").unwrap_or(("nats", address));
            if !matches!(scheme, "nats" | "tls") {
                return Err(NatsError::Scheme(scheme.to_owned()));
            }
            if host.contains('@') {
                return Err(NatsError::Password);
            }
            urls.push(format!("{scheme}://{}", host.trim_end_matches('/')));
        }
        if urls.is_empty() { Err(NatsError::NoServer) } else { Ok(Server { urls, tls, auth }) }
    }

    /// For messages.
    pub(crate) fn shown(&self) -> String {
        self.urls.join(",")
    }

    /// The secrets that it reads.
    pub(crate) fn secrets(&self) -> Vec<SecretRef> {
        let tls = self.tls.iter().flat_map(Tls::secrets);
        tls.chain(self.auth.iter().flat_map(NatsAuth::secrets)).cloned().collect()
    }

    /// Tells whether a secret has got another value.
    pub(crate) fn fingerprint(&self, secrets: &dyn Secrets) -> Result<[u8; 32], NatsError> {
        let mut hash = Sha256::new();
        for secret in self.secrets() {
            hash.update(Sha256::digest(secrets.get(&secret).map_err(NatsError::Secret)?.expose()));
        }
        Ok(hash.finalize().into())
    }

    /// The addresses, for the library.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.urls.clone()
    }

    /// The rest, for the library.
    pub(crate) fn options(&self, secrets: &dyn Secrets) -> Result<ConnectOptions, NatsError> {
        let options = ConnectOptions::new()
            .name("aev")
            .connection_timeout(CONNECT)
            .ping_interval(PING)
            .retain_servers_order()
            .require_tls(self.tls.is_some())
            .tls_client_config(tls::config(self.tls.as_ref(), secrets)?);
        Ok(match &self.auth {
            None => options,
            Some(NatsAuth::Basic(basic)) => {
                options.user_and_password(text(&basic.username, secrets)?, text(&basic.password, secrets)?)
            }
            Some(NatsAuth::Token(token)) => options.token(text(token, secrets)?),
            Some(NatsAuth::Nkey(seed)) => options.nkey(text(seed, secrets)?.trim().to_owned()),
            Some(NatsAuth::Credential(file)) => {
                options
                    // Its last line must have an end, which a secret may have lost.
                    .credentials(&format!("{}\n", text(file, secrets)?))
                    .map_err(|_| NatsError::Form {
                        secret: file.clone(),
                        what: "credentials file with the JWT and the seed of a user",
                    })?
            }
        })
    }
}

fn value(secret: &SecretRef, secrets: &dyn Secrets) -> Result<SecretValue, NatsError> {
    secrets.get(secret).map_err(NatsError::Secret)
}

fn text(secret: &SecretRef, secrets: &dyn Secrets) -> Result<String, NatsError> {
    let form = || NatsError::Form { secret: secret.clone(), what: "text" };
    String::from_utf8(value(secret, secrets)?.expose().to_vec()).map_err(|_| form())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_argo() {
        let urls = |url: &str| Server::new(url, None, None).map(|server| server.shown());
        assert_eq!(urls("nats.bus.svc:4222").as_deref(), Ok("nats://nats.bus.svc:4222"));
        assert_eq!(urls("nats://a:1, tls://b/").as_deref(), Ok("nats://a:1,tls://b"));
        assert_eq!(urls("ws://a"), Err(NatsError::Scheme("ws".into())));
        assert_eq!(urls("nats://u:p@a"), Err(NatsError::Password));
        assert_eq!(urls(" ,"), Err(NatsError::NoServer));
    }
}
