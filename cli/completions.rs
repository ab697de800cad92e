//! `aev completions`: a script that a shell sources.

use crate::args::{Cli, Completions};
use crate::output::print;
use crate::trouble::Trouble;
use clap::CommandFactory;
use std::process::ExitCode;

pub fn run(args: &Completions) -> Result<ExitCode, Trouble> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "aev", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
