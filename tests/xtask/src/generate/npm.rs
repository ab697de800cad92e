//! Packages of the npm registry, through its own client.

use crate::terminal::program;
use crate::tools::cache;
use std::fs;
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The `npm` on the PATH.
pub fn find() -> Option<PathBuf> {
    program("npm")
}

/// A file of a package, as text. The package is kept outside the tree, so the registry is asked once.
pub fn file(npm: &Path, package: &str, version: &str, file: &str) -> Result<String, Error> {
    let kept = cache()?.join(format!("{}-{version}", package.trim_start_matches('@').replace('/', "-")));
    let path = kept.join("package").join(file);
    if !path.is_file() {
        unpack(npm, &format!("{package}@{version}"), &kept)?;
    }
    fs::read_to_string(&path).map_err(|error| Error::other(format!("{}: {error}", path.display())))
}

/// Fetches a package beside where it is kept and moves it there when it is whole.
fn unpack(npm: &Path, what: &str, to: &Path) -> Result<(), Error> {
    let beside = to.parent().unwrap_or(to);
    fs::create_dir_all(beside)?;
    let scratch = tempfile::tempdir_in(beside)?;
    let packed = Command::new(npm)
        .args(["pack", "--silent", what, "--pack-destination"])
        .arg(scratch.path())
        .output()?;
    if !packed.status.success() {
        return Err(Error::other(format!(
            "npm pack {what}: {}",
            String::from_utf8_lossy(&packed.stderr).trim()
        )));
    }
    let archive = scratch.path().join(String::from_utf8_lossy(&packed.stdout).trim());
    let whole = scratch.path().join("whole");
    fs::create_dir(&whole)?;
    let unpacked = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&whole).status()?;
    if !unpacked.success() {
        return Err(Error::other(format!("tar -xzf {}: {unpacked}", archive.display())));
    }
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::rename(whole, to)
}
