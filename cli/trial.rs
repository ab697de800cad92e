//! `aev try`: decides events without bus, network or clock, and shows why.

use crate::args::{DiagnosticFormat, OutputFormat, Target, Try};
use crate::input;
use crate::output::{coloured, print};
use crate::paint::Paint;
use crate::trouble::Trouble;
use aev_argo::node::Node;
use aev_argo::yaml;
use aev_engine::Timestamp;
use aev_engine::trial::{FilterVerdict, Sent, Trial, Tried, Verdict};
use std::fmt::Write;
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

/// The longest line that is read from standard input, in bytes: more than any bus takes as one event.
const LONGEST_LINE: u64 = 64 << 20;

pub fn run(args: &Try) -> Result<ExitCode, Trouble> {
    let sent: Vec<Sent> = args.send.iter().map(|send| from_file(send)).collect::<Result<_, _>>()?;
    let plan = match input::plan(&args.file, Some(Target::Plan), DiagnosticFormat::Human)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    let mut trial = Trial::new(&plan).map_err(|error| Trouble::input(error.to_string()))?;
    if args.send.is_empty() {
        if io::stdin().is_terminal() {
            crate::output::remark(
                "reading events from standard input, one JSON object a line; Ctrl-D ends\n",
            );
        }
        lines(&mut trial, args.format)?;
    }
    for sent in &sent {
        decide(&mut trial, sent, args.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `EVENT=PAYLOAD.json`
fn from_file(send: &str) -> Result<Sent, Trouble> {
    let Some((event, path)) = send.split_once('=') else {
        return Err(Trouble::usage(format!("`--send {send}` has no `=`"))
            .help("write --send EVENT=PAYLOAD.json, such as --send github=fixtures/opened.json"));
    };
    Sent::new(event, input::text(Path::new(path))?)
        .map_err(|error| Trouble::input(format!("`{path}`: {error}")))
}

fn lines(trial: &mut Trial, format: OutputFormat) -> Result<(), Trouble> {
    let mut input = io::stdin().lock();
    for number in 1.. {
        let mut line = Vec::new();
        let read = io::Read::take(&mut input, LONGEST_LINE + 1)
            .read_until(b'\n', &mut line)
            .map_err(|error| Trouble::outside(format!("standard input cannot be read: {error}")))?;
        let wrong = |problem: &dyn std::fmt::Display| Trouble::input(format!("line {number}: {problem}"));
        match read as u64 {
            0 => break,
            n if n > LONGEST_LINE => return Err(wrong(&format!("longer than {LONGEST_LINE} bytes"))),
            _ => {}
        }
        let text = std::str::from_utf8(&line).map_err(|_| wrong(&"not UTF-8 text"))?;
        if text.trim().is_empty() {
            continue;
        }
        let sent = Sent::parse(text).map_err(|error| wrong(&error))?;
        decide(trial, &sent, format).map_err(|trouble| trouble.within(&format!("line {number}")))?;
    }
    Ok(())
}

fn decide(trial: &mut Trial, sent: &Sent, format: OutputFormat) -> Result<(), Trouble> {
    // No clock: an event that does not say when it happened has always the same time.
    let verdict =
        trial.send(sent, Timestamp::default()).map_err(|error| Trouble::input(error.to_string()))?;
    print(&match format {
        OutputFormat::Json => json(&verdict)?,
        OutputFormat::Human => human(&verdict, Paint::new(coloured(&io::stdout()))),
    })
}

fn json(verdict: &Verdict) -> Result<String, Trouble> {
    let mut line = serde_json::to_string(verdict)
        .map_err(|error| Trouble::outside(format!("the verdict cannot be printed: {error}")))?;
    line.push('\n');
    Ok(line)
}

fn human(verdict: &Verdict, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(&verdict.event));
    for FilterVerdict { name, passed, reason } in &verdict.filters {
        let _ = match (passed, reason) {
            (true, _) => writeln!(out, "  {} {name}", paint.good("passed  ")),
            (false, Some(reason)) => writeln!(out, "  {} {name}: {reason}", paint.dim("filtered")),
            (false, None) => writeln!(out, "  {} {name}", paint.dim("filtered")),
        };
    }
    if verdict.fired.is_empty() && verdict.actions.is_empty() {
        out.push_str("  no trigger fires\n");
    }
    for Tried { trigger, action } in &verdict.actions {
        match action {
            Err(error) => {
                let _ = writeln!(out, "  {} {trigger}: {error}", paint.bad("fails   "));
            }
            Ok(finished) => {
                let _ = writeln!(out, "  {} {trigger}", paint.good("fires   "));
                let shown = serde_json::to_string(finished)
                    .ok()
                    .and_then(|text| aev_plan::json::Json::parse(&text).ok());
                let yaml = shown.map(|json| yaml::document(&Node::from(&json))).unwrap_or_default();
                for line in yaml.lines().filter(|line| *line != "---") {
                    let _ = writeln!(out, "    {line}");
                }
            }
        }
    }
    out
}
