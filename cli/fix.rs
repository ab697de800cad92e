//! `aev fix`: corrections that have one right answer. What was corrected is the result; what is left goes to standard error.

use crate::args::{DiagnosticFormat, Fix};
use crate::diff::unified;
use crate::input::{self, Beside, show};
use crate::output::{print, remark, replace};
use crate::trouble::Trouble;
use aev_language::compile::{Options, compile_with};
use aev_language::diagnostics::{Code, Sources};
use aev_language::fix::{Applied, fix};
use serde::Serialize;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// One correction, for programs.
#[derive(Serialize)]
struct Line<'a> {
    file: String,
    line: usize,
    code: String,
    title: &'a str,
}

pub fn run(args: &Fix) -> Result<ExitCode, Trouble> {
    let only = match &args.code {
        Some(wanted) => Some(wanted.parse::<Code>().map_err(|()| {
            Trouble::usage(format!("there is no code `{wanted}`")).help("`aev explain` lists them all")
        })?),
        None => None,
    };
    let files = input::pipelines(&args.files)?;
    let (mut corrections, mut changed, mut errors) = (0, 0, 0);
    for file in &files {
        let name = file.display().to_string();
        let text = match input::pipeline_text(file)? {
            Ok(text) => text,
            Err(undecoded) => {
                errors += 1;
                let found = [undecoded.diagnostic(0)];
                let mut sources = Sources::default();
                sources.add(name, undecoded.text);
                remark(&show(&found, &sources, args.format, &io::stderr()));
                continue;
            }
        };
        let check = |text: &str| compile_with(&name, text, &Options::default(), &Beside(file));
        let fixed = fix(&text, only, &|text| check(text).diagnostics);
        if !fixed.applied.is_empty() {
            changed += 1;
            corrections += fixed.applied.len();
            if !args.check && !args.diff {
                replace(file, &fixed.text)?;
            }
            print(&match args.diff {
                true => unified(&name, &text, &fixed.text),
                false => fixed.applied.iter().map(|applied| shown(file, applied, args.format)).collect(),
            })?;
        }
        errors += fixed.left.iter().filter(|found| found.is_error()).count();
        let mut sources = Sources::default();
        let along = check(&fixed.text).files;
        sources.add(name.clone(), fixed.text);
        along.into_iter().for_each(|file| _ = sources.add(file.name, file.text));
        remark(&show(&fixed.left, &sources, args.format, &io::stderr()));
    }
    if args.format == DiagnosticFormat::Human {
        let done = if args.check || args.diff { "to make" } else { "made" };
        let what = match corrections {
            0 => "nothing to correct".to_owned(),
            1 => format!("1 correction {done}"),
            many if files.len() == 1 => format!("{many} corrections {done}"),
            many => format!("{many} corrections {done} in {changed} of them"),
        };
        let left = match errors {
            0 => String::new(),
            1 => ", 1 error left".to_owned(),
            many => format!(", {many} errors left"),
        };
        let files = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
        remark(&format!("{files} checked, {what}{left}\n"));
    }
    Ok(if errors > 0 || (args.check && corrections > 0) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn shown(file: &Path, applied: &Applied, format: DiagnosticFormat) -> String {
    let Applied { code, title, line } = applied;
    match format {
        DiagnosticFormat::Json => {
            let line = Line { file: file.display().to_string(), line: *line, code: code.to_string(), title };
            serde_json::to_string(&line).unwrap_or_default() + "\n"
        }
        DiagnosticFormat::Human | DiagnosticFormat::Short => {
            format!("{}:{line}: [{code}] {title}\n", file.display())
        }
    }
}
