//! `cargo xtask generate WHAT`: writes the files of the tree that are made from something else.

pub mod github;

mod accepts;
mod amended;
mod argo;
mod docs;
mod folder;
mod grpc;
mod kubernetes;
mod module;
mod npm;
mod paths;
mod plan;
mod recorded;
mod recordings;
mod schema;
mod source;
mod unknown;
mod workflows;

use crate::terminal::{program, root, say};
use serde_json::Value;
use std::fs;
use std::io::Error;
use std::path::Path;
use std::process::ExitCode;

/// What is done with the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are written.
    Write,
    /// They are compared, and a difference is a failure.
    Check,
}

/// Generates the types of GitHub's events; the exit code is nought when that went well and, in a check, nothing differs.
pub fn run_github(mode: Mode) -> ExitCode {
    let Some(npm) = npm::find() else {
        say("skipped: generate github: there is no `npm` to fetch GitHub's schemas with");
        return if mode == Mode::Check { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    match github::generate(&npm, mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate github: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates the fields of Argo Events' objects; the exit code is nought when that went well and, in a check, nothing
/// differs.
pub fn run_argo(mode: Mode) -> ExitCode {
    let Some(go) = program("go") else {
        say("skipped: generate argo: there is no `go` to fetch Argo Events' schema with");
        return if mode == Mode::Check { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    match argo::generate(&go, mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate argo: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates the types of Kubernetes' objects; the exit code is nought when that went well and, in a check, nothing differs.
pub fn run_kubernetes(mode: Mode) -> ExitCode {
    let Some(go) = program("go") else {
        say("skipped: generate k8s: there is no `go` to fetch the schema of Kubernetes' objects with");
        return if mode == Mode::Check { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    };
    match kubernetes::generate(&go, mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate k8s: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates the types of a provider's events from recordings, if there are any of it; the exit code is nought when that went
/// well and, in a check, nothing differs.
pub fn run_recorded(provider: &str, mode: Mode) -> Option<ExitCode> {
    let generate = recorded::of(provider)?;
    let Some(go) = program("go") else {
        say(&format!("skipped: generate {provider}: there is no `go` to fetch recorded payloads with"));
        return Some(if mode == Mode::Check { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    };
    Some(match generate.generate(&go, mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate {provider}: {error}"));
            ExitCode::FAILURE
        }
    })
}

/// Holds types that are written by hand against recorded payloads; the exit code is nought when each fits.
pub fn run_handwritten() -> ExitCode {
    let Some(go) = program("go") else {
        say("skipped: recorded: there is no `go` to fetch recorded payloads with");
        return ExitCode::SUCCESS;
    };
    match recorded::handwritten::check(&go) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("recorded: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates the code of the gRPC protocols; the exit code is nought when that went well and, in a check, nothing differs.
pub fn run_grpc(mode: Mode) -> ExitCode {
    match grpc::generate(mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate grpc: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates the JSON Schema of plans; the exit code is nought when that went well and, in a check, nothing differs.
pub fn run_schema(mode: Mode) -> ExitCode {
    match plan::generate(mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate schema: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Generates the pages of the reference and the JSON Schema of the catalogue; the exit code is nought when that went well and, in a check, nothing differs.
pub fn run_docs(mode: Mode) -> ExitCode {
    match docs::generate(mode) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("generate docs: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn json(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(Error::from)
}

/// Brings one file of the tree to this text, or says that it differs.
fn settle_file(file: &str, text: &str, mode: Mode) -> Result<(), Error> {
    let path = root().join(file);
    if mode == Mode::Write {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        return fs::write(&path, text);
    }
    if fs::read_to_string(&path).ok().as_deref() == Some(text) {
        return Ok(());
    }
    Err(Error::other(format!("not what would be generated, run it without `--check`: {file}")))
}

/// Brings a folder of the tree to these files, or says how it differs from them.
fn settle(folder: &str, files: &[(String, String)], mode: Mode) -> Result<(), Error> {
    let folder = root().join(folder);
    let mut differing = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        if mode == Mode::Write {
            fs::create_dir_all(&folder)?;
            fs::write(&path, text)?;
        } else if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            differing.push(path.display().to_string());
        }
    }
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let known = |name: &str| files.iter().any(|(file, _)| file == name);
        if path.file_name().and_then(|name| name.to_str()).is_some_and(known) {
            continue;
        }
        match mode {
            Mode::Write => remove(&path)?,
            Mode::Check => differing.push(path.display().to_string()),
        }
    }
    if differing.is_empty() {
        return Ok(());
    }
    differing.sort();
    Err(Error::other(format!(
        "not what would be generated, run it without `--check`: {}",
        differing.join(", ")
    )))
}

fn remove(path: &Path) -> Result<(), Error> {
    say(&format!("removed {}", path.display()));
    fs::remove_file(path)
}
