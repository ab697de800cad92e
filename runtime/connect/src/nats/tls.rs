//! TLS of a client. Certificates are verified unless the file says `insecureSkipVerify`.

use super::{NatsError, value};
use crate::secrets::Secrets;
use aev_plan::model::{SecretRef, Tls};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::sync::Arc;

/// The configuration for the library; with the system's certificates where no authority is named.
pub(super) fn config(tls: Option<&Tls>, secrets: &dyn Secrets) -> Result<ClientConfig, NatsError> {
    // The provider is named, so that nothing depends on a default of the process.
    let provider = Arc::new(ring::default_provider());
    let unusable = |error: Error| NatsError::Tls(error.to_string());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let believes_all = tls.is_some_and(|tls| tls.insecure_skip_verify);
    let builder = match believes_all {
        true => builder.dangerous().with_custom_certificate_verifier(Arc::new(Believing(provider))),
        false => builder.with_root_certificates(roots(tls, secrets)?),
    };
    // As in Argo Events, the other fields are ignored then.
    let identity = tls.filter(|_| !believes_all);
    match identity.and_then(|tls| tls.client_cert_secret.as_ref().zip(tls.client_key_secret.as_ref())) {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            let chain = certificates(certificate, secrets)?;
            let form = NatsError::Form { secret: key.clone(), what: "private key in PEM" };
            let key = PrivateKeyDer::from_pem_slice(value(key, secrets)?.expose()).map_err(|_| form)?;
            builder.with_client_auth_cert(chain, key).map_err(unusable)
        }
    }
}

fn roots(tls: Option<&Tls>, secrets: &dyn Secrets) -> Result<RootCertStore, NatsError> {
    let mut roots = RootCertStore::empty();
    match tls.and_then(|tls| tls.ca_cert_secret.as_ref()) {
        Some(authority) => {
            for certificate in certificates(authority, secrets)? {
                roots.add(certificate).map_err(|error| NatsError::Tls(error.to_string()))?;
            }
        }
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    Ok(roots)
}

fn certificates(
    secret: &SecretRef,
    secrets: &dyn Secrets,
) -> Result<Vec<CertificateDer<'static>>, NatsError> {
    let pem = value(secret, secrets)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.expose()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(NatsError::Form { secret: secret.clone(), what: "certificate in PEM" }),
    }
}

/// Believes every certificate; signatures must still be right.
#[derive(Debug)]
struct Believing(Arc<CryptoProvider>);

impl ServerCertVerifier for Believing {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
