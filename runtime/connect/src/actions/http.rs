//! `http`: one call. Every answer is an outcome with its status; which of them is success, the trigger says.
//!
//! Redirects are followed here and not by the client, because a redirect to another origin must not take along any header
//! that comes from a secret, whatever its name is.

use super::{ActionError, Done, Job, Options, Outcome, retry_after};
use crate::secrets::Secrets;
use crate::trace::{Context, TRACEPARENT, TRACESTATE};
use aev_plan::finished::{FinishedHttp, HeaderContent};
use aev_plan::json::Json;
use reqwest::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap,
    HeaderName, HeaderValue, LOCATION, PROXY_AUTHORIZATION, RETRY_AFTER,
};
use reqwest::{Client, Method, Response, StatusCode, Url, redirect};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout, timeout_at};

/// As many as Go's client follows.
const MAX_REDIRECTS: usize = 10;

/// How much of an answer is read, and how long, so that its connection can be used again. Beyond it the connection goes.
const DRAIN: (usize, Duration) = (256 << 10, Duration::from_secs(5));

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Makes calls, over pooled connections.
pub(super) struct Caller {
    client: Client,
    /// Without the proxy of the environment: for this machine.
    direct: Client,
    elsewhere: BTreeMap<(String, u16), Elsewhere>,
    call_timeout: Duration,
}

/// A host that is reached at another address.
struct Elsewhere {
    address: SocketAddr,
    /// Resolves the host to that address, so that a certificate is still compared with the host.
    client: Client,
}

/// A call, with its secrets.
struct Call {
    method: Method,
    headers: HeaderMap,
    body: Option<String>,
    /// Headers that only the origin of the action's own URL may see.
    confidential: Vec<HeaderName>,
}

impl Caller {
    pub(super) fn new(options: &Options) -> Result<Caller, ActionError> {
        // Another part of the process may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .connect_timeout(options.connect_timeout)
                .redirect(redirect::Policy::none())
                .pool_idle_timeout(Duration::from_secs(60))
                .user_agent(concat!("aev/", env!("CARGO_PKG_VERSION")))
        };
        let setup = |error: reqwest::Error| ActionError::Setup(reason(&error));
        let mut elsewhere = BTreeMap::new();
        for (host, port, address) in options.connect_to.iter() {
            let client = builder().no_proxy().http1_only().resolve(host, address).build().map_err(setup)?;
            elsewhere.insert((host.to_owned(), port), Elsewhere { address, client });
        }
        Ok(Caller {
            client: builder().build().map_err(setup)?,
            direct: builder().no_proxy().build().map_err(setup)?,
            elsewhere,
            call_timeout: options.call_timeout,
        })
    }

    pub(super) async fn perform(&self, http: &FinishedHttp, job: Job<'_>, secrets: &dyn Secrets) -> Outcome {
        let prepared = url(&http.url).and_then(|url| Ok((url, prepare(http, job, secrets)?)));
        let (url, call) = match prepared {
            Ok(prepared) => prepared,
            // A secret may be there at the next attempt; what the action says stays as it is.
            Err(error) => {
                return Outcome::Failed { retriable: matches!(error, ActionError::Secret(_)), error };
            }
        };
        // As in Argo, nought is no timeout that anybody wants.
        let limit = http.timeout.map(|timeout| timeout.0).filter(|timeout| !timeout.is_zero());
        let limit = limit.unwrap_or(self.call_timeout);
        self.follow(url, call, limit).await
    }

    async fn follow(&self, mut url: Url, mut call: Call, limit: Duration) -> Outcome {
        let deadline = Instant::now() + limit;
        for _ in 0..=MAX_REDIRECTS {
            let sent = timeout_at(deadline, self.send(&url, &call)).await;
            let response = match sent {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => return failed(&url, &error, limit),
                Err(_) => {
                    return Outcome::Unknown { error: ActionError::Timeout { target: target(&url), limit } };
                }
            };
            let status = response.status();
            let next = location(&response, &url);
            let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|text| retry_after::parse(text, SystemTime::now()));
            drain(response, deadline).await;
            let Some(next) = next else {
                return Outcome::Done(Done::Answered { status: status.as_u16(), retry_after });
            };
            call.redirect(status, url.origin() == next.origin());
            url = next;
        }
        Outcome::Failed {
            retriable: false,
            error: ActionError::Redirects { target: target(&url), limit: MAX_REDIRECTS },
        }
    }

    async fn send(&self, url: &Url, call: &Call) -> reqwest::Result<Response> {
        let host = url.host_str().unwrap_or_default();
        let place = (host.to_owned(), url.port_or_known_default().unwrap_or_default());
        let mut to = url.clone();
        let mut headers = call.headers.clone();
        let client = match self.elsewhere.get(&place) {
            Some(elsewhere) => {
                if let Ok(authority) = HeaderValue::from_str(&authority(url)) {
                    headers.insert(HOST, authority);
                }
                // For TLS the host must stay in the URL; otherwise the address says all. Neither can fail for HTTP.
                if url.scheme() == "http" {
                    let _ = to.set_ip_host(elsewhere.address.ip());
                }
                let _ = to.set_port(Some(elsewhere.address.port()));
                &elsewhere.client
            }
            None if is_loopback(url) => &self.direct,
            None => &self.client,
        };
        let mut request = client.request(call.method.clone(), to).headers(headers);
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        request.send().await
    }
}

impl Call {
    /// What is left of it after a redirect. As in Go, a `POST` becomes a `GET` after 301, 302 and 303.
    fn redirect(&mut self, status: StatusCode, same_origin: bool) {
        if !same_origin {
            for name in self.confidential.drain(..) {
                self.headers.remove(name);
            }
        }
        let keeps = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        if !keeps && self.method != Method::GET && self.method != Method::HEAD {
            self.method = Method::GET;
            self.body = None;
            for name in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH] {
                self.headers.remove(name);
            }
        }
    }
}

/// Makes the headers, with the secrets as they are now.
fn prepare(http: &FinishedHttp, job: Job<'_>, secrets: &dyn Secrets) -> Result<Call, ActionError> {
    let method =
        Method::from_bytes(http.method.as_bytes()).map_err(|_| ActionError::Method(http.method.clone()))?;
    let mut headers = HeaderMap::new();
    let mut confidential = vec![AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];
    for (name, content) in &http.headers {
        let invalid = || ActionError::Header(name.clone());
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        let value = match content {
            HeaderContent::Text(text) => HeaderValue::from_bytes(text.as_bytes()).map_err(|_| invalid())?,
            HeaderContent::Secret(secret) => {
                let secret = secrets.get(secret).map_err(ActionError::Secret)?;
                let mut value = HeaderValue::from_bytes(secret.expose()).map_err(|_| invalid())?;
                value.set_sensitive(true);
                confidential.push(key.clone());
                value
            }
            HeaderContent::ConfigMap(member) => return Err(ActionError::ConfigMap(member.clone())),
        };
        headers.insert(key, value);
    }
    if let Some(auth) = &http.basic_auth {
        headers.insert(AUTHORIZATION, basic(auth, secrets)?);
    }
    if !headers.contains_key(IDEMPOTENCY_KEY) {
        let value = HeaderValue::from_str(job.firing)
            .map_err(|_| ActionError::Header(IDEMPOTENCY_KEY.to_string()))?;
        headers.insert(IDEMPOTENCY_KEY, value);
    }
    if let Some(trace) = job.trace.filter(|_| !headers.contains_key(TRACEPARENT)) {
        trace_headers(trace, &mut headers);
    }
    let body = http.body_text();
    let media_type = match &http.body {
        Some(Json::String(_)) => Some("text/plain; charset=utf-8"),
        Some(_) => Some("application/json"),
        None => None,
    };
    if let Some(media_type) = media_type.filter(|_| !headers.contains_key(CONTENT_TYPE)) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    Ok(Call { method, headers, body, confidential })
}

/// What the file itself says of a trace stays as it is.
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

fn url(text: &str) -> Result<Url, ActionError> {
    let url = Url::parse(text).map_err(|_| ActionError::Url("it is no absolute URL"))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(ActionError::Url("it begins neither with `http://` nor with `https://`"))
    }
}

/// Where a redirect leads, if this is one that can be followed.
fn location(response: &Response, url: &Url) -> Option<Url> {
    use StatusCode as S;
    let redirects =
        [S::MOVED_PERMANENTLY, S::FOUND, S::SEE_OTHER, S::TEMPORARY_REDIRECT, S::PERMANENT_REDIRECT];
    if !redirects.contains(&response.status()) {
        return None;
    }
    let next = url.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    matches!(next.scheme(), "http" | "https").then_some(next)
}

/// Reads the rest of an answer. Its status is known and decides; what happens here does not matter.
async fn drain(mut response: Response, deadline: Instant) {
    let (bytes, time) = DRAIN;
    let rest = async {
        let mut read = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > bytes {
                break;
            }
        }
    };
    let _ = timeout(time.min(deadline.saturating_duration_since(Instant::now())), rest).await;
}

/// There was no answer.
fn failed(url: &Url, error: &reqwest::Error, limit: Duration) -> Outcome {
    let (target, reason) = (target(url), reason(error));
    if error.is_connect() {
        return Outcome::Failed { retriable: true, error: ActionError::Connect { target, reason } };
    }
    if error.is_builder() {
        return Outcome::Failed {
            retriable: false,
            error: ActionError::Url("its parts do not fit together"),
        };
    }
    let error = match error.is_timeout() {
        true => ActionError::Timeout { target, limit },
        false => ActionError::Broken { target, reason },
    };
    Outcome::Unknown { error }
}

/// The innermost cause: what the system or TLS says. The outer ones repeat the URL.
fn reason(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.last().map_or_else(|| "the call failed".to_owned(), ToString::to_string)
}

/// Scheme, host and port.
fn target(url: &Url) -> String {
    format!("{}://{}", url.scheme(), authority(url))
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
