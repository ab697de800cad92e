//! `aev fmt`: lays pipelines out. What was changed is the result and goes to standard output; what is wrong goes to
//! standard error.

use crate::args::{DiagnosticFormat, Fmt};
use crate::diff::unified;
use crate::input::{STANDARD_INPUT, pipeline_text, pipelines, show, standard_input};
use crate::output::{print, remark, replace};
use crate::trouble::Trouble;
use aev_language::decode::Undecoded;
use aev_language::diagnostics::Sources;
use aev_language::format::format;
use serde_json::json;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// How many files there were, and what became of them.
#[derive(Default)]
struct Done {
    files: usize,
    changed: usize,
    wrong: usize,
}

pub fn run(args: &Fmt) -> Result<ExitCode, Trouble> {
    let mut done = Done::default();
    let from_input = args.files.iter().any(|file| file == Path::new("-"));
    if from_input {
        if args.files.len() > 1 {
            return Err(Trouble::usage("`-` stands for standard input, and no file can stand beside it")
                .help("format the files in another go"));
        }
        let result = formatted(STANDARD_INPUT, standard_input()?, args, &mut done)?;
        if let (Some((_, result)), false) = (result, args.check || args.diff) {
            print(&result)?;
        }
    } else {
        for file in pipelines(&args.files)? {
            let name = file.display().to_string();
            let Some((text, result)) = formatted(&name, pipeline_text(&file)?, args, &mut done)? else {
                continue;
            };
            if text != result && !args.check && !args.diff {
                replace(&file, &result)?;
            }
        }
        if args.format == DiagnosticFormat::Human {
            remark(&summary(&done, args.check || args.diff));
        }
    }
    let fails = done.wrong > 0 || (args.check && done.changed > 0);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The text of a file and the same laid out; none when that cannot be. Says what is wrong, or what is changed.
fn formatted(
    name: &str,
    text: Result<String, Undecoded>,
    args: &Fmt,
    done: &mut Done,
) -> Result<Option<(String, String)>, Trouble> {
    done.files += 1;
    let outcome = match text {
        Ok(text) => match format(0, &text) {
            Ok(result) => Ok((text, result)),
            Err(found) => Err((text, found)),
        },
        Err(undecoded) => {
            let found = vec![undecoded.diagnostic(0)];
            Err((undecoded.text, found))
        }
    };
    match outcome {
        Ok((text, result)) => {
            done.changed += usize::from(text != result);
            print(&said(name, &text, &result, args))?;
            Ok(Some((text, result)))
        }
        Err((text, found)) => {
            done.wrong += 1;
            let mut sources = Sources::default();
            sources.add(name.to_owned(), text);
            remark(&show(&found, &sources, args.format, &io::stderr()));
            Ok(None)
        }
    }
}

/// What standard output says of a file.
fn said(name: &str, text: &str, result: &str, args: &Fmt) -> String {
    let changed = text != result;
    let result_follows = name == STANDARD_INPUT && !args.check && !args.diff;
    let diff = || unified(name, text, result);
    match (args.format, args.diff) {
        _ if result_follows => String::new(),
        (DiagnosticFormat::Json, false) => format!("{}\n", json!({ "file": name, "changed": changed })),
        (DiagnosticFormat::Json, true) => {
            format!("{}\n", json!({ "file": name, "changed": changed, "diff": diff() }))
        }
        _ if !changed => String::new(),
        (_, true) => diff(),
        (_, false) => format!("{name}\n"),
    }
}

fn summary(done: &Done, dry: bool) -> String {
    let Done { files, changed, wrong } = done;
    let files = if *files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    let changed = match (changed, dry) {
        (0, _) => "nothing to change".to_owned(),
        (changed, true) => format!("{changed} to change"),
        (changed, false) => format!("{changed} changed"),
    };
    match wrong {
        0 => format!("{files} checked, {changed}\n"),
        wrong => format!("{files} checked, {changed}, {wrong} left alone\n"),
    }
}
