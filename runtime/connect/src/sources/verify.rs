//! `verify: hmac { … }` of a plan: the HMAC of the raw body must be what a header says.

use super::{Denied, Refusal, signature};
use crate::secrets::Secrets;
use aev_plan::model::{Encoding, HashName, Hmac, SecretRef};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::HeaderName;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// A signature that every request of an endpoint needs.
pub(crate) struct Verify {
    header: HeaderName,
    hmac: Hmac,
}

impl Verify {
    /// What the plan says; none when no header can be called so.
    pub(crate) fn new(hmac: &Hmac) -> Option<Verify> {
        let header = HeaderName::from_bytes(hmac.header.as_bytes()).ok()?;
        Some(Verify { header, hmac: hmac.clone() })
    }

    /// The secret that it reads.
    pub(crate) fn secret(&self) -> &SecretRef {
        &self.hmac.secret
    }

    /// Whether the body is signed with the secret as it is now. How long it takes does not depend on how much of the
    /// signature is right.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        secrets: &dyn Secrets,
    ) -> Result<(), Refusal> {
        let secret = secrets.get(&self.hmac.secret).map_err(Refusal::Secret)?;
        let mut written = headers.get_all(&self.header).iter();
        let written = match (written.next(), written.next()) {
            (Some(written), None) => written,
            (None, _) => return Err(Refusal::Unauthorized(Denied::Unsigned)),
            (Some(_), Some(_)) => return Err(Refusal::Unauthorized(Denied::SeveralSignatures)),
        };
        let text = written.to_str().ok().and_then(|text| text.strip_prefix(&self.hmac.prefix));
        let signature = text.and_then(|text| match self.hmac.encoding {
            Encoding::Hex => signature::unhex(text),
            Encoding::Base64 => STANDARD.decode(text).ok(),
        });
        let Some(signature) = signature else {
            return Err(Refusal::Unauthorized(Denied::UnreadableSignature));
        };
        let right = match self.hmac.algorithm {
            HashName::Sha1 => signature::is_mac::<hmac::Hmac<Sha1>>(&secret, body, &signature),
            HashName::Sha256 => signature::is_mac::<hmac::Hmac<Sha256>>(&secret, body, &signature),
            HashName::Sha512 => signature::is_mac::<hmac::Hmac<Sha512>>(&secret, body, &signature),
        };
        if right { Ok(()) } else { Err(Refusal::Unauthorized(Denied::WrongSignature)) }
    }
}
