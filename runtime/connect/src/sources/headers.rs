//! The headers of a request as they stand in an event.

use aev_plan::header;
use hyper::HeaderMap;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The headers as Argo has them in an event: names in Go's canonical form and in order, each with a list of values.
///
/// Go keeps `Host`, `Transfer-Encoding` and `Trailer` elsewhere, and Argo masks `Authorization`.
pub(super) fn in_event(headers: &HeaderMap) -> BTreeMap<String, Vec<Cow<'_, str>>> {
    let mut map: BTreeMap<String, Vec<Cow<'_, str>>> = BTreeMap::new();
    for name in
        headers.keys().filter(|name| !matches!(name.as_str(), "host" | "transfer-encoding" | "trailer"))
    {
        let values = match name.as_str() {
            "authorization" => vec!["*** Masked Auth Secret ***".into()],
            _ => headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes())).collect(),
        };
        map.insert(header::canonical(name.as_str()), values);
    }
    map
}

/// The media type of the body, without parameters, in lower case; empty when nothing is said.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value =
        headers.get(hyper::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
