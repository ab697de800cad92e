//! Names that Kubernetes takes.

/// What is wrong with the name of an object, in words; nothing when it is one.
///
/// Event sources, sensors and buses end in the names of Services and labels, so they are DNS labels (RFC 1123).
pub fn object_name(name: &str) -> Option<&'static str> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > 63 {
        Some("it is longer than 63 characters")
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        Some("it has capitals")
    } else if !name.chars().all(inner) {
        Some("only lower-case letters, digits and `-` may stand in it")
    } else if !edge(name.chars().next()) || !edge(name.chars().next_back()) {
        Some("it begins or ends with `-`")
    } else {
        None
    }
}

/// What is wrong with the name of a Secret or a ConfigMap, which may have dots (RFC 1123 subdomain).
pub fn subdomain(name: &str) -> Option<&'static str> {
    if name.len() > 253 {
        return Some("it is longer than 253 characters");
    }
    name.split('.').find_map(object_name)
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
    if value.len() > 63 {
        Some("it is longer than 63 characters")
    } else if !value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        Some("only letters, digits, `-`, `_` and `.` may stand in it")
    } else if !edge(value.chars().next()) || !edge(value.chars().next_back()) {
        Some("it begins and ends with a letter or a digit")
    } else {
        None
    }
}

/// The nearest name that Kubernetes takes, when there is one.
pub fn mended(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    let mut mended = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    mended.truncate(63);
    let mended = mended.trim_end_matches('-').to_owned();
    object_name(&mended).is_none().then_some(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mended_names_are_names() {
        for (name, mended_name) in [("Orders", "orders"), ("my_orders.v2", "my-orders-v2"), ("-a-", "a")] {
            assert!(object_name(name).is_some(), "{name}");
            assert_eq!(mended(name).as_deref(), Some(mended_name));
        }
        assert_eq!(object_name("a-1"), None);
        assert_eq!(mended("___"), None);
        assert!(object_name(&"a".repeat(64)).is_some());
    }
}
