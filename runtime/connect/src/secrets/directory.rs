//! Secrets in a directory: `DIR/name/key`, the layout in which Kubernetes and so Argo Events mount them.

use super::{SecretError, SecretValue, Secrets};
use aev_plan::model::SecretRef;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Kubernetes lets no secret be larger: 1 MiB.
const MAX_BYTES: u64 = 1 << 20;

/// Reads `DIR/name/key` at each use. Exactly one newline at the end is taken off, as in Argo.
#[derive(Clone, Debug)]
pub struct DirectorySecrets {
    dir: PathBuf,
}

impl DirectorySecrets {
    /// Secrets in this directory. It is read when a secret is asked for.
    pub fn new(dir: impl Into<PathBuf>) -> DirectorySecrets {
        DirectorySecrets { dir: dir.into() }
    }

    /// The file that holds a secret.
    ///
    /// # Errors
    /// The name or the key is none.
    pub fn path(&self, secret: &SecretRef) -> Result<PathBuf, SecretError> {
        if is_name(&secret.name) && is_name(&secret.key) {
            Ok(self.dir.join(&secret.name).join(&secret.key))
        } else {
            Err(SecretError::InvalidName { secret: secret.clone() })
        }
    }
}

impl Secrets for DirectorySecrets {
    fn get(&self, secret: &SecretRef) -> Result<SecretValue, SecretError> {
        let path = self.path(secret)?;
        let unreadable =
            |reason: String| SecretError::Unreadable { secret: secret.clone(), path: path.clone(), reason };
        let mut bytes = match read(&path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(unreadable("it is no file of at most 1 MiB".to_owned())),
            // The directory of the name may be missing, or be a file.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(SecretError::Missing { secret: secret.clone(), path });
            }
            Err(error) => return Err(unreadable(error.to_string())),
        };
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if bytes.is_empty() {
            return Err(SecretError::Empty { secret: secret.clone(), path });
        }
        Ok(SecretValue(bytes))
    }
}

/// The content, or nothing when it is no regular file or too large. A pipe would make us wait, so it is not even opened.
fn read(path: &Path) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() || found.len() > MAX_BYTES {
        return Ok(None);
    }
    // The room is taken at once: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        usize::try_from(MAX_BYTES.min(found.len() + 1)).unwrap_or_default(),
    ));
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// What Kubernetes takes for a name or a key; links within the directory are followed, since a mount consists of them.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text != "."
        && !text.starts_with("..")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
