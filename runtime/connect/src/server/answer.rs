//! Answers: a status and a JSON object, `{"id": …}` or `{"error": …}`.

use crate::sources::{Denied, Refusal};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};
use std::collections::BTreeMap;
use std::time::Duration;

/// The bus has the event.
pub(super) fn published(id: &str) -> Response<Full<Bytes>> {
    json(StatusCode::OK, &[("id", id)])
}

/// There is no event.
pub(super) fn refused(refusal: &Refusal) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &[("error", &refusal.to_string())]);
    let headers = response.headers_mut();
    match refusal {
        Refusal::Method { allow } => {
            if let Ok(allow) = HeaderValue::from_str(allow.as_str()) {
                headers.insert(ALLOW, allow);
            }
        }
        Refusal::Unauthorized(Denied::NoToken | Denied::WrongToken) => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Refusal::Unavailable { retry_after, .. } => {
            headers.insert(RETRY_AFTER, seconds(*retry_after).into());
        }
        _ => {}
    }
    response
}

/// `OK` as Argo says it, or what does not work.
pub(super) fn health(health: Result<(), String>) -> Response<Full<Bytes>> {
    match health {
        Ok(()) => Response::new(Full::from("OK")),
        Err(reason) => json(StatusCode::SERVICE_UNAVAILABLE, &[("error", &reason)]),
    }
}

/// Whole seconds, rounded up, and never "at once".
fn seconds(duration: Duration) -> u64 {
    let more = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(more).max(1)
}

fn json(status: StatusCode, members: &[(&str, &str)]) -> Response<Full<Bytes>> {
    let mut text = Vec::with_capacity(64);
    let object: BTreeMap<&str, &str> = members.iter().copied().collect();
    // Texts can be written.
    let _ = serde_json::to_writer(&mut text, &object);
    text.push(b'\n');
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
