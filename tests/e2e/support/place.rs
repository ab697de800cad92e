//! Where a test works.

use super::process::{Ran, Running};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Stands in every secret, and nowhere else.
pub const CANARY: &str = "canary-5e1f0c72";

/// The secret of the hook in `examples/pull-request`.
pub const HOOK: &str = "canary-5e1f0c72-hook";

/// The top of the tree.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of `examples/pull-request`.
pub fn example(name: &str) -> PathBuf {
    root().join("examples/pull-request").join(name)
}

/// Every file below a directory with its bytes, in the order of the paths.
pub fn texts(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        // A link may lead to a device that never ends.
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            found.extend(texts(&path));
        } else if kind.is_file() {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found
}

/// Whether a text stands in these bytes, as it is or within something that is kept in base64.
pub fn stands_in(text: &str, bytes: &[u8]) -> bool {
    // A journal is as long as it may become, and empty from some place on.
    let bytes = &bytes[..bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)];
    let mut forms = vec![text.to_owned()];
    // Its base64 depends on where it begins; the ends depend on what stands beside it.
    for before in 0..3 {
        let encoded = BASE64_STANDARD.encode(format!("{}{text}", "-".repeat(before)));
        forms.push(encoded.chars().skip(if before == 0 { 0 } else { 4 }).take(text.len() - 4).collect());
    }
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

/// A directory that goes with the test. When it goes, no secret may stand in any file outside `secrets`.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    /// With the secrets that `examples/pull-request` needs, in `secrets`.
    pub fn with_secrets() -> Place {
        let place = Place::new();
        place.file("secrets/github-access/hook", HOOK);
        place.file("secrets/status-board/token", format!("Bearer {CANARY}-token"));
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the directories above it.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command in this directory, without settings from outside.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aev"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AEV_") {
                command.env_remove(name);
            }
        }
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// Runs the command to its end.
    pub fn aev(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args), b"")
    }

    /// Runs the command to its end, with this on its standard input.
    pub fn aev_with(&self, args: &[&str], input: &[u8]) -> Ran {
        Ran::of(self.command(args), input)
    }

    /// Starts `aev run FILE`, on a free port, and everything it writes in this directory.
    pub fn run(&self, file: &str, more: &[&str]) -> Running {
        let mut args = vec!["run", file, "--port=12000=0", "--bus=embedded:bus", "--objects=objects"];
        args.push("--format=json");
        args.extend(more);
        Running::start(self.command(&args))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let secrets = self.path("secrets");
        for (path, bytes) in texts(self.0.path()) {
            let found = stands_in(CANARY, &bytes);
            assert!(!found || path.starts_with(&secrets), "a secret stands in {}", path.display());
        }
    }
}
