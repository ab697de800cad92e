//! The load program: built with optimisation together with the command that it measures, and run with what it needs.

use crate::nats;
use crate::oracle;
use crate::terminal::{program, root, say};
use std::process::{Command, ExitCode, Stdio};

/// The task: hands its words on to the program.
pub fn run(words: &[&str]) -> ExitCode {
    let cargo = program("cargo").unwrap_or_else(|| "cargo".into());
    let cargo = |args: &[&str]| {
        let mut command = Command::new(&cargo);
        command.args(args).current_dir(root()).stdin(Stdio::null());
        command
    };
    // Not together: the command is measured as it is built for its users, without what the load program wants of its
    // dependencies.
    for package in ["aev", "aev-load"] {
        let built = cargo(&["build", "--quiet", "--release", "--package", package]).status();
        if !built.is_ok_and(|status| status.success()) {
            say(&format!("`{package}` cannot be built"));
            return ExitCode::FAILURE;
        }
    }
    let mut load = cargo(&["run", "--quiet", "--release", "--package", "aev-load", "--"]);
    load.args(words);
    match oracle::build() {
        Ok(Some(path)) => drop(load.env(oracle::VARIABLE, path)),
        Ok(None) => {}
        Err(error) => say(&error.to_string()),
    }
    if let Some(server) = nats::server() {
        load.env(nats::VARIABLE, server);
    }
    let passed = load.status().is_ok_and(|status| status.success());
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
