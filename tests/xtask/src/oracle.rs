//! The oracle: `tests/oracle`, Argo Events' own packages as a program, built once per version of its sources.

use crate::terminal::{program, say};
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
    let path = aev_oracle::place()?;
    if path.is_file() {
        return Ok(Some(path));
    }
    let Some(go) = program("go") else {
        say("there is no `go` to build the oracle with, so the tests that ask Argo Events are skipped");
        return Ok(None);
    };
    say("building the oracle from Argo Events' sources; this happens once and takes minutes");
    let kept = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(kept)?;
    // Built beside its place and moved there, so that a build that is interrupted leaves nothing that looks finished.
    let fresh = kept.join(format!("building-{}", std::process::id()));
    let status = Command::new(go)
        .args(["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o"])
        .arg(&fresh)
        .arg(".")
        .current_dir(aev_oracle::sources())
        .env("CGO_ENABLED", "0")
        .stdin(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(Error::other(format!("the oracle cannot be built, go build: {status}")));
    }
    fs::rename(&fresh, &path)?;
    Ok(Some(path))
}
