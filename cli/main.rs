//! The command `aev`: reads, calls a library, prints.

mod args;
mod build;
mod check;
mod completions;
mod explain;
mod graph;
mod init;
mod input;
mod output;
mod paint;
mod run;
mod trial;
mod trouble;
mod version;

use args::{Cli, Verb};
use clap::Parser;
use std::process::ExitCode;
use trouble::Trouble;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.verb {
        Verb::Check(args) => check::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Build(args) => build::run(&args),
        Verb::Graph(args) => graph::run(&args),
        Verb::Try(args) => trial::run(&args),
        Verb::Run(args) => run::run(&args),
        Verb::Init(args) => init::run(&args),
        Verb::Version(args) => version::run(&args),
        Verb::Completions(args) => completions::run(&args),
    };
    match done {
        Ok(code) => code,
        Err(trouble) => {
            let code = trouble.exit_code();
            output::complain(trouble);
            ExitCode::from(code)
        }
    }
}
