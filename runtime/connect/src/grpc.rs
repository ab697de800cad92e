//! Connections to servers that speak Argo Events' gRPC protocols, of sources and of actions.
//!
//! The messages and clients under `generated` are made from the `.proto` files beside it; `cargo xtask generate grpc` makes
//! them anew.

mod connector;
mod words;

pub(crate) use words::{broken, never_sent, said};

use crate::actions::ConnectTo;
use crate::secrets::{SecretError, Secrets};
use aev_plan::model::{GrpcServer, SecretRef};
use aev_tls::{Client, TlsError};
use connector::Connector;
use http::uri::{Authority, Uri};
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsConnector;
use tonic::transport::Endpoint;

/// Code that is made from the `.proto` files.
pub(crate) mod generated {
    #[rustfmt::skip]
    pub(crate) mod generic;
    #[rustfmt::skip]
    pub(crate) mod triggers;
}

/// Until a connection stands, the TLS handshake included.
const CONNECT: Duration = Duration::from_secs(10);

/// The port when the address names none, as for Argo Events' clients.
const PORT: u16 = 443;

/// A server cannot be used as it is written. None of these holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrpcError {
    /// The address is none.
    #[error("`{0}` is no address of a server; write `host:port`")]
    Address(String),
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
    /// No certificate can have this name in it.
    #[error("`{0}` is no name that a certificate can have")]
    Name(String),
    /// TLS cannot be set up with this certificate.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Reads an address as Argo Events' clients do: `host:port`, perhaps behind `dns:///`.
    pub(crate) fn new(url: &str) -> Result<Address, GrpcError> {
        let wrong = || GrpcError::Address(url.to_owned());
        let authority = url.strip_prefix("dns:///").unwrap_or(url);
        let authority: Authority = authority.parse().map_err(|_| wrong())?;
        let port = match authority.port() {
            // There is a colon, and no port behind it.
            None if !authority.as_str().ends_with(authority.host()) => return Err(wrong()),
            None => PORT,
            Some(port) => Some(port.as_u16()).filter(|port| *port > 0).ok_or_else(wrong)?,
        };
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(wrong());
        }
        Ok(Address { host: authority.host().trim_matches(['[', ']']).to_owned(), port })
    }

    /// For messages, and what a server is called in a request.
    pub(crate) fn shown(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

/// How to reach a server: an endpoint, and what makes its connections.
pub(crate) fn reach(
    server: &GrpcServer,
    elsewhere: &ConnectTo,
    secrets: &dyn Secrets,
) -> Result<(Endpoint, Connector), GrpcError> {
    let address = Address::new(&server.url)?;
    // As in Go, another name for the certificate is also the one that requests are for.
    let called = server.server_name_override.clone().filter(|_| server.secure);
    let name = called.clone().unwrap_or_else(|| address.host.clone());
    let tls = match server.secure {
        false => None,
        true => Some((
            tls(server, secrets)?,
            ServerName::try_from(name.clone()).map_err(|_| GrpcError::Name(name))?,
        )),
    };
    let scheme = if server.secure { "https" } else { "http" };
    let authority = called.unwrap_or_else(|| address.shown());
    let origin: Uri =
        format!("{scheme}://{authority}").parse().map_err(|_| GrpcError::Address(server.url.clone()))?;
    let place = format!("http://{}", address.shown());
    let endpoint = Endpoint::from_shared(place).map_err(|_| GrpcError::Address(server.url.clone()))?;
    let endpoint = endpoint
        .origin(origin)
        .user_agent(concat!("aev/", env!("CARGO_PKG_VERSION")))
        .map_err(|error| GrpcError::Tls(error.to_string()))?;
    let to = elsewhere.of(&address.host, address.port);
    Ok((endpoint, Connector::new(address.host, address.port, to, tls, CONNECT)))
}

fn tls(server: &GrpcServer, secrets: &dyn Secrets) -> Result<TlsConnector, GrpcError> {
    let pem = server.cert_secret.as_ref().map(|secret| secrets.get(secret)).transpose();
    let pem = pem.map_err(GrpcError::Secret)?;
    let client = Client { authority: pem.as_ref().map(|pem| pem.expose()), ..Client::default() };
    let mut config = client.config().map_err(|error| match (error, &server.cert_secret) {
        (TlsError::Authority, Some(secret)) => {
            GrpcError::Form { secret: secret.clone(), what: "certificate in PEM" }
        }
        (error, _) => GrpcError::Tls(error.to_string()),
    })?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_argo() {
        let shown = |url: &str| Address::new(url).map(|address| address.shown());
        assert_eq!(shown("a.svc:9000").as_deref(), Ok("a.svc:9000"));
        assert_eq!(shown("dns:///a:1").as_deref(), Ok("a:1"));
        assert_eq!(shown("a").as_deref(), Ok("a:443"));
        assert_eq!(shown("[::1]:9").as_deref(), Ok("[::1]:9"));
        for wrong in ["", "http://a:80", "a:", "a:0", "a:99999", "u@a:1", "a b:1", "dns:///"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }
}
