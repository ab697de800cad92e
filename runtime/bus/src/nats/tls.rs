//! TLS towards a NATS server. Unlike in Argo Events its certificate is verified, unless the user says otherwise.

use super::options::Tls;
use aev_tls::{Client, TlsError};
use rustls::ClientConfig;

/// The configuration for the library; or what is wrong with the certificates, in words.
pub(super) fn config(tls: &Tls) -> Result<ClientConfig, String> {
    let client = Client {
        authority: tls.ca.as_ref().map(String::as_bytes),
        identity: tls
            .client
            .as_ref()
            .map(|(certificate, key)| (certificate.as_bytes(), key.reveal().as_bytes())),
        believes_all: tls.insecure,
    };
    client.config().map_err(|error| match error {
        TlsError::Unusable(reason) => format!("the certificates cannot be used: {reason}"),
        other => other.to_string(),
    })
}
