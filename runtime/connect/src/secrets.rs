//! Secrets: a name that may be shown becomes a value that may not.
//!
//! `SecretRef` is in plans. [`SecretValue`] has no `Display`, no `Serialize` and no `==`, so it cannot get into a log, a
//! file or a comparison that takes longer the more of it is right.

mod directory;

pub use directory::DirectorySecrets;

use aev_plan::model::SecretRef;
use std::fmt;
use std::path::PathBuf;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The value of a secret. It is wiped from memory when it goes.
pub struct SecretValue(Zeroizing<Vec<u8>>);

impl SecretValue {
    /// From the bytes.
    pub fn new(bytes: Vec<u8>) -> SecretValue {
        SecretValue(Zeroizing::new(bytes))
    }

    /// The bytes, for the one call that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Whether somebody's text is this secret. How long it takes depends on the length of the text alone.
    pub fn matches(&self, candidate: &[u8]) -> bool {
        self.0.as_slice().ct_eq(candidate).into()
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where the values of secrets come from: a directory, a mount, an API server.
pub trait Secrets: Send + Sync {
    /// The value as it is now. It is asked for at each use, so that a rotated secret needs no restart.
    ///
    /// # Errors
    /// There is none, or it cannot be read, or it is empty.
    fn get(&self, secret: &SecretRef) -> Result<SecretValue, SecretError>;

    /// Whether all of these are there; otherwise all that are not, in the order given, each once.
    ///
    /// # Errors
    /// What stands against each of them.
    fn check(&self, secrets: &[SecretRef]) -> Result<(), Vec<SecretError>> {
        let mut errors: Vec<SecretError> = Vec::new();
        for secret in secrets {
            if let Err(error) = self.get(secret)
                && !errors.contains(&error)
            {
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// For pipelines that were started without secrets: each one is missing, and the error says how to give some.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSecrets;

impl Secrets for NoSecrets {
    fn get(&self, secret: &SecretRef) -> Result<SecretValue, SecretError> {
        Err(SecretError::NoDirectory { secret: secret.clone() })
    }
}

/// A secret has no value that can be used. None of these holds a part of the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No directory was given.
    #[error(
        "the secret `{}` is needed and no directory of secrets was given; write its key `{}` to a file `DIR/{}/{}` and \
         start with `--secrets DIR`", secret.name, secret.key, secret.name, secret.key
    )]
    NoDirectory {
        /// Which one.
        secret: SecretRef,
    },
    /// The file is not there.
    #[error("the key `{}` of the secret `{}` is missing; create the file `{}` with its value", secret.key, secret.name, path.display())]
    Missing {
        /// Which one.
        secret: SecretRef,
        /// The file that was looked for.
        path: PathBuf,
    },
    /// The file is empty. An empty secret would let everybody in.
    #[error("the key `{}` of the secret `{}` is empty; write its value to the file `{}`", secret.key, secret.name, path.display())]
    Empty {
        /// Which one.
        secret: SecretRef,
        /// The file.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("the key `{}` of the secret `{}` cannot be read from `{}`: {reason}", secret.key, secret.name, path.display())]
    Unreadable {
        /// Which one.
        secret: SecretRef,
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The name or the key is none that Kubernetes has; as a path it might lead anywhere.
    #[error(
        "`{}/{}` is no name of a secret and its key: each consists of letters, digits, `-`, `_` and `.`, and does not \
         begin with `..`", secret.name, secret.key
    )]
    InvalidName {
        /// Which one.
        secret: SecretRef,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_shows_nothing() {
        let value = SecretValue::new(b"canary".to_vec());
        assert_eq!(format!("{value:?} {:#?}", Some(&value)), "*** Some(\n    ***,\n)");
    }

    #[test]
    fn a_value_matches_itself_only() {
        let value = SecretValue::new(b"canary".to_vec());
        assert!(value.matches(b"canary"));
        for other in [&b""[..], b"canar", b"canary2", b"Canary"] {
            assert!(!value.matches(other));
        }
    }
}
