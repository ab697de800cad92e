//! Recorded payloads against the types and the compiler that this program was built with: each is of its type, what it holds
//! can be read, and neither a mistake in reading it nor a change to it goes unseen.

use super::accepts::accepts;
use super::paths::{Path, Said, leaves};
use crate::terminal::say;
use aev_catalogue::{Type, named_type};
use aev_language::compile::{Options, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many paths of a recording are read.
const READ: usize = 40;

/// The code of a field that does not exist.
const NO_SUCH_MEMBER: u16 = 201;

/// The code of a comparison that is never true.
const NEVER_EQUAL: u16 = 211;

/// What was recorded of one event.
pub struct Recorded {
    /// What it is called in messages.
    pub name: String,
    /// The name of its type.
    pub title: String,
    /// An item of a file that makes it: a source called `s`.
    pub source: String,
    /// Where each body was recorded, and the body.
    pub bodies: Vec<(String, Value)>,
}

/// Mutants that may go unseen: a part of their place, how they are made, and why.
pub type Kept = (&'static str, &'static [&'static str], &'static str);

/// The last member of a path is called otherwise.
pub const RENAMED: &str = "renamed";
/// A value is compared with one of another kind.
pub const COMPARED: &str = "compared with another kind";
/// What must be there is taken out of the body.
const REMOVED: &str = "removed";
/// A value of the body is replaced by one of another kind.
pub const RETYPED: &str = "retyped";

/// What was done with the recordings of an event.
#[derive(Default)]
struct Tally {
    paths: usize,
    mutants: usize,
    /// Values that were recorded and that the type does not know.
    unlisted: usize,
    /// By how it was made and its place.
    kept: BTreeMap<(&'static str, String), usize>,
    wrong: Vec<String>,
}

/// Holds the recordings of each event against its type. The error lists what is wrong.
pub fn check(events: &[Recorded], may_keep: &[Kept]) -> Result<(), String> {
    let mut wrong = Vec::new();
    let mut idle: Vec<&str> = may_keep.iter().map(|(part, ..)| *part).collect();
    for event in events {
        let tally = of_event(event);
        let kept: usize = tally.kept.values().sum();
        say(&format!(
            "{}: {} recordings, {} paths read, {} not in its type, {} mutants, {kept} kept",
            event.name,
            event.bodies.len(),
            tally.paths,
            tally.unlisted,
            tally.mutants
        ));
        wrong.extend(tally.wrong);
        for ((way, place), count) in tally.kept {
            match may_keep.iter().find(|(part, ways, _)| is_part(part, &place) && ways.contains(&way)) {
                Some((part, ..)) => idle.retain(|other| other != part),
                None => wrong.push(format!("{}: {count} kept that were {way}: {place}", event.name)),
            }
        }
    }
    wrong.extend(idle.iter().map(|part| format!("nothing at {part} is kept, though it is listed")));
    if events.iter().all(|event| event.bodies.is_empty()) {
        wrong.push("there are no recordings".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Whether a place has these steps in it, one after the other.
fn is_part(part: &str, place: &str) -> bool {
    format!(".{place}.").contains(&format!(".{part}."))
}

fn of_event(event: &Recorded) -> Tally {
    let mut tally = Tally::default();
    let Some(ty) = named_type(&event.title) else {
        tally.wrong.push(format!("{}: there is no type {}", event.name, event.title));
        return tally;
    };
    for (place, body) in &event.bodies {
        match accepts(&ty, body) {
            Ok(()) => tally.recording(&event.source, &ty, &mut body.clone(), place),
            Err(error) => tally.wrong.push(format!("{place}{error}")),
        }
    }
    tally
}

impl Tally {
    fn recording(&mut self, source: &str, ty: &Type, body: &mut Value, place: &str) {
        let mut paths = leaves(body);
        let all = paths.len();
        paths.retain(|(path, _)| path.said(ty, body) != Said::Unlisted);
        self.unlisted += all - paths.len();
        let paths = spread(paths);
        self.paths += paths.len();

        let read = paths
            .iter()
            .map(|(path, value)| Line { condition: condition(path, value), mark: None, of: path })
            .collect();
        for error in Program::new(source, read).errors() {
            self.wrong.push(format!("{place}: {} at {}", error.text, error.at));
        }

        let renamed = paths.iter().enumerate().map(|(n, (path, value))| {
            let (other, called) = path.renamed(&format!("_{n}"));
            Line { condition: condition(&other, value), mark: Some(called), of: path }
        });
        self.must_fail(RENAMED, Program::new(source, renamed.collect()), NO_SUCH_MEMBER);

        let other = paths.iter().filter_map(|(path, value)| {
            Some(Line { condition: format!("e.body.{path} {}", other_kind(value)?), mark: None, of: path })
        });
        self.must_fail(COMPARED, Program::new(source, other.collect()), NEVER_EQUAL);

        for (path, _) in &paths {
            if path.said(ty, body) == Said::Required
                && let Some(taken) = path.take(body)
            {
                self.must_refuse(REMOVED, path, ty, body);
                path.put(body, taken);
            }
            if path.said(ty, body) != Said::Anything
                && let Some(slot) = path.slot(body)
            {
                let value = std::mem::take(slot);
                *slot = retyped(&value);
                self.must_refuse(RETYPED, path, ty, body);
                if let Some(slot) = path.slot(body) {
                    *slot = value;
                }
            }
        }
    }

    /// Each line of the program is a mistake that has this code at its place.
    fn must_fail(&mut self, way: &'static str, program: Program<'_>, code: u16) {
        let errors = program.errors();
        for (n, line) in program.lines.iter().enumerate() {
            self.mutants += 1;
            let seen = errors.iter().any(|error| {
                error.line == n
                    && error.number == code
                    && line.mark.as_ref().is_none_or(|mark| error.at.trim_matches('"') == mark)
            });
            if !seen {
                self.keep(way, line.of);
            }
        }
    }

    fn must_refuse(&mut self, way: &'static str, path: &Path, ty: &Type, body: &Value) {
        self.mutants += 1;
        if accepts(ty, body).is_ok() {
            self.keep(way, path);
        }
    }

    fn keep(&mut self, way: &'static str, path: &Path) {
        *self.kept.entry((way, path.place())).or_default() += 1;
    }
}

/// At most so many as are read, from everywhere in the recording.
fn spread(paths: Vec<(Path, Value)>) -> Vec<(Path, Value)> {
    let every = paths.len().div_ceil(READ).max(1);
    paths.into_iter().step_by(every).collect()
}

/// A condition that is true of the value.
fn condition(path: &Path, value: &Value) -> String {
    match value {
        Value::String(text) => format!("e.body.{path} == {}", literal(text)),
        // A number with a sign is no literal.
        Value::Number(number) if number.to_string().starts_with('-') => format!("e.body.{path} < 0"),
        // What may be null may be an object otherwise, and objects are not compared.
        Value::Null => format!("exists(e.body.{path})"),
        other => format!("e.body.{path} == {other}"),
    }
}

/// A comparison with a value of another kind.
fn other_kind(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(_) => Some("== 7"),
        Value::Number(_) => Some("== \"seven\""),
        Value::Bool(_) => Some("== \"yes\""),
        _ => None,
    }
}

/// A value of another kind.
fn retyped(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(7),
        Value::Number(_) | Value::Bool(_) => json!("seven"),
        _ => json!([[]]),
    }
}

/// A text as a file writes it.
fn literal(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '$' | '\0'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(written, "\\u{{{:x}}}", u32::from(c));
            }
            _ => written.push(c),
        }
    }
    written.push('"');
    written
}

/// A filter that reads one path, on a line of its own.
struct Line<'a> {
    condition: String,
    /// What the error has to point at; anything in the line when there is none.
    mark: Option<String>,
    /// The path that it is about.
    of: &'a Path,
}

/// A pipeline that reads paths of the events of one source.
struct Program<'a> {
    text: String,
    /// Where the first line begins.
    start: usize,
    lines: Vec<Line<'a>>,
}

/// An error that the compiler found.
struct Found {
    /// Its code and its message.
    text: String,
    number: u16,
    line: usize,
    /// The text that it points at.
    at: String,
}

impl<'a> Program<'a> {
    fn new(source: &str, lines: Vec<Line<'a>>) -> Program<'a> {
        let mut text = format!("{source}\n");
        let start = text.lines().count();
        for (n, line) in lines.iter().enumerate() {
            let _ = writeln!(text, "filter f{n} from s as e where {}", line.condition);
        }
        Program { text, start, lines }
    }

    fn errors(&self) -> Vec<Found> {
        let compiled = compile("recordings.aev", &self.text, &Options::default());
        let errors = compiled.diagnostics.iter().filter(|found| found.is_error());
        errors
            .map(|found| {
                let (start, end) = found
                    .labels
                    .first()
                    .map_or((0, 0), |label| (label.span.start as usize, label.span.end as usize));
                let before = self.text.get(..start).unwrap_or_default().matches('\n').count();
                Found {
                    text: format!("{} {}", found.code, found.message),
                    number: found.code.number(),
                    line: before.wrapping_sub(self.start),
                    at: self.text.get(start..end).unwrap_or_default().to_owned(),
                }
            })
            .collect()
    }
}
