//! GitHub's signature: the HMAC of the raw body, in hexadecimal after the name of the hash.
//!
//! `X-Hub-Signature-256` counts; the older `X-Hub-Signature` is looked at only without it, as go-github does.

use super::{Denied, Refusal};
use crate::secrets::SecretValue;
use hmac::{Hmac, Mac};
use hyper::HeaderMap;
use sha1::Sha1;
use sha2::Sha256;

/// Whether the body is signed with the secret. How long it takes does not depend on how much of the signature is right.
pub(super) fn verify(headers: &HeaderMap, body: &[u8], secret: &SecretValue) -> Result<(), Refusal> {
    let header = ["x-hub-signature-256", "x-hub-signature"]
        .into_iter()
        .find_map(|name| headers.get(name).filter(|value| !value.is_empty()));
    let header = header.ok_or(Refusal::Unauthorized(Denied::NoSignature))?;
    let malformed = Refusal::Unauthorized(Denied::MalformedSignature);
    let Some((hash, digits)) = header.to_str().ok().and_then(|text| text.trim().split_once('=')) else {
        return Err(malformed);
    };
    let right = match (hash, unhex(digits)) {
        ("sha256", Some(signature)) => is_mac::<Hmac<Sha256>>(secret, body, &signature),
        ("sha1", Some(signature)) => is_mac::<Hmac<Sha1>>(secret, body, &signature),
        _ => return Err(malformed),
    };
    if right { Ok(()) } else { Err(Refusal::Unauthorized(Denied::WrongSignature)) }
}

/// Whether this is the code of the body.
pub(super) fn is_mac<M: Mac + hmac::digest::KeyInit>(
    secret: &SecretValue,
    body: &[u8],
    signature: &[u8],
) -> bool {
    // An HMAC takes a key of any length, so there is no error to tell of.
    <M as Mac>::new_from_slice(secret.expose())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(signature).is_ok())
}

/// The bytes of hexadecimal digits of either case.
pub(super) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(nibble(high)? << 4 | nibble(low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}
