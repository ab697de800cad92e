//! Whether a text that was laid out is still what it was.

use super::layout;
use crate::compile::{Options, compile};
use crate::diagnostics::problems::syntax::{Misformatted, misformatted};
use crate::diagnostics::{Code, Diagnostic, FileId, Place};
use crate::syntax::ast::erase::Erase;
use crate::syntax::ast::{File, Span};
use crate::syntax::{MAX_BYTES, Parsed, parse};

/// What is wrong with `result`, the text laid out. Nothing is when it has the same tree but for places, the same comments in
/// the same order, and when laying it out again changes nothing.
pub(super) fn difference(file: FileId, text: &str, before: Parsed, result: &str) -> Option<Diagnostic> {
    let (span, what) = misformatting(text, before, result)?;
    Some(misformatted(Place::new(file, span), what))
}

fn misformatting(text: &str, before: Parsed, result: &str) -> Option<(Span, Misformatted)> {
    if result.len() > MAX_BYTES {
        return Some((start(text), Misformatted::TooLarge { limit: MAX_BYTES }));
    }
    let after = parse(result);
    let old: Vec<Span> = before.tree.comments().map(|node| node.span).collect();
    let new: Vec<Span> = after.tree.comments().map(|node| node.span).collect();
    if let Some(span) = comment_that_differs(text, &old, result, &new) {
        return Some((span, Misformatted::Comments));
    }
    let again = layout(result, &after);
    if let Some(span) = item_that_differs(text, before.file, after) {
        return Some((span, Misformatted::Meaning));
    }
    if let Some(span) = allowance_that_differs(text, &old, result, &new) {
        return Some((span, Misformatted::Allowed));
    }
    (again != result).then(|| (start(text), Misformatted::Twice))
}

/// The first line.
fn start(text: &str) -> Span {
    crate::syntax::tree::span(0, text.find('\n').unwrap_or(text.len()))
}

fn comment_that_differs(text: &str, old: &[Span], result: &str, new: &[Span]) -> Option<Span> {
    let written = |text: &'_ str, span: &Span| {
        text.get(span.start as usize..span.end as usize).unwrap_or_default().trim_end().to_owned()
    };
    let same =
        old.iter().zip(new).take_while(|(old, new)| written(text, old) == written(result, new)).count();
    match old.get(same) {
        Some(lost) => Some(*lost),
        None if same < new.len() => Some(start(text)),
        None => None,
    }
}

/// The first comment for the compiler, when it no longer says the same of the text.
fn allowance_that_differs(text: &str, old: &[Span], result: &str, new: &[Span]) -> Option<Span> {
    if !text.contains("aev:") {
        return None;
    }
    // Any name that a pipeline may have.
    let said = |text: &str| compile("pipeline", text, &Options::default()).diagnostics;
    let (was, is) = (said(text), said(result));
    let codes = |found: &[Diagnostic]| {
        let mut codes: Vec<Code> = found.iter().map(|found| found.code).collect();
        codes.sort_unstable();
        codes
    };
    if codes(&was) == codes(&is) {
        return None;
    }
    // Something is said of one of the comments that was not said before.
    let about = |found: &[Diagnostic], comment: &Span| {
        found.iter().filter_map(|found| found.labels.first()).any(|label| label.span == *comment)
    };
    let mut pairs = old.iter().zip(new);
    let differs = pairs.find(|(old, new)| about(&was, old) != about(&is, new));
    Some(differs.map_or(start(text), |(old, _)| *old))
}

fn item_that_differs(text: &str, mut before: File, after: Parsed) -> Option<Span> {
    let Parsed { file: mut after, errors, .. } = after;
    let header = before.header.as_ref().map_or(start(text), |header| header.span);
    let items: Vec<Span> = before.items.iter().map(|item| item.span).collect();
    before.erase();
    after.erase();
    if before == after && errors.is_empty() {
        return None;
    }
    if before.header != after.header {
        return Some(header);
    }
    let same = before.items.iter().zip(&after.items).take_while(|(old, new)| old == new).count();
    Some(items.get(same).copied().unwrap_or(header))
}

#[cfg(test)]
mod tests {
    use super::difference;
    use crate::format::format;
    use crate::syntax::parse;

    const TEXT: &str =
        "// one\npipeline shop\n\nsource a: webhook // two\nfilter b from a where a.body.x == 1\n";

    fn said(result: &str) -> Option<(String, u32)> {
        let problem = difference(0, TEXT, parse(TEXT), result)?;
        assert_eq!(problem.code.to_string(), "AEV0004");
        let start = problem.labels.first().map_or(0, |label| label.span.start);
        Some((problem.message, start))
    }

    #[test]
    fn what_is_laid_out_well_is_accepted() {
        let result = format(0, TEXT).expect("it has no mistake");
        assert_eq!(said(&result), None);
    }

    #[test]
    fn a_result_that_means_something_else_is_refused_at_the_item() {
        let result = format(0, TEXT).expect("it has no mistake");
        let at = TEXT.find("filter").and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
        for (is, becomes) in
            [("x == 1", "x == 2"), ("filter b", "filter c"), ("x == 1\n", "x == 1\nbus c: embedded\n")]
        {
            let (message, start) = said(&result.replace(is, becomes)).expect("it is another pipeline");
            assert!(message.contains("means"), "{message}");
            assert!(start == at || becomes.contains("bus"), "{start}");
        }
        let (message, start) = said(&result.replace("shop", "shops")).expect("the header differs");
        assert!(message.contains("means") && start == 7, "{message} {start}");
        let (message, _) = said(&result.replace("x == 1", "x ==")).expect("it does not parse");
        assert!(message.contains("means"), "{message}");
    }

    #[test]
    fn a_result_without_a_comment_is_refused_at_the_comment() {
        let result = format(0, TEXT).expect("it has no mistake");
        let at = TEXT.find("// two").and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
        for becomes in ["", "// three", "// two\n// two again"] {
            let (message, start) = said(&result.replace("// two", becomes)).expect("a comment differs");
            assert!(message.contains("comment"), "{message}");
            assert!(start == at || becomes.contains("again"), "{start}");
        }
    }

    #[test]
    fn a_result_that_is_not_laid_out_is_refused() {
        let result = format(0, TEXT).expect("it has no mistake");
        let (message, _) = said(&result.replace("== 1", "==   1")).expect("there are blanks too many");
        assert!(message.contains("twice"), "{message}");
    }
}
