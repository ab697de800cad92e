//! From text to plan.

use crate::allow::allowed;
use crate::check::check;
use crate::constants::{Expanded, expand};
use crate::diagnostics::problems::unparsed::unparsed;
use crate::diagnostics::{Diagnostic, FileId, Severity};
use crate::files::{FileText, Files, NoFiles, Reader};
use crate::names::{Program, collect};
use crate::report::Reports;
use crate::syntax::ast::Span;
use crate::syntax::tree::span;
use crate::syntax::{Parsed, SyntaxError, SyntaxErrorKind, parse};
use aev_plan::Plan;

/// What a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Manifests of Argo Events.
    Argo,
    /// The aev runtime.
    Plan,
}

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What this target cannot do is an error. Without one, what either cannot do is a note.
    pub target: Option<Target>,
}

/// What came of a file.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// The plan, when there is no error.
    pub plan: Option<Plan>,
    /// What there is to say, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were read along: the second, third and so on that diagnostics may point into.
    pub files: Vec<FileText>,
}

impl Compiled {
    /// There is no plan.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// The file that is compiled; those that it names come behind it.
const FILE: FileId = 0;

/// Compiles the text of a file. `name` is how the caller calls it: it is shown in messages, and its stem is the name of a
/// pipeline without a header. Pure: the same text gives the same plan and the same diagnostics.
pub fn compile(name: &str, text: &str, options: &Options) -> Compiled {
    compile_with(name, text, options, &NoFiles)
}

/// The same of a text that may name samples and schemas. As pure as `files` is.
pub fn compile_with(name: &str, text: &str, options: &Options, files: &dyn Files) -> Compiled {
    let mut parsed = parse(text);
    let syntax = parsed.errors.iter().map(|error| unparsed(FILE, text, error)).collect();
    let mut reports = Reports::new(FILE, syntax);
    reports.unclosed(unclosed(&parsed));
    reports.guessed(guessed(text, &parsed));
    let Expanded { constants, unused_aliases } = expand(&mut parsed.file, &mut reports);
    let program = Program { constants, unused_aliases, ..collect(&parsed.file, &mut reports) };
    let reader = Reader::new(files);
    let (mut plan, reports, files) = check(&program, stem(name), options.target, reader, reports);
    if reports.has_errors() {
        // What a target cannot do is for when the rest is right.
        let mut diagnostics = allowed(FILE, text, &parsed.tree, reports.finish(), false);
        diagnostics.retain(|found| found.severity != Severity::Note);
        return Compiled { plan: None, diagnostics, files };
    }
    plan.files = vec![name.to_owned()];
    let whole = options.target.is_none();
    let diagnostics = allowed(FILE, text, &parsed.tree, reports.finish(), whole);
    Compiled { plan: Some(plan), diagnostics, files }
}

/// From each brace that is never closed to the next item.
fn unclosed(parsed: &Parsed) -> Vec<Span> {
    let braces = parsed.errors.iter().filter(|error| {
        matches!(error.kind, SyntaxErrorKind::Unclosed { open: "{", .. } | SyntaxErrorKind::Mismatched { .. })
    });
    let span = |error: &SyntaxError| {
        let open = match error.kind {
            SyntaxErrorKind::Mismatched { open, .. } => open,
            _ => error.span,
        };
        let next = parsed.file.items.iter().map(|item| item.span.start).filter(|start| *start > open.start);
        Span { start: open.start, end: next.min().unwrap_or(u32::MAX) }
    };
    braces.map(span).collect()
}

/// Lines with something that could not be read: what the rest of them means is a guess.
fn guessed(text: &str, parsed: &Parsed) -> Vec<Span> {
    let mut lines: Vec<Span> = Vec::new();
    for at in parsed.errors.iter().map(|error| error.span.start) {
        if lines.last().is_some_and(|line| at < line.end) {
            continue;
        }
        let (before, behind) = text.split_at_checked(at as usize).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = behind.find('\n').map_or(text.len(), |newline| before.len() + newline);
        lines.push(span(start, end));
    }
    lines
}

/// The name of a file without its folder and its ending.
fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match file.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn the_stem_is_the_name_of_a_pipeline() {
        for (name, expected) in [
            ("a/b/orders.aev", "orders"),
            ("orders", "orders"),
            (r"c:\x\orders.v2.aev", "orders"),
            (".aev", ".aev"),
        ] {
            assert_eq!(stem(name), expected, "{name}");
        }
    }
}
