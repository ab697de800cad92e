//! Names under which secrets are sent. What lies under one is not kept in records.

/// Parts of such names, in small letters and without what stands between words.
const NAMES: [&str; 15] = [
    "authorization",
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "cookie",
    "signature",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "sessionid",
    "bearer",
    "jwt",
];

/// A path, or a text with paths, that names something secret.
pub(crate) fn names_a_secret(path: &str) -> bool {
    let letters: String =
        path.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    NAMES.iter().any(|name| letters.contains(name))
}

#[cfg(test)]
mod tests {
    use super::names_a_secret;

    #[test]
    fn names_are_known_in_any_writing() {
        for path in [
            "headers.Authorization[0]",
            "headers[\"X-Hub-Signature-256\"][0]",
            "body.api_key",
            "body.user.Pass-Word",
            "body.secrets.db",
            "headers.X-Gitlab-Token",
            "headers.Set-Cookie",
        ] {
            assert!(names_a_secret(path), "{path}");
        }
        for path in
            ["body.action", "body.pull_request.number", "body.author", "body.key", "headers.X-GitHub-Event"]
        {
            assert!(!names_a_secret(path), "{path}");
        }
    }
}
