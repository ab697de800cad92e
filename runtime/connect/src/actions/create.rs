//! `k8s.create`, and so `workflow.run`: the finished object is written to a file of its own.
//!
//! The file appears whole or not at all, and is on disk before the outcome is known. Its name holds the id of the firing,
//! so a repeated attempt finds it and does nothing.

use super::{ActionError, Done, Job, Outcome};
use aev_plan::json::Json;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(super) async fn perform(dir: &Path, job: Job<'_>, object: &Json) -> Outcome {
    let dir = dir.join(file_name(job.pipeline));
    let path = dir.join(format!("{}-{}.json", file_name(job.trigger), file_name(job.firing)));
    let mut text = match serde_json::to_string_pretty(object) {
        Ok(text) => text,
        Err(error) => {
            return Outcome::Failed {
                retriable: false,
                error: ActionError::Write { path, reason: error.to_string() },
            };
        }
    };
    text.push('\n');
    let target = path.clone();
    // Where files are synced, nothing else may run.
    let written = tokio::task::spawn_blocking(move || write(&dir, &target, text.as_bytes())).await;
    match written {
        Ok(Ok(Written::Now)) => Outcome::Done(Done::Written { path, before: false }),
        Ok(Ok(Written::Before)) => Outcome::Done(Done::Written { path, before: true }),
        Ok(Ok(Written::Differs)) => {
            Outcome::Failed { retriable: false, error: ActionError::Differs { path } }
        }
        // A full or read-only disk may be mended before the next attempt.
        Ok(Err(error)) => {
            Outcome::Failed { retriable: true, error: ActionError::Write { path, reason: error.to_string() } }
        }
        Err(error) => Outcome::Unknown { error: ActionError::Write { path, reason: error.to_string() } },
    }
}

enum Written {
    Now,
    Before,
    Differs,
}

fn write(dir: &Path, path: &Path, text: &[u8]) -> io::Result<Written> {
    match fs::read(path) {
        Ok(found) if found == text => {
            // The attempt that wrote it may have ended before this.
            sync(dir)?;
            return Ok(Written::Before);
        }
        Ok(_) => return Ok(Written::Differs),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    if !dir.is_dir() {
        fs::create_dir_all(dir)?;
        dir.parent().map_or(Ok(()), sync)?;
    }
    let draft = draft(path);
    let saved = save(&draft, path, text);
    if saved.is_err() {
        // What is left of it is of no use; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&draft);
    }
    saved?;
    sync(dir)?;
    Ok(Written::Now)
}

/// A name is on disk once its directory is.
fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn save(draft: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = File::create(draft)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(draft, path)
}

/// Beside the file, hidden, and the same at each attempt, so that a crash leaves at most one.
fn draft(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.part"))
}

/// A name as part of a file name: what is not a letter, a digit, `-`, `_` or an inner `.` becomes `%XX`.
fn file_name(name: &str) -> String {
    let mut text = String::new();
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'.' if at > 0 => text.push('.'),
            b'-' | b'_' => text.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => text.push(byte.into()),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
