//! The command `aev`: reads, calls a library, prints.

mod args;
mod build;
mod check;
mod completions;
mod dead;
mod diff;
mod docs;
mod events;
mod explain;
mod fix;
mod fmt;
mod graph;
mod init;
mod input;
mod output;
mod paint;
mod reach;
mod replay;
mod run;
mod status;
mod story;
mod trial;
mod trouble;
mod version;
mod why;

use args::{Cli, Verb};
use clap::Parser;
use std::process::ExitCode;
use trouble::Trouble;

/// The system's allocator takes a third of what an event costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::try_parse().map_or_else(explained, done) {
        Ok(code) => code,
        Err(trouble) => {
            let code = trouble.exit_code();
            output::complain(trouble);
            ExitCode::from(code)
        }
    }
}

fn done(cli: Cli) -> Result<ExitCode, Trouble> {
    match cli.verb {
        Verb::Check(args) => check::run(&args),
        Verb::Fix(args) => fix::run(&args),
        Verb::Fmt(args) => fmt::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Docs(args) => docs::run(&args),
        Verb::Build(args) => build::run(&args),
        Verb::Graph(args) => graph::run(&args),
        Verb::Try(args) => trial::run(&args),
        Verb::Run(args) => run::run(&args),
        Verb::Why(args) => why::run(&args),
        Verb::Events(args) => events::run(&args),
        Verb::Dead(args) => dead::run(&args),
        Verb::Replay(args) => replay::run(&args),
        Verb::Status(args) => status::run(&args),
        Verb::Reload(args) => status::reload(&args),
        Verb::Init(args) => init::run(&args),
        Verb::Version(args) => version::run(&args),
        Verb::Completions(args) => completions::run(&args),
    }
}

/// Help and version are what was asked for; anything else is what is wrong with the command line.
fn explained(error: clap::Error) -> Result<ExitCode, Trouble> {
    if error.use_stderr() {
        error.exit();
    }
    let text = error.render();
    let coloured = output::coloured(&std::io::stdout());
    output::print(&if coloured { text.ansi().to_string() } else { text.to_string() })?;
    Ok(ExitCode::SUCCESS)
}
