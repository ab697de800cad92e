//! The directory of an embedded bus: `format` holds the version of what lies in it, `store/` the rest.

use crate::error::BusError;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The newest format. 1: the first.
const FORMAT: u32 = 1;

/// Where the store is.
pub(super) fn store_dir(dir: &Path) -> PathBuf {
    dir.join("store")
}

/// Makes the directory if it is missing, and checks that it is writable and of a known format.
pub(super) fn prepare(dir: &Path) -> Result<(), BusError> {
    let refused = |error: std::io::Error| refusal(dir, &error);
    fs::create_dir_all(dir).map_err(refused)?;
    let file = dir.join("format");
    match fs::read_to_string(&file) {
        Ok(text) => check(dir, &text)?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if store_dir(dir).exists() {
                return Err(unknown(dir));
            }
            // By way of a rename, so that a crash leaves no half-written version.
            let new = dir.join("format.new");
            let mut written = fs::File::create(&new).map_err(refused)?;
            writeln!(written, "aev-bus {FORMAT}").and_then(|()| written.sync_all()).map_err(refused)?;
            fs::rename(&new, &file).map_err(refused)?;
            fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(refused)?;
        }
        Err(error) => return Err(refused(error)),
    }
    // A directory that cannot be written is found now and not at the first event.
    let probe = dir.join("writable");
    fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(refused)
}

fn check(dir: &Path, text: &str) -> Result<(), BusError> {
    let version = text.trim().strip_prefix("aev-bus ").and_then(|number| number.parse::<u32>().ok());
    match version {
        Some(found) if found > FORMAT => Err(BusError::Newer { dir: dir.to_owned(), found, known: FORMAT }),
        Some(1..=FORMAT) => Ok(()),
        _ => Err(unknown(dir)),
    }
}

fn unknown(dir: &Path) -> BusError {
    let reason = "it holds something else than a bus of aev; give an empty or a new directory".to_owned();
    BusError::Directory { dir: dir.to_owned(), reason }
}

/// What the system's error means for the directory.
pub(super) fn refusal(dir: &Path, error: &std::io::Error) -> BusError {
    let reason = match error.kind() {
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only; give a directory on another one".to_owned(),
        ErrorKind::PermissionDenied => {
            "this user may not write there; change its owner or give another directory".to_owned()
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "it is a file; give a directory".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full; make room and start again".to_owned()
        }
        _ => error.to_string(),
    };
    BusError::Directory { dir: dir.to_owned(), reason }
}
