//! A certificate authority for one test, with a certificate for the server on loopback and one for a client.

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use std::io::Error;

/// All of it in PEM.
#[derive(Clone, Debug)]
pub struct Certificates {
    /// The authority.
    pub ca: String,
    /// The server's certificate, for `127.0.0.1` and `localhost`.
    pub server: String,
    /// Its key.
    pub server_key: String,
    /// A client's certificate.
    pub client: String,
    /// Its key.
    pub client_key: String,
}

impl Certificates {
    /// Makes a new authority and signs both certificates.
    ///
    /// # Errors
    /// The random numbers of the system failed.
    pub fn make() -> Result<Certificates, Error> {
        Certificates::try_make().map_err(Error::other)
    }

    fn try_make() -> Result<Certificates, rcgen::Error> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate()?;
        let ca = authority.self_signed(&key)?.pem();
        let issuer = Issuer::new(authority, key);
        let sign = |names: &[&str], purpose| {
            let mut leaf =
                CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())?;
            leaf.extended_key_usages = vec![purpose];
            let key = KeyPair::generate()?;
            Ok::<_, rcgen::Error>((leaf.signed_by(&key, &issuer)?.pem(), key.serialize_pem()))
        };
        let (server, server_key) = sign(&["127.0.0.1", "localhost"], ExtendedKeyUsagePurpose::ServerAuth)?;
        let (client, client_key) = sign(&["client"], ExtendedKeyUsagePurpose::ClientAuth)?;
        Ok(Certificates { ca, server, server_key, client, client_key })
    }
}
