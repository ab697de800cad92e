//! `aev check`: what is wrong with pipelines. The diagnostics are the result, so they go to standard output.

use crate::args::{Check, DiagnosticFormat, Target};
use crate::input::{pipeline, pipelines, show};
use crate::output::{print, remark};
use crate::trouble::Trouble;
use aev_language::diagnostics::Severity;
use aev_language::target;
use std::io;
use std::process::ExitCode;

pub fn run(args: &Check) -> Result<ExitCode, Trouble> {
    let (mut errors, mut warnings) = (0, 0);
    let files = pipelines(&args.files)?;
    for file in &files {
        let mut pipeline = pipeline(file, args.target)?;
        // Somebody who names no target may build for any: what one cannot do is worth knowing.
        pipeline.diagnostics.extend(match (&pipeline.plan, args.target) {
            (Some(plan), None) => target::notes_for_argo(plan),
            (Some(plan), Some(Target::Argo)) => target::argo(plan).err().unwrap_or_default(),
            _ => Vec::new(),
        });
        let count = |severity| pipeline.diagnostics.iter().filter(|found| found.severity == severity).count();
        errors += count(Severity::Error);
        warnings += count(Severity::Warning);
        print(&show(&pipeline.diagnostics, &pipeline.sources, args.format, &io::stdout()))?;
    }
    if args.format == DiagnosticFormat::Human {
        let files = counted(files.len(), "file");
        remark(&match (errors, warnings) {
            (0, 0) => format!("{files} checked, nothing wrong\n"),
            (0, _) => format!("{files} checked, {}\n", counted(warnings, "warning")),
            (_, 0) => format!("{files} checked, {}\n", counted(errors, "error")),
            _ => format!("{files} checked, {}, {}\n", counted(errors, "error"), counted(warnings, "warning")),
        });
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
