//! Reading pipelines and plans.

use crate::args::{DiagnosticFormat, Target};
use crate::output::{coloured, remark};
use crate::trouble::Trouble;
use aev_language::compile::{self, Options, compile};
use aev_language::diagnostics::{Diagnostic, Format, Sources, render};
use aev_plan::wire::WireError;
use aev_plan::{Plan, wire};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

/// The largest file that is read, in bytes. A pipeline is written by people; this is far beyond any.
const LARGEST: u64 = 64 << 20;

/// A pipeline as far as it could be compiled.
pub struct Pipeline {
    /// What was made of it; none when there are errors.
    pub plan: Option<Plan>,
    /// What was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The text, for showing them.
    pub sources: Sources,
}

/// A text file, whole.
pub fn text(path: &Path) -> Result<String, Trouble> {
    let read = || -> io::Result<String> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut text = String::new();
        if file.take(LARGEST + 1).read_to_string(&mut text)? as u64 > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(text)
    };
    read().map_err(|error| Trouble::reading(path, &error))
}

/// Compiles a file.
pub fn pipeline(path: &Path, target: Option<Target>) -> Result<Pipeline, Trouble> {
    let text = text(path)?;
    let name = path.display().to_string();
    let target = target.map(|target| match target {
        Target::Argo => compile::Target::Argo,
        Target::Plan => compile::Target::Plan,
    });
    let compiled = compile(&name, &text, &Options { target });
    let mut sources = Sources::default();
    sources.add(name, text);
    Ok(Pipeline { plan: compiled.plan, diagnostics: compiled.diagnostics, sources })
}

/// Compiles a pipeline, or reads a plan, that is to be used; what is wrong with it goes to standard error.
///
/// `Err` in the result is the exit code when it has errors.
pub fn plan(
    path: &Path,
    target: Option<Target>,
    format: DiagnosticFormat,
) -> Result<Result<Plan, ExitCode>, Trouble> {
    if path.extension().is_some_and(|extension| extension == "json") {
        return wire::from_json(&text(path)?).map(Ok).map_err(|error| unread(path, &error));
    }
    let pipeline = pipeline(path, target)?;
    remark(&show(&pipeline.diagnostics, &pipeline.sources, format, &io::stderr()));
    Ok(pipeline.plan.ok_or(ExitCode::FAILURE))
}

/// A plan that this version does not read.
fn unread(path: &Path, error: &WireError) -> Trouble {
    let trouble = Trouble::input(format!("`{}`: {error}", path.display()));
    match error {
        WireError::Invalid(_) => {
            trouble.help("give a pipeline (`.aev`), or a plan that `aev build --target plan` wrote")
        }
        WireError::Version(_) | WireError::NewerMajor { .. } | WireError::NewerMinor { .. } => {
            trouble.code("AEV0601").help(
                "or make it anew from its pipeline with `aev build --target plan`; see `aev explain AEV0601`",
            )
        }
    }
}

/// How many diagnostics are drawn for people; nobody reads more at once.
const MOST: usize = 100;

/// Diagnostics as a stream is to show them.
pub fn show(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    format: DiagnosticFormat,
    stream: &impl IsTerminal,
) -> String {
    let format = match format {
        DiagnosticFormat::Human => Format::Human { colour: coloured(stream) },
        DiagnosticFormat::Short => Format::Short,
        DiagnosticFormat::Json => Format::Json,
    };
    let most = match format {
        Format::Human { .. } => MOST,
        Format::Short | Format::Json => usize::MAX,
    };
    let mut shown: String =
        diagnostics.iter().take(most).map(|diagnostic| render(diagnostic, sources, format)).collect();
    if let Some(more @ 1..) = diagnostics.len().checked_sub(most) {
        shown.push_str(&format!("and {more} more, which `--format short` shows too\n"));
    }
    shown
}
