//! Printing and finding programs.

use std::io::Write;
use std::path::PathBuf;

/// Prints a line at once, so that it stands before what a started program prints.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice; there is nobody left to tell.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The program of that name on the PATH.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// The top of the workspace.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(PathBuf::from).unwrap_or(here)
}
