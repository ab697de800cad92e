//! Corrections that have one right answer, applied until none is left.
//!
//! No correction brings an error that was not there. Where it uncovers one, such as in a block whose name was misspelt, that
//! one must have a correction too, or the first is not made.

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::syntax::ast::Span;
use crate::syntax::parse;
use std::collections::BTreeMap;

/// A text with its corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The text as it is now.
    pub text: String,
    /// What was corrected, in the order in which it was done.
    pub applied: Vec<Applied>,
    /// What there still is to say of the text.
    pub left: Vec<Diagnostic>,
}

/// A correction that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What was wrong.
    pub code: Code,
    /// What was done, as an imperative.
    pub title: String,
    /// Where, in lines from one, when it was done.
    pub line: usize,
}

/// How often a correction may uncover another mistake.
const DEEPEST: usize = 10;

/// Corrects a text as far as there is one right answer; with `only`, only what has this code. `check` says what is wrong
/// with a text; all its diagnostics are of one file.
pub fn fix(text: &str, only: Option<Code>, check: &dyn Fn(&str) -> Vec<Diagnostic>) -> Fixed {
    let mut fixed = Fixed { text: text.to_owned(), applied: Vec::new(), left: check(text) };
    // Ends, because what is left gets less with every round.
    loop {
        let corrections = corrections(&fixed.text, fixed.left.iter(), only);
        let made = |corrections: &[&Diagnostic]| attempt(&fixed, corrections, only, check);
        // All at once is nearly always possible; what is not spoils only itself.
        let next = match corrections.as_slice() {
            [] => None,
            all => made(all).or_else(|| all.iter().find_map(|one| made(&[one]))),
        };
        match next {
            Some(next) => fixed = next,
            None => return fixed,
        }
    }
}

/// The text with these corrections and with those of what they uncover; none when it is no better for it.
fn attempt(
    from: &Fixed,
    corrections: &[&Diagnostic],
    only: Option<Code>,
    check: &dyn Fn(&str) -> Vec<Diagnostic>,
) -> Option<Fixed> {
    let mut to = Fixed { left: Vec::new(), ..from.clone() };
    to.apply(corrections);
    for _ in 0..DEEPEST {
        let found = check(&to.text);
        let uncovered = new_errors(&from.left, &found);
        if uncovered.is_empty() {
            let better = weight(&found) < weight(&from.left);
            return better.then_some(Fixed { left: found, ..to });
        }
        let all = uncovered.len();
        let more = self::corrections(&to.text, uncovered.into_iter(), only);
        // What has no correction stays, however many others have one.
        if more.len() < all {
            return None;
        }
        to.apply(&more);
    }
    None
}

impl Fixed {
    fn apply(&mut self, corrections: &[&Diagnostic]) {
        for found in corrections {
            let (Some(fix), Some(label)) = (&found.fix, found.labels.first()) else { continue };
            let before = self.text.get(..label.span.start as usize).unwrap_or_default();
            let line = 1 + before.matches('\n').count();
            self.applied.push(Applied { code: found.code, title: fix.title.clone(), line });
        }
        let edits = corrections.iter().filter_map(|found| found.fix.as_ref()).flat_map(|fix| &fix.edits);
        let mut edits: Vec<(Span, &str)> = edits.map(|(span, text)| (*span, text.as_str())).collect();
        edits.sort_unstable();
        for (span, with) in edits.into_iter().rev() {
            let Span { start, end } = if with.is_empty() { removal(&self.text, span) } else { span };
            let (start, end) = (start as usize, end as usize);
            if self.text.get(start..end).is_some() {
                self.text.replace_range(start..end, with);
            }
        }
    }
}

/// The corrections that can be made together, in the order of the text.
fn corrections<'d>(
    text: &str,
    found: impl Iterator<Item = &'d Diagnostic>,
    only: Option<Code>,
) -> Vec<&'d Diagnostic> {
    let parsed = parse(text);
    let comments: Vec<Span> = parsed.tree.comments().map(|node| node.span).collect();
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    let mut chosen = Vec::new();
    for diagnostic in found.filter(|found| only.is_none_or(|only| only == found.code)) {
        let Some(fix) = &diagnostic.fix else { continue };
        let free = |span: &Span| {
            let inside = text.get(span.start as usize..span.end as usize).is_some();
            let before = taken.range(..=span.start).next_back();
            let behind = taken.range(span.start..).next();
            // Nothing that somebody has said is lost.
            let silences = comments.iter().any(|at| span.start <= at.start && at.end <= span.end);
            inside
                && !silences
                && before.is_none_or(|(start, end)| *end <= span.start && *start != span.start)
                && behind.is_none_or(|(start, _)| span.end <= *start)
        };
        if fix.edits.iter().all(|(span, _)| free(span)) {
            taken.extend(fix.edits.iter().map(|(span, _)| (span.start, span.end)));
            chosen.push(diagnostic);
        }
    }
    chosen
}

/// The errors that are in `found` and not in `before`, each as often as it is there more.
fn new_errors<'d>(before: &[Diagnostic], found: &'d [Diagnostic]) -> Vec<&'d Diagnostic> {
    let mut known: BTreeMap<(Code, &str), usize> = BTreeMap::new();
    for error in before.iter().filter(|found| found.is_error()) {
        *known.entry((error.code, &error.message)).or_default() += 1;
    }
    let mut new = Vec::new();
    for error in found.iter().filter(|found| found.is_error()) {
        match known.get_mut(&(error.code, error.message.as_str())) {
            Some(times @ 1..) => *times -= 1,
            _ => new.push(error),
        }
    }
    new
}

/// How bad it is: errors first.
fn weight(found: &[Diagnostic]) -> (usize, usize) {
    let count = |severity| found.iter().filter(|found| found.severity == severity).count();
    (count(Severity::Error), count(Severity::Warning))
}

/// What goes with a text that is removed: the line that would be empty, or the blank that would be one of two.
fn removal(text: &str, span: Span) -> Span {
    let (before, rest) = text.split_at_checked(span.start as usize).unwrap_or_default();
    let behind = rest.get((span.end - span.start) as usize..).unwrap_or_default();
    let blank = |c: char| c == ' ' || c == '\t';
    let (kept, follows) = (before.trim_end_matches(blank), behind.trim_start_matches(blank));
    let line_ends = follows.is_empty() || follows.starts_with(['\n', '\r']);
    let end = |rest: &str| (text.len() - rest.len()) as u32;
    match (kept.is_empty() || kept.ends_with('\n'), line_ends) {
        (true, true) => {
            let next = follows.strip_prefix('\r').unwrap_or(follows);
            Span { start: kept.len() as u32, end: end(next.strip_prefix('\n').unwrap_or(next)) }
        }
        (false, true) => Span { start: kept.len() as u32, end: end(follows) },
        (false, false) if follows.starts_with([',', ')', ']', '}']) && follows.len() == behind.len() => {
            Span { start: kept.len() as u32, ..span }
        }
        (false, false) if kept.len() < before.len() => Span { start: span.start, end: end(follows) },
        _ => span,
    }
}
