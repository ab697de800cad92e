//! From a slice that the grammar skipped to the mistake in it: the slice is read again by the strict rule.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::ast::Span;
use super::error::{Expected, Found, SyntaxError, SyntaxErrorKind};
use super::expected;
use super::grammar::{Grammar, Rule};
use super::tree::span;
use aev_plan::expr::Attribute;

const RESERVED: [&str; 10] = ["and", "or", "not", "in", "if", "then", "else", "true", "false", "null"];

/// The mistake in `bad`, which stands in `context` (the entry before it included, when nothing separates them).
pub(super) fn diagnose(text: &str, context: Span, bad: Span, strict: Rule) -> SyntaxError {
    let slice = text.get(context.start as usize..bad.end as usize).unwrap_or_default();
    match Grammar::parse(strict, slice) {
        Err(error) => {
            let mut error = from_pest(text, context.start as usize, slice, &error);
            if error.span.start < bad.start {
                error = at(text, bad.start as usize, bad.end as usize, Vec::new());
            }
            if let (Some(bracket), SyntaxErrorKind::Unexpected { expected, .. }) =
                (closing(text, error.span), &error.kind)
                && error.span.start < bad.end
                && !expected.iter().any(|one| matches!(one, Expected::Token(")" | "]" | "}")))
            {
                error.kind = SyntaxErrorKind::Unopened(bracket);
            }
            error
        }
        // Well-formed by itself, so wrong only where it stands.
        Ok(_) => at(text, bad.start as usize, bad.end as usize, Vec::new()),
    }
}

/// The closing bracket that the span is.
fn closing(text: &str, at: Span) -> Option<char> {
    let token = text.get(at.start as usize..at.end as usize)?;
    token.chars().next().filter(|c| matches!(c, ')' | ']' | '}'))
}

/// A parse error of `slice`, which begins at `offset` of `text`.
pub(super) fn from_pest(text: &str, offset: usize, slice: &str, error: &Error<Rule>) -> SyntaxError {
    let local = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => expected::friendly(positives),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    at(text, offset + local, offset + slice.len(), expected)
}

/// Something at `position`, in a slice that ends at `end`, is not what was `expected`.
pub(super) fn at(text: &str, position: usize, end: usize, expected: Vec<Expected>) -> SyntaxError {
    let rest = text.get(position..).unwrap_or_default();
    let skipped = trivia(rest);
    let token_at = position + skipped;
    let token = lexeme(rest.get(skipped..).unwrap_or_default());
    let before = text.get(..position).unwrap_or_default();
    if token.is_empty() {
        return missing_at(before, Found::EndOfFile, expected);
    }
    if token_at >= end && text.get(before.trim_end().len()..token_at).is_some_and(|gap| gap.contains('\n')) {
        return missing_at(before, Found::EndOfLine, expected);
    }
    let span = span(token_at, token_at + token.len());
    let touching = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') || skipped == 0;
    let kind = match token {
        "'" => SyntaxErrorKind::SingleQuotes,
        ";" => SyntaxErrorKind::Semicolon,
        ":" if expected.contains(&Expected::Token("::")) && single_colon(text, token_at) => {
            SyntaxErrorKind::UseColons
        }
        "-" if expected.contains(&Expected::Operator) => SyntaxErrorKind::MinusNeedsBlanks,
        "(" | "["
            if touching && !expected.contains(&Expected::Token(":")) && follows_name(text, token_at) =>
        {
            SyntaxErrorKind::TouchesWhatItFollows(token.chars().next().unwrap_or('('))
        }
        word if RESERVED.contains(&word) && expected.first() == Some(&Expected::Name) => {
            SyntaxErrorKind::ReservedName(word.to_owned())
        }
        _ => SyntaxErrorKind::Unexpected { found: Found::Text(token.to_owned()), expected },
    };
    SyntaxError { span, kind }
}

/// Whether a `:` between a name and an attribute should be `::`: it touches both.
pub(super) fn single_colon(text: &str, at: usize) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let before = text.get(..at).unwrap_or_default();
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(':')) else { return false };
    let word = rest.find(|c| !name(c)).and_then(|end| rest.get(..end)).unwrap_or(rest);
    before.ends_with(name) && Attribute::named(word).is_some()
}

/// Something is missing behind the text `before`.
pub(super) fn missing_at(before: &str, found: Found, expected: Vec<Expected>) -> SyntaxError {
    let end = behind(before);
    SyntaxError { span: span(end, end), kind: SyntaxErrorKind::Unexpected { found, expected } }
}

/// The end of the last token of `before`; blanks do not count.
fn behind(before: &str) -> usize {
    before.trim_end_matches([' ', '\t', '\r', '\n']).len()
}

fn follows_name(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let trimmed = before.trim_end_matches([' ', '\t']);
    let word = trimmed.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    trimmed.len() < before.len()
        && !["on", "from", "where", "and", "or", "not", "in"].contains(&word)
        && trimmed.ends_with(|c: char| c.is_ascii_alphanumeric() || "_)]".contains(c))
}

/// How many bytes of blanks and comments stand first.
fn trivia(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.starts_with("//") && (!rest.starts_with("///") || rest.starts_with("////")) {
            rest = rest.find('\n').and_then(|at| rest.get(at..)).unwrap_or_default();
        } else {
            return text.len() - rest.len();
        }
    }
}

/// The word, number or sign at the start.
fn lexeme(text: &str) -> &str {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let Some(first) = text.chars().next() else { return "" };
    let length = if first.is_alphanumeric() || first == '_' {
        let end = text.find(|c| !word(c)).unwrap_or(text.len());
        text.get(..end).unwrap_or_default().trim_end_matches('-').len()
    } else if first == '"' {
        text.get(1..).and_then(|rest| rest.find(['"', '\n'])).map_or(1, |at| at + 2).min(text.len())
    } else {
        let two = ["==", "!=", "<=", ">=", "??", "&&", "||", "::", "..", "=>", "->", "=~"];
        two.iter().find(|sign| text.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len())
    };
    text.get(..length).filter(|token| !token.contains('\n')).unwrap_or(text.get(..1).unwrap_or_default())
}
