//! TLS of a connection to NATS. Certificates are verified unless the file says `insecureSkipVerify`.

use super::{NatsError, value};
use crate::secrets::Secrets;
use aev_plan::model::Tls;
use aev_tls::{Client, TlsError};
use rustls::ClientConfig;

/// The configuration for the library; with the system's certificates where no authority is named.
pub(super) fn config(tls: Option<&Tls>, secrets: &dyn Secrets) -> Result<ClientConfig, NatsError> {
    let believes_all = tls.is_some_and(|tls| tls.insecure_skip_verify);
    // As in Argo Events, the other fields are ignored then.
    let read = tls.filter(|_| !believes_all);
    let authority = read.and_then(|tls| tls.ca_cert_secret.as_ref());
    let identity = read.and_then(|tls| tls.client_cert_secret.as_ref().zip(tls.client_key_secret.as_ref()));
    let pem = authority.map(|secret| value(secret, secrets)).transpose()?;
    let pair = match identity {
        None => None,
        Some((certificate, key)) => Some((value(certificate, secrets)?, value(key, secrets)?)),
    };
    let client = Client {
        authority: pem.as_ref().map(|pem| pem.expose()),
        identity: pair.as_ref().map(|(certificate, key)| (certificate.expose(), key.expose())),
        believes_all,
    };
    client.config().map_err(|error| {
        let (secret, what) = match error {
            TlsError::Authority => (authority, "certificate in PEM"),
            TlsError::Certificate => (identity.map(|(certificate, _)| certificate), "certificate in PEM"),
            TlsError::Key => (identity.map(|(_, key)| key), "private key in PEM"),
            TlsError::Unusable(_) => (None, ""),
        };
        match secret {
            Some(secret) => NatsError::Form { secret: secret.clone(), what },
            None => NatsError::Tls(error.to_string()),
        }
    })
}
