//! The certificate of a port. It is read again for each connection, so that a rotated one needs no restart.

use crate::secrets::{SecretError, SecretValue, Secrets};
use crate::sources::Certificate;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_rustls::TlsAcceptor;

/// A port cannot serve HTTPS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// A secret has no value.
    #[error("{0}")]
    Secret(SecretError),
    /// It is no certificate.
    #[error("the secret `{}` holds no certificate in PEM under its key `{}`", .0.name, .0.key)]
    NoCertificate(aev_plan::model::SecretRef),
    /// It is no key.
    #[error("the secret `{}` holds no private key in PEM under its key `{}`", .0.name, .0.key)]
    NoKey(aev_plan::model::SecretRef),
    /// The two do not fit, or the algorithm is unknown.
    #[error("the certificate cannot be used: {0}")]
    Rejected(String),
}

/// Makes acceptors.
pub(super) struct Tls {
    certificate: Certificate,
    secrets: Arc<dyn Secrets>,
    current: Mutex<Option<([u8; 32], TlsAcceptor)>>,
}

impl Tls {
    /// Reads the certificate for the first time.
    pub(super) fn new(certificate: Certificate, secrets: Arc<dyn Secrets>) -> Result<Tls, TlsError> {
        let tls = Tls { certificate, secrets, current: Mutex::new(None) };
        tls.load().map(|_| tls)
    }

    /// With the certificate as it is now; when it cannot be used, with the last one that could.
    pub(super) fn acceptor(&self) -> Option<TlsAcceptor> {
        match self.load() {
            Ok(acceptor) => Some(acceptor),
            Err(error) => {
                tracing::error!("the last good certificate stays in use: {error}");
                let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
                current.as_ref().map(|(_, acceptor)| acceptor.clone())
            }
        }
    }

    fn load(&self) -> Result<TlsAcceptor, TlsError> {
        let chain = self.secrets.get(&self.certificate.chain).map_err(TlsError::Secret)?;
        let key = self.secrets.get(&self.certificate.key).map_err(TlsError::Secret)?;
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(chain.expose()));
        hash.update(Sha256::digest(key.expose()));
        let hash: [u8; 32] = hash.finalize().into();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, acceptor)) = current.as_ref()
            && *of == hash
        {
            return Ok(acceptor.clone());
        }
        let acceptor = TlsAcceptor::from(Arc::new(self.config(&chain, &key)?));
        *current = Some((hash, acceptor.clone()));
        Ok(acceptor)
    }

    fn config(&self, chain: &SecretValue, key: &SecretValue) -> Result<ServerConfig, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain.expose())
            .collect::<Result<_, _>>()
            .map_err(|_| TlsError::NoCertificate(self.certificate.chain.clone()))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(self.certificate.chain.clone()));
        }
        let key = PrivateKeyDer::from_pem_slice(key.expose())
            .map_err(|_| TlsError::NoKey(self.certificate.key.clone()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| TlsError::Rejected(error.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}
