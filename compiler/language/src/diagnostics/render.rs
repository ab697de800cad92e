//! How diagnostics are shown: drawn for people, one line each, or as JSON.

use super::{Diagnostic, FileId, Label, Severity};
use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Files, SimpleFiles};
use codespan_reporting::term::{self, Config, StylesWriter, termcolor};
use serde::Serialize;

/// The forms of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the source and carets under it.
    Human {
        /// ANSI colours.
        colour: bool,
    },
    /// `file:line:column: error[AEV0101]: message`
    Short,
    /// One JSON object a line.
    Json,
}

/// The files that diagnostics point into, by [`FileId`].
#[derive(Clone, Debug)]
pub struct Sources {
    files: SimpleFiles<String, String>,
}

impl Default for Sources {
    fn default() -> Self {
        Sources { files: SimpleFiles::new() }
    }
}

impl Sources {
    /// Adds a file under the name it is shown with; ids count from nought.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text: String = text.into();
        // The mark at the start of a file has no width.
        let (first, rest) = match text.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", text.as_str()),
        };
        let shown = first.chars().chain(rest.chars().map(harmless)).collect();
        FileId::try_from(self.files.add(name.into(), shown)).unwrap_or(FileId::MAX)
    }

    /// Line and column of a byte, both from one; the column counts characters.
    fn position(&self, file: FileId, byte: u32) -> (usize, usize) {
        match self.files.location(file as usize, byte as usize) {
            Ok(location) => {
                let source = self.files.source(file as usize);
                let marked = location.line_number == 1
                    && byte > 0
                    && source.is_ok_and(|text| text.starts_with('\u{feff}'));
                (location.line_number, location.column_number - usize::from(marked))
            }
            Err(_) => (1, 1),
        }
    }

    fn name(&self, file: FileId) -> String {
        self.files.name(file as usize).unwrap_or_default()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonDiagnostic<'a> {
    code: String,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<JsonPlace>,
    related: Vec<JsonLabel<'a>>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonPlace {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: JsonPlace,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

/// Shows one diagnostic, with the newline that ends it.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, format: Format) -> String {
    match format {
        Format::Human { colour } => human(diagnostic, sources, colour),
        Format::Short => short(diagnostic, sources),
        Format::Json => json(diagnostic, sources),
    }
}

/// Characters that would steer a terminal or change the direction of its text, and have no width of their own.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The character, or one of as many bytes in its place, so that every span stays where it is.
fn harmless(c: char) -> char {
    match c {
        '\n' | '\t' | '\r' => c,
        c if !steers(c) => c,
        c => match c.len_utf8() {
            1 => '?',
            2 => '¿',
            _ => char::REPLACEMENT_CHARACTER,
        },
    }
}

/// How many places of one mistake are drawn.
const PLACES: usize = 20;

/// How much of one text is shown to people, in bytes.
const LONGEST: usize = 1_000;

/// A text of ours with words of the file in it, for a terminal.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        if shown.len() >= LONGEST {
            shown.push('…');
            break;
        }
        match steers(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

fn human(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    };
    let label = |(index, label): (usize, &Label)| {
        let range = label.span.start as usize..label.span.end as usize;
        let file = label.file as usize;
        let drawn = match index {
            0 => codespan::Label::primary(file, range),
            _ => codespan::Label::secondary(file, range),
        };
        drawn.with_message(visible(&label.text))
    };
    let long = |label: &Label| {
        let file = label.file as usize;
        let line = sources.files.line_index(file, label.span.start as usize);
        line.and_then(|line| sources.files.line_range(file, line)).is_ok_and(|line| line.len() > LONGEST)
    };
    if diagnostic.labels.iter().any(long) {
        // Drawn, it would be of no use to anybody.
        let help = diagnostic.help.iter().map(|help| format!("  = help: {}\n", visible(help)));
        return format!("{}{}\n", short(diagnostic, sources), help.collect::<String>());
    }
    let mut notes: Vec<String> = diagnostic.notes.iter().map(|note| visible(note)).collect();
    if let Some(more @ 1..) = diagnostic.labels.len().checked_sub(PLACES) {
        notes.push(format!("and in {more} more places"));
    }
    notes.extend(diagnostic.help.iter().map(|help| format!("help: {}", visible(help))));
    let drawn = codespan::Diagnostic::new(severity)
        .with_code(diagnostic.code.to_string())
        .with_message(visible(&diagnostic.message))
        .with_labels(diagnostic.labels.iter().take(PLACES).enumerate().map(label).collect())
        .with_notes(notes);
    let config = Config::default();
    let mut buffer = if colour { termcolor::Buffer::ansi() } else { termcolor::Buffer::no_color() };
    let styles = term::Styles::default();
    let mut writer = StylesWriter::new(&mut buffer, &styles);
    match term::emit_to_write_style(&mut writer, &config, &sources.files, &drawn) {
        Ok(()) => String::from_utf8_lossy(buffer.as_slice()).into_owned(),
        // A label beyond its file: the message still counts.
        Err(_) => short(diagnostic, sources),
    }
}

fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic { code, severity, message, .. } = diagnostic;
    let message = visible(message);
    let place = match diagnostic.labels.first() {
        Some(label) => {
            let (line, column) = sources.position(label.file, label.span.start);
            format!("{}:{line}:{column}: ", sources.name(label.file))
        }
        None => String::new(),
    };
    format!("{place}{}[{code}]: {message}\n", severity.word())
}

fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = |label: &Label| {
        let (line, column) = sources.position(label.file, label.span.start);
        let (end_line, end_column) = sources.position(label.file, label.span.end);
        JsonPlace {
            file: sources.name(label.file),
            line,
            column,
            end_line,
            end_column,
            start: label.span.start,
            end: label.span.end,
        }
    };
    let shown = JsonDiagnostic {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        place: diagnostic.labels.first().map(place),
        related: diagnostic
            .labels
            .iter()
            .skip(1)
            .map(|l| JsonLabel { place: place(l), text: &l.text })
            .collect(),
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(|fix| JsonFix {
            title: &fix.title,
            edits: fix
                .edits
                .iter()
                .map(|(at, text)| JsonEdit { start: at.start, end: at.end, text })
                .collect(),
        }),
    };
    let mut line = serde_json::to_string(&shown).unwrap_or_default();
    line.push('\n');
    line
}
