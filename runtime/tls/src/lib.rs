//! TLS of a client, for buses, sources and actions alike: whom it believes, and as whom it comes.

mod believing;

use believing::Believing;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Whom a client believes, and as whom it comes.
#[derive(Clone, Copy, Default)]
pub struct Client<'a> {
    /// The certificates of the authorities that it believes, in PEM. Without any: those of the system.
    pub authority: Option<&'a [u8]>,
    /// Its own certificate chain and private key, both in PEM.
    pub identity: Option<(&'a [u8], &'a [u8])>,
    /// It believes every certificate. Only its key must be the one that signs.
    pub believes_all: bool,
}

/// What was given cannot be used. No part of it is in here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The authority is none.
    #[error("the authority's certificate is no certificate in PEM")]
    Authority,
    /// The client's own certificate is none.
    #[error("the client's certificate is no certificate in PEM")]
    Certificate,
    /// The client's key is none.
    #[error("the client's key is no private key in PEM")]
    Key,
    /// What the library says against it.
    #[error("{0}")]
    Unusable(String),
}

impl Client<'_> {
    /// The configuration for the library. Its crypto provider is named, so that nothing depends on a default of the process.
    ///
    /// # Errors
    /// A certificate or the key is none, or they do not belong together.
    pub fn config(&self) -> Result<ClientConfig, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let unusable = |error: rustls::Error| TlsError::Unusable(error.to_string());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let builder = match self.believes_all {
            true => builder.dangerous().with_custom_certificate_verifier(Arc::new(Believing::new(provider))),
            false => builder.with_root_certificates(self.roots()?),
        };
        match self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some((chain, key)) => {
                let chain = certificates(chain).ok_or(TlsError::Certificate)?;
                let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::Key)?;
                builder.with_client_auth_cert(chain, key).map_err(unusable)
            }
        }
    }

    fn roots(&self) -> Result<RootCertStore, TlsError> {
        let mut roots = RootCertStore::empty();
        match self.authority {
            Some(pem) => {
                for certificate in certificates(pem).ok_or(TlsError::Authority)? {
                    roots.add(certificate).map_err(|error| TlsError::Unusable(error.to_string()))?;
                }
            }
            None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
        }
        Ok(roots)
    }
}

/// All that stand there, and at least one.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec!["a.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn takes_certificates_and_keys_in_pem_and_nothing_else() {
        let (certificate, key) = pair();
        let (other, _) = pair();
        let both = format!("{certificate}{other}");
        let with = |authority: Option<&str>, identity: Option<(&str, &str)>| {
            let identity = identity.map(|(chain, key)| (chain.as_bytes(), key.as_bytes()));
            Client { authority: authority.map(str::as_bytes), identity, believes_all: false }.config().err()
        };
        assert_eq!(with(Some(&both), Some((&certificate, &key))), None);
        assert_eq!(with(Some(""), None), Some(TlsError::Authority));
        assert_eq!(with(Some(&key), None), Some(TlsError::Authority));
        assert_eq!(with(Some(&other), Some((&key, &key))), Some(TlsError::Certificate));
        assert_eq!(with(Some(&other), Some((&certificate, "secret"))), Some(TlsError::Key));
        // Of another certificate.
        assert!(matches!(with(None, Some((&other, &key))), Some(TlsError::Unusable(_))));
        assert!(Client { believes_all: true, ..Client::default() }.config().is_ok());
    }
}
