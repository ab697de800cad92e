//! `github`: GitHub's webhook deliveries. The data is `{headers, body, metadata?}`.
//!
//! The body has the headers `X-GitHub-Event` and `X-GitHub-Delivery` in it as text, as Argo puts them there. The delivery
//! is the id of the event, so that a delivery which GitHub sends again can be recognised as the same event. `events`,
//! `repositories` and `organizations` say what a hook is registered for and filter nothing here; a `ping` is an event, too.

use super::config::{Http, decode};
use super::{
    Accepted, Endpoint, Handler, Notice, Place, Received, Refusal, SourceError, headers, json, signature,
};
use crate::secrets::Secrets;
use aev_plan::json::Json;
use aev_plan::model::{Event, SecretRef};
use hyper::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) const KIND: &str = "github";

const EVENT: &str = "X-GitHub-Event";
const DELIVERY: &str = "X-GitHub-Delivery";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "every field has its type, and an unknown one is refused, also where nothing is done with it yet"
)]
struct Config {
    webhook: Http,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    api_token: Option<SecretRef>,
    #[serde(default)]
    webhook_secret: Option<SecretRef>,
    #[serde(default)]
    github_app: Option<Json>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    #[serde(default)]
    filter: Option<Json>,
    // The rest concerns how a hook is registered.
    #[serde(default)]
    id: Option<i64>,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    repositories: Option<Json>,
    #[serde(default)]
    organizations: Option<Vec<String>>,
    #[serde(default)]
    insecure: Option<bool>,
    #[serde(default)]
    active: Option<bool>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default, rename = "githubBaseURL")]
    github_base_url: Option<String>,
    #[serde(default, rename = "githubUploadURL")]
    github_upload_url: Option<String>,
    #[serde(default)]
    delete_hook_on_finish: Option<bool>,
}

/// Reads the fields of the kind.
pub(super) fn read(place: Place, event: &Event) -> Result<(Endpoint, Option<Notice>), SourceError> {
    let config: Config = decode(KIND, &place, event)?;
    if config.filter.is_some() || config.webhook.filter.is_some() {
        return Err(SourceError::SourceFilter { place, origin: event.origin });
    }
    // Argo registers hooks when it has credentials and knows the URL; either alone already shows the wish.
    let wished = config.api_token.is_some() || config.github_app.is_some() || config.webhook.url.is_some();
    let notice = wished.then(|| Notice::HookNotRegistered {
        place: place.clone(),
        url: config.webhook.url.clone(),
        events: config.events.clone(),
        origin: event.origin,
    });
    let github = Github { secret: config.webhook_secret, metadata: config.metadata };
    let endpoint = config.webhook.endpoint(place, KIND, event, |_| Box::new(github))?;
    Ok((endpoint, notice))
}

struct Github {
    secret: Option<SecretRef>,
    metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Data<'a> {
    headers: BTreeMap<String, Vec<Cow<'a, str>>>,
    body: BTreeMap<String, &'a RawValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

impl Handler for Github {
    fn secrets(&self) -> Vec<SecretRef> {
        self.secret.iter().cloned().collect()
    }

    fn accept(&self, request: &Received, secrets: &dyn Secrets) -> Result<Accepted, Refusal> {
        if let Some(secret) = &self.secret {
            let secret = secrets.get(secret).map_err(Refusal::Secret)?;
            signature::verify(request.headers, &request.body, &secret)?;
        }
        let payload = payload(request)?;
        let no_object =
            |_| Refusal::Malformed("the body is no JSON object, as every delivery of GitHub is".to_owned());
        let mut body: BTreeMap<String, &RawValue> =
            serde_json::from_str(json::check(&payload)?.get()).map_err(no_object)?;
        let broken = |error: serde_json::Error| Refusal::Malformed(error.to_string());
        let delivery = text(request.headers, DELIVERY);
        let (event, id) = (
            to_raw_value(&text(request.headers, EVENT)).map_err(broken)?,
            to_raw_value(&delivery).map_err(broken)?,
        );
        body.insert(EVENT.to_owned(), &event);
        body.insert(DELIVERY.to_owned(), &id);
        let data = Data { headers: headers::in_event(request.headers), body, metadata: &self.metadata };
        let data = serde_json::to_string(&data).map_err(broken)?;
        // GitHub sends a UUID. What could be none goes without, and gets a random id.
        let fit = (1..=128).contains(&delivery.len()) && delivery.bytes().all(|byte| byte.is_ascii_graphic());
        Ok(Accepted { data, id: fit.then_some(delivery) })
    }
}

/// The JSON, as a hook of content type `json` or `form` sends it.
fn payload<'a>(request: &'a Received) -> Result<Cow<'a, [u8]>, Refusal> {
    match headers::media_type(request.headers).as_str() {
        "application/json" => Ok(Cow::Borrowed(&request.body)),
        "application/x-www-form-urlencoded" => {
            let payload = form_urlencoded::parse(&request.body).find(|(name, _)| name == "payload");
            let missing = || Refusal::Malformed("the form has no field `payload`".to_owned());
            payload.map(|(_, value)| Cow::Owned(value.into_owned().into_bytes())).ok_or_else(missing)
        }
        _ => Err(Refusal::MediaType(
            "the content type is neither `application/json` nor `application/x-www-form-urlencoded`"
                .to_owned(),
        )),
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}
