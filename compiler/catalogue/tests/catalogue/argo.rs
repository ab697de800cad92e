//! The fields of the actions of Argo Events 1.9.11, type by type, against those of the catalogue: none is missing and none
//! is invented. Sources and buses are compared with the schema itself.

use crate::walk::{inner, tops};
use aev_catalogue::Block;
use std::collections::BTreeSet;

/// Path of a block in the catalogue, Argo's fields, and those of them that aev says in another way.
const TYPES: &[(&str, &str, &str)] = &[
    // Values in place, and one `headers` object for three fields.
    (
        "http",
        "url payload tls method parameters timeout basicAuth headers secureHeaders dynamicHeaders host",
        "parameters secureHeaders dynamicHeaders",
    ),
    ("http.basicAuth", "username password", ""),
    ("log", "intervalSeconds", ""),
    ("custom", "serverURL secure certSecret serverNameOverride spec parameters payload", "parameters"),
    ("action nats", "url subject payload parameters tls auth", "parameters"),
    ("action nats.auth", "basic token nkey credential", ""),
    ("success of an object", "labels backoff errorOnBackoffTimeout", ""),
    ("success of an object.backoff", "duration factor jitter steps", ""),
];

fn block(path: &str) -> Option<&'static Block> {
    let mut steps = path.split('.');
    let top = steps.next()?;
    let start = tops().into_iter().find(|(name, _)| name == top)?.1;
    steps.try_fold(start, |block, step| inner(&block.field(step)?.shape))
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_fields_are_those_of_argo() {
    for (path, argo, said_otherwise) in TYPES {
        let block = block(path).unwrap_or_else(|| panic!("no block {path}"));
        let here: BTreeSet<&str> = block.fields.iter().map(|field| field.name).collect();
        let there: BTreeSet<&str> = words(argo).difference(&words(said_otherwise)).copied().collect();
        assert_eq!(here, there, "{path}");
    }
}
