//! Headers of payloads that were written by hand.

use aev_plan::document::Document;
use aev_plan::header;
use aev_plan::json::Json;

/// The data of an HTTP kind with its headers as the sources keep them: names in Go's canonical form, values in lists.
/// Other data stays as it is.
pub(super) fn made_canonical(kind: &str, data: Document) -> Document {
    let root = match kind {
        "webhook" | "sns" => "header",
        "github" | "gitlab" | "gerrit" | "bitbucket" | "bitbucketserver" => "headers",
        _ => return data,
    };
    let Json::Object(mut members) = data.root().to_json() else { return data };
    let Some((_, Json::Object(headers))) = members.iter_mut().find(|(key, _)| key == root) else {
        return data;
    };
    let before = headers.clone();
    for (name, value) in headers.iter_mut() {
        *name = header::canonical(name);
        if let Json::String(_) = value {
            *value = Json::List(vec![std::mem::take(value)]);
        }
    }
    if *headers == before {
        return data;
    }
    Document::parse(Json::Object(members).to_string()).unwrap_or(data)
}
