//! `webhook`: any HTTP request. The data is `{header, body, metadata?}`.
//!
//! The body is JSON; the fields of a form, or of the query of a `GET`, become an object of lists: `{"k": ["v"]}`.

use super::config::{Http, decode};
use super::{Accepted, Endpoint, Handler, Notice, Place, Received, Refusal, SourceError, headers, json};
use crate::secrets::Secrets;
use aev_plan::model::{Event, SecretRef};
use hyper::Method;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) const KIND: &str = "webhook";

/// Reads the fields of the kind.
pub(super) fn read(place: Place, event: &Event) -> Result<(Endpoint, Option<Notice>), SourceError> {
    let mut http: Http = decode(KIND, &place, event)?;
    if http.filter.is_some() {
        return Err(SourceError::SourceFilter { place, origin: event.origin });
    }
    let metadata = std::mem::take(&mut http.metadata);
    let endpoint = http.endpoint(place, KIND, event, |method| {
        Box::new(Webhook { reads_query: method == Method::GET, metadata })
    })?;
    Ok((endpoint, None))
}

struct Webhook {
    reads_query: bool,
    metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Data<'a, B> {
    header: BTreeMap<String, Vec<Cow<'a, str>>>,
    body: B,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

impl Handler for Webhook {
    fn secrets(&self) -> Vec<SecretRef> {
        Vec::new()
    }

    fn accept(&self, request: &Received, _: &dyn Secrets) -> Result<Accepted, Refusal> {
        let media_type = headers::media_type(request.headers);
        let data = if self.reads_query {
            self.data(request, fields(request.query.unwrap_or_default().as_bytes()))
        } else if media_type == "application/x-www-form-urlencoded" {
            self.data(request, fields(&request.body))
        } else {
            let body: &RawValue =
                json::check(&request.body).map_err(|refusal| match media_type.as_str() {
                    // What says of itself that it is something else is not broken JSON.
                    kind if kind.is_empty() || kind.ends_with("json") || request.body.is_empty() => refusal,
                    kind => Refusal::MediaType(format!(
                        "the body is `{kind}` and no JSON; send JSON or `application/x-www-form-urlencoded`"
                    )),
                })?;
            self.data(request, body)
        }?;
        Ok(Accepted { data, id: None })
    }
}

impl Webhook {
    fn data(&self, request: &Received, body: impl Serialize) -> Result<String, Refusal> {
        let data = Data { header: headers::in_event(request.headers), body, metadata: &self.metadata };
        serde_json::to_string(&data).map_err(|error| Refusal::Malformed(error.to_string()))
    }
}

fn fields(text: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(text) {
        map.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    map
}
