//! Places in a resource, as Argo's parameters name them.

use serde::{Deserialize, Serialize};

/// One step of the way to a place in a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Place {
    /// The member of an object.
    Key(String),
    /// The element of a list.
    Index(usize),
    /// A new element behind the last of a list.
    Last,
    /// The first element of a list in which a member is this text; nothing happens when there is none.
    #[serde(rename_all = "camelCase")]
    Named {
        /// The member.
        member: String,
        /// What it is.
        value: String,
    },
}

/// The `dest` of a parameter: a path as sjson reads it.
pub fn destination(places: &[Place]) -> String {
    let parts: Vec<String> = places
        .iter()
        .map(|place| match place {
            Place::Index(index) => index.to_string(),
            Place::Last => "-1".to_owned(),
            Place::Named { member, value } => format!("#({}==\"{value}\")", escaped(member)),
            Place::Key(key) if is_numeric(key) => format!(":{key}"),
            Place::Key(key) => escaped(key),
        })
        .collect();
    parts.join(".")
}

fn escaped(key: &str) -> String {
    let mut out = String::new();
    for (index, c) in key.chars().enumerate() {
        if ".*?|#@\\!{}[]()\"=<>%".contains(c) || (index == 0 && c == ':') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A key that sjson would take for an index.
pub fn is_numeric(key: &str) -> bool {
    let digits = key.strip_prefix('-').unwrap_or(key);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_a_destination() {
        let key = |key: &str| Place::Key(key.to_owned());
        assert_eq!(destination(&[key("labels"), key("a.b/c")]), "labels.a\\.b/c");
        assert_eq!(destination(&[key("data"), key("0"), Place::Index(1), key(":x")]), "data.:0.1.\\:x");
        let named = Place::Named { member: "name".into(), value: "sha".into() };
        assert_eq!(destination(&[key("p"), named, key("value")]), "p.#(name==\"sha\").value");
        assert_eq!(destination(&[key("p"), Place::Last]), "p.-1");
    }
}
