//! Names of HTTP headers, as the data of events has them.

/// The name as Go's `net/http` spells it, and Argo Events with it: `x-github-event` becomes `X-Github-Event`. What is no
/// name of a header stays as it is.
pub fn canonical(name: &str) -> String {
    if !is_name(name) {
        return name.to_owned();
    }
    let mut upper = true;
    let mut spelt = String::with_capacity(name.len());
    spelt.extend(name.chars().map(|letter| {
        let letter = if upper { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
        upper = letter == '-';
        letter
    }));
    spelt
}

/// Whether it has only the signs that RFC 9110 allows in the name of a header, and at least one.
pub fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_go_does() {
        for (written, spelt) in [
            ("x-github-event", "X-Github-Event"),
            ("X-GitHub-Event", "X-Github-Event"),
            ("ETag", "Etag"),
            ("a--b-", "A--B-"),
            ("x_y", "X_y"),
            ("not a name", "not a name"),
            ("é-x", "é-x"),
            ("", ""),
        ] {
            assert_eq!(canonical(written), spelt, "{written}");
        }
    }
}
