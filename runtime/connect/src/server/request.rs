//! One request: route, method, token, size, body, signature, event, bus, answer, in this order.

use super::Mount;
use super::answer;
use super::limits::Limits;
use super::remarks::Remarks;
use crate::publish::{Incoming, PublishError};
use crate::sources::{Denied, Received, Refusal};
use crate::trace::Context;
use aev_plan::time::Timestamp;
use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming as RequestBody};
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING};
use hyper::{HeaderMap, Response};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// Says whether everything behind the endpoints works; otherwise what does not.
pub type Health = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What all connections of a listener share.
pub(super) struct Shared {
    pub(super) limits: Arc<Limits>,
    pub(super) health: Health,
    pub(super) in_flight: Semaphore,
    /// One permit for each byte of [`Limits::buffered_bytes`].
    pub(super) memory: Semaphore,
    pub(super) remarks: Remarks,
}

/// The endpoints of one port, by path.
pub(super) type Routes = BTreeMap<String, Mount>;

pub(super) async fn answer(
    routes: &Routes,
    shared: &Shared,
    head: Box<Parts>,
    mut body: RequestBody,
) -> Response<Full<Bytes>> {
    let path = head.uri.path();
    let Some(mount) = routes.get(path) else {
        if path == "/health" {
            return answer::health((shared.health)());
        }
        return answer::refused(&Refusal::NotFound);
    };
    match accept(mount, shared, &head, &mut body).await {
        Ok(id) => answer::published(&id),
        Err(refusal) => {
            let place = mount.endpoint.place();
            let (pipeline, status) = (place.pipeline.as_str(), refusal.status());
            mount.publisher.refused(status);
            if let Some(unsaid) = shared.remarks.due(format!("{pipeline} {place}"), status) {
                match &refusal {
                    Refusal::Secret(error) => {
                        tracing::error!(pipeline, source = %place, status, unsaid, "{error}");
                    }
                    refusal => {
                        tracing::warn!(pipeline, source = %place, status, unsaid, "a request was refused: {refusal}");
                    }
                }
            }
            answer::refused(&refusal)
        }
    }
}

/// Makes an event of the request and returns its id once the bus has it.
async fn accept(
    mount: &Mount,
    shared: &Shared,
    head: &Parts,
    body: &mut RequestBody,
) -> Result<String, Refusal> {
    let (endpoint, came) = (&mount.endpoint, now());
    if head.method != endpoint.method {
        return Err(Refusal::Method { allow: endpoint.method.clone() });
    }
    if let Some(secret) = &endpoint.auth {
        let secret = mount.secrets.get(secret).map_err(Refusal::Secret)?;
        let token = bearer(&head.headers).ok_or(Refusal::Unauthorized(Denied::NoToken))?;
        if !secret.matches(token) {
            return Err(Refusal::Unauthorized(Denied::WrongToken));
        }
    }
    if let Some(encoding) = head.headers.get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        let encoding = String::from_utf8_lossy(encoding.as_bytes()).into_owned();
        return Err(Refusal::MediaType(format!("the body is compressed (`{encoding}`); send it as it is")));
    }
    // Held until the answer is ready.
    let mut held = None;
    let body = match endpoint.method {
        hyper::Method::GET => Bytes::new(),
        _ => read(body, endpoint.max_bytes, shared, &mut held).await?,
    };
    if let Some(verify) = &endpoint.verify {
        verify.check(&head.headers, &body, mount.secrets.as_ref())?;
    }
    let received = Received { query: head.uri.query(), headers: &head.headers, body };
    let accepted = endpoint.handler.accept(&received, mount.secrets.as_ref())?;
    let id = accepted.id.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    let event = Incoming {
        source: endpoint.place.source.clone(),
        event: endpoint.place.event.clone(),
        kind: endpoint.kind,
        id: id.clone(),
        time: came.to_string(),
        data: accepted.data,
        trace: Context::of_headers(&head.headers).map(Box::new),
    };
    publish(mount, shared, event).await?;
    Ok(id)
}

async fn publish(mount: &Mount, shared: &Shared, event: Incoming) -> Result<(), Refusal> {
    const BUSY: Refusal = Refusal::Unavailable {
        reason: "the bus takes events too slowly",
        retry_after: Duration::from_secs(1),
    };
    let deadline = Instant::now() + shared.limits.publish;
    let Ok(Ok(_permit)) = timeout_at(deadline, shared.in_flight.acquire()).await else { return Err(BUSY) };
    match timeout_at(deadline, mount.publisher.publish(event)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(PublishError::TooLarge { size, limit })) => Err(Refusal::TooLargeForBus { size, limit }),
        Ok(Err(PublishError::Unavailable { retry_after })) => {
            Err(Refusal::Unavailable { reason: "the bus cannot take events now", retry_after })
        }
        Err(_) => Err(BUSY),
    }
}

/// The whole body. What it says of its size is believed when it is too much, and counted when it is not.
async fn read<'a>(
    body: &mut RequestBody,
    limit: usize,
    shared: &'a Shared,
    held: &mut Option<SemaphorePermit<'a>>,
) -> Result<Bytes, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Refusal::TooLarge { limit });
    }
    let deadline = Instant::now() + shared.limits.body;
    let mut bytes = BytesMut::new();
    loop {
        let frame = match timeout_at(deadline, body.frame()).await {
            Err(_) => return Err(Refusal::Slow { limit: shared.limits.body }),
            Ok(None) => return Ok(bytes.freeze()),
            Ok(Some(Err(_))) => return Err(Refusal::Malformed("the body broke off".to_owned())),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(chunk) = frame.into_data() else { continue };
        if bytes.len() + chunk.len() > limit {
            return Err(Refusal::TooLarge { limit });
        }
        let room = u32::try_from(chunk.len()).ok().and_then(|n| shared.memory.try_acquire_many(n).ok());
        let Some(room) = room else {
            return Err(Refusal::Unavailable {
                reason: "too many requests are being read",
                retry_after: Duration::from_secs(1),
            });
        };
        match held {
            Some(held) => held.merge(room),
            None => *held = Some(room),
        }
        if bytes.is_empty() && body.is_end_stream() {
            return Ok(chunk);
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// The token of `Authorization: Bearer TOKEN`. The scheme is written in any case.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
