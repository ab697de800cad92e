//! Modules of Go's module proxy, through its own client. They are kept where Go keeps them, outside the tree.

use super::json;
use serde_json::Value;
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A module that is fetched for what is in it.
pub struct Module {
    /// Its path.
    pub path: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The hash of its content, as Go writes it.
    pub sum: &'static str,
}

impl Module {
    /// Where it is, fetched if it is not there yet. Another content than the pinned one is an error.
    pub fn folder(&self, go: &Path) -> Result<PathBuf, Error> {
        let answer = download(go, None, &format!("{}@{}", self.path, self.version))?;
        match answer.get("Sum").and_then(Value::as_str) {
            Some(sum) if sum == self.sum => folder(&answer),
            sum => Err(Error::other(format!("{}: its hash is {sum:?} and not {}", self.path, self.sum))),
        }
    }
}

/// Where a module is that a Go module in the folder needs, in the version that this one says.
pub fn needed(go: &Path, by: &Path, module: &str) -> Result<PathBuf, Error> {
    folder(&download(go, Some(by), module)?)
}

/// What Go says of a module that it has fetched.
fn download(go: &Path, within: Option<&Path>, module: &str) -> Result<Value, Error> {
    let mut command = Command::new(go);
    command.args(["mod", "download", "-json", module]);
    match within {
        Some(folder) => command.current_dir(folder),
        // No module around it decides on the version.
        None => command.current_dir(std::env::temp_dir()),
    };
    let found = command.output()?;
    if !found.status.success() {
        let said = String::from_utf8_lossy(&found.stderr);
        return Err(Error::other(format!("go mod download {module}: {}", said.trim())));
    }
    json(&String::from_utf8_lossy(&found.stdout))
}

fn folder(answer: &Value) -> Result<PathBuf, Error> {
    let folder = answer.get("Dir").and_then(Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| Error::other("go mod download names no folder"))
}
