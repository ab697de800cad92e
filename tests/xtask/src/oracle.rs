//! The oracle: `tests/oracle`, Argo Events' own packages as a program, built once per version of its sources.

use crate::terminal::{program, root, say};
use crate::tools::cache;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// Where tests find the oracle; without it they say that they are skipped.
pub const VARIABLE: &str = "AEV_ORACLE";

/// The task: builds it and prints where it is.
pub fn run() -> ExitCode {
    match build() {
        Ok(Some(path)) => {
            say(&path.display().to_string());
            ExitCode::SUCCESS
        }
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// The program, built if this version of it is not there yet; none without Go, which is said.
pub fn build() -> Result<Option<PathBuf>, Error> {
    let sources = root().join("tests").join("oracle");
    let kept = cache()?.join(format!("oracle-{}", version(&sources)?));
    let path = kept.join("aev-oracle");
    if path.is_file() {
        return Ok(Some(path));
    }
    let Some(go) = program("go") else {
        say("there is no `go` to build the oracle with, so the tests that ask Argo Events are skipped");
        return Ok(None);
    };
    say("building the oracle from Argo Events' sources; this happens once and takes minutes");
    fs::create_dir_all(&kept)?;
    // Built beside its place and moved there, so that a build that is interrupted leaves nothing that looks finished.
    let fresh = kept.join(format!("building-{}", std::process::id()));
    let status = Command::new(go)
        .args(["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o"])
        .arg(&fresh)
        .arg(".")
        .current_dir(&sources)
        .env("CGO_ENABLED", "0")
        .stdin(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(Error::other(format!("the oracle cannot be built, go build: {status}")));
    }
    fs::rename(&fresh, &path)?;
    Ok(Some(path))
}

/// What its sources and the versions of their dependencies hash to.
fn version(sources: &Path) -> Result<String, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(sources)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".go") || name == "go.mod" || name == "go.sum" {
            files.push((name, path));
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    for (name, path) in files {
        let text = fs::read(path)?;
        hash.update(format!("{name} {}\n", text.len()));
        hash.update(text);
    }
    Ok(hash.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
