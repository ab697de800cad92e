//! Names that Kubernetes takes.

/// The longest name of a source of one's own: its Service, `NAME-eventsource-svc`, has a DNS label for its name.
pub const LONGEST_SOURCE: usize = LONGEST_LABEL - "-eventsource-svc".len();

/// The longest name of a bus: `eventbus-NAME-stan` is a StatefulSet, which puts its name, `-` and a hash of ten letters into
/// a label.
pub const LONGEST_BUS: usize = LONGEST_LABEL - "eventbus-".len() - "-stan".len() - 11;

const LONGEST_LABEL: usize = 63;

/// What is wrong with a DNS label (RFC 1123), in words; nothing when it is one.
///
/// Event sources, sensors and buses end in the names of Services and labels, so their names are such.
pub fn label_name(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST_LABEL { Some("it is longer than 63 characters") } else { part(name) }
}

/// What is wrong with the name of any other object, which may have dots (RFC 1123 subdomain).
pub fn subdomain(name: &str) -> Option<&'static str> {
    if name.len() > 253 { Some("it is longer than 253 characters") } else { name.split('.').find_map(part) }
}

fn part(name: &str) -> Option<&'static str> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() {
        Some("it is empty")
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        Some("it has capitals")
    } else if !name.chars().all(inner) {
        Some("only lower-case letters, digits and `-` may stand in it")
    } else if name.starts_with('-') || name.ends_with('-') {
        Some("it begins or ends with `-`")
    } else {
        None
    }
}

/// What is wrong with a key of a Secret or a ConfigMap.
pub fn data_key(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        Some("it is empty")
    } else if key.len() > 253 {
        Some("it is longer than 253 characters")
    } else if !key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        Some("only letters, digits, `-`, `_` and `.` may stand in it")
    } else {
        None
    }
}

/// What is wrong with the key of a label: a name, perhaps with a domain and `/` before it.
pub fn label_key(key: &str) -> Option<&'static str> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    if name.is_empty() {
        return Some("it is empty");
    }
    label_value(name).or_else(|| domain.and_then(subdomain))
}

/// What is wrong with the value of a label.
pub fn label_value(value: &str) -> Option<&'static str> {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    if value.len() > LONGEST_LABEL {
        Some("it is longer than 63 characters")
    } else if !value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        Some("only letters, digits, `-`, `_` and `.` may stand in it")
    } else if !edge(value.chars().next()) || !edge(value.chars().next_back()) {
        Some("it must begin and end with a letter or a digit")
    } else {
        None
    }
}

/// The nearest name that Kubernetes takes, when there is one. Without dots, which not every name may have.
pub fn mended(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    let mut mended = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    mended.truncate(LONGEST_LABEL);
    let mended = mended.trim_end_matches('-').to_owned();
    label_name(&mended).is_none().then_some(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mended_names_are_names() {
        for (name, mended_name) in [("Orders", "orders"), ("my_orders.v2", "my-orders-v2"), ("-a-", "a")] {
            assert!(label_name(name).is_some(), "{name}");
            assert_eq!(mended(name).as_deref(), Some(mended_name));
        }
        assert_eq!(label_name("a-1"), None);
        assert_eq!(mended("___"), None);
        assert!(label_name(&"a".repeat(64)).is_some());
    }

    #[test]
    fn other_objects_may_have_dots_and_longer_names() {
        for name in ["my.release", &"a".repeat(200)] {
            assert_eq!(subdomain(name), None, "{name}");
            assert!(label_name(name).is_some(), "{name}");
        }
        for name in ["", "a..b", ".a", "a.-b", "a_b", &"a".repeat(254)] {
            assert!(subdomain(name).is_some(), "{name}");
        }
    }
}
