//! `aev try`: decides events without bus, network or clock, and shows why.

use crate::args::{OutputFormat, Target, Try};
use crate::input;
use crate::output::{Reader, coloured, remark, stream};
use crate::paint::Paint;
use crate::trouble::Trouble;
use aev_argo::node::Node;
use aev_argo::yaml;
use aev_engine::Timestamp;
use aev_engine::trial::{FilterVerdict, Sent, Trial, TrialError, Tried, Verdict};
use aev_plan::json::Json;
use aev_script::Bounded;
use std::fmt::Write;
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

/// The longest line that is read from standard input, in bytes: more than any bus takes as one event.
const LONGEST_LINE: u64 = 64 << 20;

pub fn run(args: &Try) -> Result<ExitCode, Trouble> {
    let payloads = args.send.iter().map(|send| payload(send)).collect::<Result<Vec<_>, _>>()?;
    let plan = match input::plan(&args.file, Some(Target::Plan), args.format.into())? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    let mut trial = Trial::new(&plan, &Bounded).map_err(|error| Trouble::input(error.to_string()))?;
    if args.send.is_empty() {
        if io::stdin().is_terminal() {
            remark("reading events from standard input, one JSON object a line; Ctrl-D ends\n");
        }
        lines(&mut trial, args.format)?;
    }
    for Payload { event, path, text } in payloads {
        let sent = Sent::new(event, whole(trial.kind(event), path, text))
            .map_err(|error| Trouble::input(format!("`{path}`: {error}")))?;
        let verdict = decide(&mut trial, &sent).map_err(|error| match error {
            TrialError::UnknownEvent(..) => Trouble::usage(format!("--send {event}={path}: {error}")),
            error => Trouble::input(format!("`{path}`: {error}")),
        })?;
        if show(&verdict, args.format)? == Reader::Gone {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--send` says.
struct Payload<'a> {
    event: &'a str,
    path: &'a str,
    text: String,
}

/// `EVENT=PAYLOAD.json`
fn payload(send: &str) -> Result<Payload<'_>, Trouble> {
    match send.split_once('=') {
        Some((event, path)) if !event.is_empty() && !path.is_empty() => {
            Ok(Payload { event, path, text: input::json(Path::new(path))? })
        }
        _ => Err(Trouble::usage(format!("`--send {send}` does not name an event and a file"))
            .help("write --send EVENT=PAYLOAD.json, such as --send github=fixtures/opened.json")),
    }
}

/// The data of an event of this kind. A file may hold all of it, as `{"headers": …, "body": …}`, or what was posted: that
/// is its body.
fn whole(kind: Option<&str>, path: &str, text: String) -> String {
    let Some(roots) = kind.and_then(aev_catalogue::source).map(|kind| kind.payload.roots) else {
        return text;
    };
    let is_root = |name: &str| roots.iter().any(|root| root.name == name);
    let (Ok(json), true) = (Json::parse(&text), is_root("body")) else { return text };
    if let Json::Object(members) = &json
        && members.iter().any(|(name, _)| name.as_str() == "body")
        && members.iter().all(|(name, _)| is_root(name))
    {
        return text;
    }
    remark(&format!("`{path}` is taken as what was posted: the body of the event\n"));
    format!("{{\"body\":{text}}}")
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
        let verdict = decide(trial, &sent).map_err(|error| wrong(&error))?;
        if show(&verdict, format)? == Reader::Gone {
            break;
        }
    }
    Ok(())
}

fn decide(trial: &mut Trial, sent: &Sent) -> Result<Verdict, TrialError> {
    // No clock: an event that does not say when it happened has always the same time.
    trial.send(sent, Timestamp::default())
}

fn show(verdict: &Verdict, format: OutputFormat) -> Result<Reader, Trouble> {
    stream(&match format {
        OutputFormat::Json => json(verdict)?,
        OutputFormat::Human => human(verdict, Paint::new(coloured(&io::stdout()))),
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
    if let Some(reason) = &verdict.kept {
        let _ = writeln!(out, "  {} at its source: {reason}", paint.dim("filtered"));
        return out;
    }
    for FilterVerdict { name, passed, reason } in &verdict.filters {
        let _ = match (passed, reason) {
            (true, _) => writeln!(out, "  {} {name}", paint.good("passed  ")),
            (false, Some(reason)) => writeln!(out, "  {} {name}: {reason}", paint.dim("filtered")),
            (false, None) => writeln!(out, "  {} {name}", paint.dim("filtered")),
        };
    }
    for trigger in &verdict.suspended {
        let _ = writeln!(out, "  {} {trigger}: the event waits on the bus", paint.dim("suspended"));
    }
    if verdict.fired.is_empty() && verdict.actions.is_empty() && verdict.suspended.is_empty() {
        out.push_str("  no trigger fires\n");
    }
    for Tried { trigger, action } in &verdict.actions {
        match action {
            Err(error) => {
                let _ = writeln!(out, "  {} {trigger}: {error}", paint.bad("fails   "));
            }
            Ok(finished) => {
                let _ = writeln!(out, "  {} {trigger}", paint.good("fires   "));
                let shown = serde_json::to_string(finished).ok().and_then(|text| Json::parse(&text).ok());
                let yaml = shown.map(|json| yaml::document(&Node::from(&json))).unwrap_or_default();
                for line in yaml.lines().filter(|line| *line != "---") {
                    let _ = writeln!(out, "    {line}");
                }
            }
        }
    }
    out
}
