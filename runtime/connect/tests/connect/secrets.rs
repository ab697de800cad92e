//! Secrets in a directory.

use crate::support::write_secret;
use aev_connect::secrets::{DirectorySecrets, NoSecrets, SecretError, Secrets};
use aev_plan::model::SecretRef;
use tempfile::TempDir;

fn named(name: &str, key: &str) -> SecretRef {
    SecretRef { name: name.into(), key: key.into() }
}

fn setup() -> (TempDir, DirectorySecrets) {
    let dir = TempDir::new().unwrap();
    let secrets = DirectorySecrets::new(dir.path());
    (dir, secrets)
}

#[test]
fn exactly_one_newline_is_taken_off_and_rotation_is_seen() {
    let (dir, secrets) = setup();
    for (content, value) in [("v", "v"), ("v\n", "v"), ("v\n\n", "v\n"), ("v\r\n", "v\r"), (" v ", " v ")] {
        write_secret(dir.path(), "a", "k", content);
        assert_eq!(secrets.get(&named("a", "k")).unwrap().expose(), value.as_bytes());
    }
}

#[cfg(unix)]
#[test]
fn a_mount_of_kubernetes_is_read() {
    // Files are links to a directory that is exchanged as a whole.
    let (dir, secrets) = setup();
    let name = dir.path().join("a");
    let swap = |version: &str, value: &str| {
        write_secret(&name, version, "token", value);
        let _ = std::fs::remove_file(name.join("..data"));
        std::os::unix::fs::symlink(version, name.join("..data")).unwrap();
    };
    swap("..1", "old");
    std::os::unix::fs::symlink("..data/token", name.join("token")).unwrap();
    assert_eq!(secrets.get(&named("a", "token")).unwrap().expose(), b"old");
    swap("..2", "new");
    assert_eq!(secrets.get(&named("a", "token")).unwrap().expose(), b"new");
}

#[test]
fn a_missing_secret_names_the_file_to_create() {
    let (dir, secrets) = setup();
    write_secret(dir.path(), "a", "k", "v");
    for (name, key) in [("a", "other"), ("b", "k")] {
        let error = secrets.get(&named(name, key)).unwrap_err();
        let path = dir.path().join(name).join(key);
        assert_eq!(
            error.to_string(),
            format!(
                "the key `{key}` of the secret `{name}` is missing; create the file `{}` with its value",
                path.display()
            )
        );
    }
}

#[test]
fn what_is_no_value_is_an_error() {
    let (dir, secrets) = setup();
    write_secret(dir.path(), "a", "empty", "");
    write_secret(dir.path(), "a", "newline", "\n");
    write_secret(dir.path(), "a", "large", &"x".repeat((1 << 20) + 1));
    std::fs::create_dir(dir.path().join("a/dir")).unwrap();
    std::fs::write(dir.path().join("file"), "x").unwrap();
    for key in ["empty", "newline"] {
        assert!(matches!(secrets.get(&named("a", key)), Err(SecretError::Empty { .. })), "{key}");
    }
    for key in ["large", "dir"] {
        assert!(matches!(secrets.get(&named("a", key)), Err(SecretError::Unreadable { .. })), "{key}");
    }
    assert!(matches!(secrets.get(&named("file", "k")), Err(SecretError::Missing { .. })));
}

#[test]
fn no_name_leads_out_of_the_directory() {
    let (dir, _) = setup();
    write_secret(dir.path(), "in/a", "k", "v");
    write_secret(dir.path(), "out", "k", "canary");
    let secrets = DirectorySecrets::new(dir.path().join("in"));
    let outside = dir.path().join("out").display().to_string();
    for (name, key) in [
        ("../out", "k"),
        ("..", "out"),
        ("a", "../../out/k"),
        ("a", ".."),
        (".", "a"),
        ("a", ""),
        ("", "k"),
        (outside.as_str(), "k"),
        ("a", "..data"),
        ("a\\b", "k"),
        ("a\0", "k"),
    ] {
        let error = secrets.get(&named(name, key)).unwrap_err();
        assert!(matches!(error, SecretError::InvalidName { .. }), "{name}/{key}: {error}");
    }
    assert_eq!(secrets.get(&named("a", "k")).unwrap().expose(), b"v");
}

#[test]
fn all_that_are_missing_are_told_at_once() {
    let (dir, secrets) = setup();
    write_secret(dir.path(), "a", "k", "v");
    let asked = [named("b", "1"), named("a", "k"), named("c", "2"), named("b", "1")];
    let errors = secrets.check(&asked).unwrap_err();
    assert_eq!(errors.len(), 2);
    assert!(errors[0].to_string().contains("b/1") && errors[1].to_string().contains("c/2"), "{errors:?}");
    assert_eq!(secrets.check(&asked[1..2]), Ok(()));
}

#[test]
fn without_a_directory_the_error_says_how_to_give_one() {
    let error = NoSecrets.get(&named("a", "k")).unwrap_err().to_string();
    assert!(error.contains("`DIR/a/k`") && error.contains("`--secrets DIR`"), "{error}");
}
