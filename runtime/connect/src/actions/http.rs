//! `http`: one call. Every answer is an outcome with its status; which of them is success, the trigger says.
//!
//! Redirects are followed here and not by the client, because a redirect to another origin must not take along any header
//! that comes from a secret, whatever its name is.

use super::{ActionError, Done, Job, Options, Outcome, retry_after};
use crate::client::{Client, End, NoAnswer, Target};
use crate::secrets::Secrets;
use crate::trace::{Context, TRACEPARENT, TRACESTATE};
use aev_plan::finished::{FinishedHttp, HeaderContent};
use aev_plan::json::Json;
use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap,
    HeaderName, HeaderValue, LOCATION, PROXY_AUTHORIZATION, RETRY_AFTER,
};
use http::{Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout, timeout_at};

/// As many as Go's client follows.
const MAX_REDIRECTS: usize = 10;

/// How often a request is sent again that a server has not begun with.
const MAX_RESENDS: usize = 2;

/// How much of an answer is read, and how long, so that its connection can be used again. Beyond it the connection goes.
const DRAIN: (usize, Duration) = (256 << 10, Duration::from_secs(5));

/// Room for the headers of most calls, so that the map does not grow.
const HEADERS: usize = 12;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Makes calls, over pooled connections.
pub(super) struct Caller {
    client: Client,
    call_timeout: Duration,
}

/// What is sent next. It is made anew for each request, since most calls are one and nothing of it is kept then.
struct Call<'a> {
    http: &'a FinishedHttp,
    job: &'a Job<'a>,
    secrets: &'a dyn Secrets,
    target: Arc<Target>,
    /// No redirect has led to another origin, so that secrets may go along.
    trusted: bool,
    /// A redirect has made it a `GET` without a body.
    becomes_get: bool,
}

impl Caller {
    pub(super) fn new(options: &Options) -> Result<Caller, ActionError> {
        let client = Client::new(options.connect_timeout, &options.connect_to);
        let client = client.map_err(|error| ActionError::Setup(error.to_string()))?;
        Ok(Caller { client, call_timeout: options.call_timeout })
    }

    pub(super) async fn perform(&self, http: &FinishedHttp, job: &Job<'_>, secrets: &dyn Secrets) -> Outcome {
        let target = match self.client.target(&http.url) {
            Ok(target) => target,
            Err(error) => return unsendable(ActionError::Url(error.0)),
        };
        // As in Argo, nought is no timeout that anybody wants.
        let limit = http.timeout.map(|timeout| timeout.0).filter(|timeout| !timeout.is_zero());
        let limit = limit.unwrap_or(self.call_timeout);
        let mut call = Call { http, job, secrets, target, trusted: true, becomes_get: false };
        let deadline = Instant::now() + limit;
        for _ in 0..=MAX_REDIRECTS {
            let response = match timeout_at(deadline, self.send(&call, limit)).await {
                Ok(Ok(response)) => response,
                Ok(Err(outcome)) => return outcome,
                Err(_) => {
                    let target = call.target.shown();
                    return Outcome::Unknown { error: ActionError::Timeout { target, limit } };
                }
            };
            let status = response.status();
            let next = location(&response).and_then(|to| self.client.redirected(&call.target, to));
            let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|text| retry_after::parse(text, SystemTime::now()));
            drain(response.into_body(), deadline).await;
            match next {
                None => return Outcome::Done(Done::Answered { status: status.as_u16(), retry_after }),
                Some(Ok(target)) => call.redirect(status, target),
                Some(Err(error)) => return unsendable(ActionError::Url(error.0)),
            }
        }
        Outcome::Failed {
            retriable: false,
            error: ActionError::Redirects { target: call.target.shown(), limit: MAX_REDIRECTS },
        }
    }

    async fn send(&self, call: &Call<'_>, limit: Duration) -> Result<Response<Incoming>, Outcome> {
        let mut resends = MAX_RESENDS;
        loop {
            let (method, headers, body) = call.prepare().map_err(unsendable)?;
            match self.client.send(&call.target, method, headers, body).await {
                Err(NoAnswer { end: End::Untouched, .. }) if resends > 0 => resends -= 1,
                sent => return sent.map_err(|failed| unanswered(&call.target, failed, limit)),
            }
        }
    }
}

impl Call<'_> {
    /// As in Go, a `POST` becomes a `GET` after 301, 302 and 303.
    fn redirect(&mut self, status: StatusCode, to: Arc<Target>) {
        self.trusted &= self.target.same_origin(&to);
        self.target = to;
        let keeps = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        self.becomes_get |= !keeps && !matches!(self.http.method.as_str(), "GET" | "HEAD");
    }

    /// Makes method, headers and body, with the secrets as they are now.
    fn prepare(&self) -> Result<(Method, HeaderMap, Bytes), ActionError> {
        let http = self.http;
        let method = Method::from_bytes(http.method.as_bytes())
            .map_err(|_| ActionError::Method(http.method.clone()))?;
        let mut headers = HeaderMap::with_capacity(HEADERS + http.headers.len());
        // Headers that only the origin of the action's own URL may see.
        let mut withheld = Vec::new();
        for (name, content) in &http.headers {
            let invalid = || ActionError::Header(name.clone());
            let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
            let value = match content {
                HeaderContent::Text(text) => {
                    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| invalid())?
                }
                HeaderContent::Secret(_) if !self.trusted => {
                    withheld.push(key);
                    continue;
                }
                HeaderContent::Secret(secret) => {
                    let secret = self.secrets.get(secret).map_err(ActionError::Secret)?;
                    let mut value = HeaderValue::from_bytes(secret.expose()).map_err(|_| invalid())?;
                    value.set_sensitive(true);
                    value
                }
                HeaderContent::ConfigMap(member) => return Err(ActionError::ConfigMap(member.clone())),
            };
            headers.insert(key, value);
        }
        if let Some(auth) = http.basic_auth.as_ref().filter(|_| self.trusted) {
            headers.insert(AUTHORIZATION, basic(auth, self.secrets)?);
        }
        self.marks(&mut headers)?;
        let (body, media_type) = match &http.body {
            Some(Json::String(_)) => (http.body_text(), Some("text/plain; charset=utf-8")),
            Some(_) => (http.body_text(), Some("application/json")),
            None => (None, None),
        };
        if let Some(media_type) = media_type.filter(|_| !headers.contains_key(CONTENT_TYPE)) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        if !self.trusted {
            withheld.extend([AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE]);
        }
        if self.becomes_get {
            withheld.extend([CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH]);
        }
        for name in withheld {
            headers.remove(name);
        }
        match self.becomes_get {
            true => Ok((Method::GET, headers, Bytes::new())),
            false => Ok((method, headers, body.map(Bytes::from).unwrap_or_default())),
        }
    }

    /// The firing's id, and the trace that it belongs to. What the file itself says stays as it is.
    fn marks(&self, headers: &mut HeaderMap) -> Result<(), ActionError> {
        if !headers.contains_key(IDEMPOTENCY_KEY) {
            let value = HeaderValue::from_str(self.job.firing)
                .map_err(|_| ActionError::Header(IDEMPOTENCY_KEY.to_string()))?;
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        if let Some(trace) = self.job.trace.filter(|_| !headers.contains_key(TRACEPARENT)) {
            trace_headers(trace, headers);
        }
        Ok(())
    }
}

fn trace_headers(trace: &Context, headers: &mut HeaderMap) {
    // Digits and what was checked when it came can be sent.
    if let Ok(parent) = HeaderValue::try_from(trace.traceparent()) {
        headers.insert(TRACEPARENT, parent);
    }
    let state = trace.state.as_deref().filter(|_| !headers.contains_key(TRACESTATE));
    if let Some(state) = state.and_then(|state| HeaderValue::from_str(state).ok()) {
        headers.insert(TRACESTATE, state);
    }
}

fn basic(auth: &aev_plan::model::BasicAuth, secrets: &dyn Secrets) -> Result<HeaderValue, ActionError> {
    use base64::Engine as _;
    let username = secrets.get(&auth.username).map_err(ActionError::Secret)?;
    let password = secrets.get(&auth.password).map_err(ActionError::Secret)?;
    let pair = zeroize::Zeroizing::new([username.expose(), b":", password.expose()].concat());
    let text = zeroize::Zeroizing::new(format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(&*pair)
    ));
    let mut value =
        HeaderValue::from_str(&text).map_err(|_| ActionError::Header(AUTHORIZATION.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Where an answer redirects to.
fn location(response: &Response<Incoming>) -> Option<&str> {
    use StatusCode as S;
    let redirects =
        [S::MOVED_PERMANENTLY, S::FOUND, S::SEE_OTHER, S::TEMPORARY_REDIRECT, S::PERMANENT_REDIRECT];
    let location = response.headers().get(LOCATION).filter(|_| redirects.contains(&response.status()));
    location?.to_str().ok()
}

/// Reads the rest of an answer. Its status is known and decides; what happens here does not matter.
async fn drain(mut body: Incoming, deadline: Instant) {
    if body.is_end_stream() {
        return;
    }
    let (bytes, time) = DRAIN;
    let rest = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, Bytes::len);
            if read > bytes {
                break;
            }
        }
    };
    let _ = timeout(time.min(deadline.saturating_duration_since(Instant::now())), rest).await;
}

/// A secret may be there at the next attempt; what the action says stays as it is.
fn unsendable(error: ActionError) -> Outcome {
    Outcome::Failed { retriable: matches!(error, ActionError::Secret(_)), error }
}

fn unanswered(target: &Target, NoAnswer { end, reason }: NoAnswer, limit: Duration) -> Outcome {
    let target = target.shown();
    match end {
        End::Connect => Outcome::Failed { retriable: true, error: ActionError::Connect { target, reason } },
        End::Timeout => Outcome::Unknown { error: ActionError::Timeout { target, limit } },
        End::Untouched | End::Broken => Outcome::Unknown { error: ActionError::Broken { target, reason } },
    }
}
