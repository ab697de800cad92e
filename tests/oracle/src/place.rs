//! Where the program is.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::io::Error;
use std::path::{Path, PathBuf};

/// Where the program is: as `AEV_ORACLE` has it, or as `cargo xtask oracle` has built it; none when it is in neither place.
/// Then it is said that `test` is skipped, in the form that `cargo xtask test` counts.
pub fn program(test: &str) -> Option<PathBuf> {
    let found = given("AEV_ORACLE").or_else(|| place().ok().filter(|path| path.is_file()));
    if found.is_none() {
        skipped(test);
    }
    found
}

#[expect(clippy::print_stdout, reason = "the runner of the tests counts this line")]
fn skipped(test: &str) {
    println!("skipped: {test}: it asks Argo Events; `cargo xtask oracle` builds what it needs, with go");
}

/// The folder with the sources of the program.
pub fn sources() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where `cargo xtask oracle` puts the program, there or not: in the user's cache folder, by what its sources and the
/// versions of their dependencies hash to.
///
/// # Errors
/// There is no such folder, or the sources cannot be read.
pub fn place() -> Result<PathBuf, Error> {
    let home = || given("HOME").or_else(|| given("USERPROFILE")).map(|home| home.join(".cache"));
    let cache = given("XDG_CACHE_HOME").or_else(|| given("LOCALAPPDATA")).or_else(home);
    let cache = cache.ok_or_else(|| Error::other("set HOME or XDG_CACHE_HOME: the oracle is kept there"))?;
    Ok(cache.join("aev-xtask").join(format!("oracle-{}", version()?)).join("aev-oracle"))
}

fn given(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn version() -> Result<String, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(sources())? {
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
