//! Comments that allow a warning: `// aev: allow AEV0503: REASON`, on the line that has it or on the one before.

use crate::diagnostics::problems::allow as problems;
use crate::diagnostics::{Code, Diagnostic, FileId, Place};
use crate::syntax::ast::Span;
use crate::syntax::tree::{Tree, span};

/// What follows `// aev:`.
struct Comment {
    /// The whole comment.
    at: Span,
    /// The code as written; none when the comment is not of the form.
    code: Option<Span>,
    /// There is a reason behind the code.
    reasoned: bool,
    /// The bytes of the line that it speaks of.
    line: Span,
}

/// The diagnostics of a text without those that its comments allow, and with what is wrong with the comments. `whole` says
/// that everything that could be said of the text is among them: only then it is known that a comment allows nothing.
pub fn allowed(
    file: FileId,
    text: &str,
    tree: &Tree,
    mut found: Vec<Diagnostic>,
    whole: bool,
) -> Vec<Diagnostic> {
    // Most files have none.
    if !text.contains("aev:") {
        return found;
    }
    let comments: Vec<Span> = tree.comments().map(|node| node.span).collect();
    let written = comments.iter().filter_map(|at| comment(text, *at, &comments));
    for comment in written.collect::<Vec<_>>() {
        let problem = problem(file, text, &comment, &mut found, whole);
        found.extend(problem);
    }
    found.sort_by_key(|d| d.labels.first().map(|label| (label.file, label.span)));
    found
}

/// Takes out what a comment allows, and says what is wrong with it.
fn problem(
    file: FileId,
    text: &str,
    comment: &Comment,
    found: &mut Vec<Diagnostic>,
    whole: bool,
) -> Option<Diagnostic> {
    let at = Place::new(file, comment.at);
    let Some(code_at) = comment.code else { return Some(problems::malformed(at)) };
    let written = text.get(code_at.start as usize..code_at.end as usize).unwrap_or_default();
    let here = |found: &Diagnostic| {
        let label = found.labels.first().filter(|label| label.file == file);
        label.is_some_and(|label| (comment.line.start..=comment.line.end).contains(&label.span.start))
    };
    let Ok(code) = written.parse::<Code>() else {
        let mut warnings = found.iter().filter(|found| here(found) && found.code.is_warning());
        let meant = warnings.next().map(|found| found.code).filter(|_| warnings.next().is_none());
        // It is said once, here.
        found.retain(|found| !here(found) || Some(found.code) != meant);
        return Some(problems::unknown_code(Place::new(file, code_at), written, meant));
    };
    if let Some(error) = found.iter_mut().find(|found| here(found) && found.code == code && found.is_error())
    {
        problems::errors_stay(error);
        return None;
    }
    if !code.is_warning() {
        return Some(problems::not_allowable(Place::new(file, code_at), code));
    }
    let before = found.len();
    found.retain(|found| !here(found) || found.code != code);
    match comment.reasoned {
        false => Some(problems::without_reason(at, code)),
        true => (found.len() == before && whole).then(|| problems::allows_nothing(at, code)),
    }
}

/// The comment at this place, when it is one for aev.
fn comment(text: &str, at: Span, comments: &[Span]) -> Option<Comment> {
    let written = text.get(at.start as usize..at.end as usize)?;
    let said = written.strip_prefix("//")?.trim_start().strip_prefix("aev:")?;
    let line = line(text, at, comments);
    let malformed = Comment { at, code: None, reasoned: false, line };
    let Some(rest) = said.trim_start().strip_prefix("allow").filter(|rest| rest.starts_with([' ', '\t']))
    else {
        return Some(malformed);
    };
    let rest = rest.trim_start();
    let code = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let behind = rest.get(code.len()..).unwrap_or_default().trim_start();
    let reason = match (code, behind.strip_prefix(':')) {
        ("", _) => return Some(malformed),
        (_, Some(reason)) => reason,
        (_, None) if behind.is_empty() => "",
        (_, None) => return Some(malformed),
    };
    let start = at.end as usize - rest.len();
    let code = Some(span(start, start + code.len()));
    Some(Comment { code, reasoned: !reason.trim().is_empty(), ..malformed })
}

/// The line that a comment speaks of: its own, or when it stands alone the next one that is no comment.
fn line(text: &str, comment: Span, comments: &[Span]) -> Span {
    let start =
        text.get(..comment.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end =
        |from: usize| text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| from + at);
    let blank = |from: usize, to: usize| {
        text.get(from..to).is_some_and(|text| text.trim_matches(['\u{feff}', ' ', '\t', '\r']).is_empty())
    };
    if !blank(start, comment.start as usize) {
        return span(start, end(comment.end as usize));
    }
    let mut next = end(comment.end as usize) + 1;
    while next < text.len() {
        let stop = end(next);
        let first = comments.get(comments.partition_point(|at| (at.start as usize) < next));
        let said = first.map_or(stop, |first| stop.min(first.start as usize));
        if !blank(next, said) {
            return span(next, stop);
        }
        next = stop + 1;
    }
    span(text.len(), text.len())
}
