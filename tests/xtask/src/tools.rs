//! Programs that the tests need and cargo can build: kept by version outside the tree, so that each is built once.

use crate::terminal::{program, say};
use std::io::Error;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program, built if it is not there yet; none when it cannot be had, which is said.
pub fn cargo_tool(name: &str, version: &str) -> Option<PathBuf> {
    match build(name, version) {
        Ok(path) => Some(path),
        Err(error) => {
            say(&format!("{name} {version} cannot be built here: {error}"));
            None
        }
    }
}

fn build(name: &str, version: &str) -> Result<PathBuf, Error> {
    let kept = cache()?.join(format!("{name}-{version}"));
    let path = kept.join("bin").join(name);
    if path.is_file() {
        return Ok(path);
    }
    say(&format!("building {name} {version}; this happens once"));
    let cargo = program("cargo").ok_or_else(|| Error::other("cargo is not on the PATH"))?;
    let status = Command::new(cargo)
        .args(["install", "--quiet", "--locked", name, "--version", version, "--root"])
        .arg(&kept)
        // A target directory of the caller's is his; what is built here is of no use there.
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .status()?;
    if status.success() { Ok(path) } else { Err(Error::other(format!("cargo install: {status}"))) }
}

/// A nightly toolchain is there: the fuzzer needs one.
pub fn has_nightly() -> bool {
    let rustup = program("rustup").map(|rustup| {
        Command::new(rustup)
            .args(["run", "nightly", "rustc", "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    });
    matches!(rustup, Some(Ok(status)) if status.success())
}

/// Where what was fetched or built is kept: the user's cache folder.
pub fn cache() -> Result<PathBuf, Error> {
    let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || given("HOME").or_else(|| given("USERPROFILE")).map(|home| home.join(".cache"));
    let base = given("XDG_CACHE_HOME").or_else(|| given("LOCALAPPDATA")).or_else(home);
    base.map(|base| base.join("aev-xtask"))
        .ok_or_else(|| Error::other("set HOME or XDG_CACHE_HOME: what is fetched or built is kept there"))
}
