//! What comes from other languages and takes several entries here, or none: each is one mistake.

use super::super::ast::{Expr, ExprKind, Field, Span};
use super::super::error::{Expected, SyntaxErrorKind};
use super::super::recover;
use super::super::tree::{Rule, span};
use super::expr::hole;
use super::{At, Builder, Kids};

impl Builder<'_> {
    /// The error that `last`, a key without a value, has brought; it is taken back for a better one.
    fn without_value(&mut self, last: Option<&Field>) -> bool {
        let missing = |kind: &SyntaxErrorKind| matches!(kind, SyntaxErrorKind::Unexpected { expected, .. } if *expected == [Expected::Value]);
        last.is_some_and(|field| field.value.kind == ExprKind::Hole)
            && self.errors.pop_if(|error| missing(&error.kind)).is_some()
    }

    /// `- value` below a key without a value, however many lines it has.
    pub(super) fn dashed(&mut self, bad: At, last: Option<&Field>) -> bool {
        let hole = last.is_some_and(|field| field.value.kind == ExprKind::Hole);
        if !hole || !self.slice(bad.span).starts_with('-') {
            return false;
        }
        if self.errors.last().is_some_and(|error| error.kind == SyntaxErrorKind::WrongList) {
            return true;
        }
        let first = self.without_value(last);
        if first {
            let start = bad.span.start;
            self.error(Span { start, end: start + 1 }, SyntaxErrorKind::WrongList);
        }
        first
    }

    /// The `|` or `>` of YAML behind a key, and the lines below that are indented more than the key.
    pub(super) fn block_text(&mut self, bad: At, last: Option<&Field>) -> bool {
        let Some(key) = last.map(|field| field.span.start as usize) else { return false };
        let sign = self.slice(bad.span).trim_end();
        if !sign.starts_with(['|', '>'])
            || !sign.bytes().skip(1).all(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'))
            || !self.without_value(last)
        {
            return false;
        }
        self.error(Span { end: bad.span.start + sign.len() as u32, ..bad.span }, SyntaxErrorKind::BlockText);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let before = self.text.get(..key).unwrap_or_default();
        let outside = indent(self.text.get(before.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or_default());
        let mut end = bad.span.end as usize;
        let below = self.text.get(end..).unwrap_or_default();
        for line in below.split_inclusive('\n') {
            if !line.trim().is_empty() && indent(line) <= outside {
                break;
            }
            end += line.len();
        }
        self.skipped = span(end, end).start;
        true
    }

    /// `e:id`, read as a key without a value and the next entry.
    pub(super) fn single_colon(&mut self, missing: At) -> bool {
        let start = missing.span.start as usize;
        let rest = self.text.get(start..).unwrap_or_default();
        let name = rest.trim_start_matches([' ', '\t']);
        let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(0);
        let colon = start + rest.len() - name.len() + length;
        let found = length > 0 && recover::single_colon(self.text, colon);
        if found {
            self.error(span(colon, colon + 1), SyntaxErrorKind::UseColons);
            self.skipped = span(colon, colon).start;
        }
        found
    }

    /// `{ "a", "b" }` and `{ 1, 2 }` are lists elsewhere.
    pub(super) fn object_or_list(&mut self, at: At) -> Expr {
        let errors = self.errors.len();
        let object = self.object(at);
        let inside = self.slice(at.span).trim_matches(['{', '}']).trim_start();
        let quoted = inside.strip_prefix('"').and_then(|rest| rest.find('"')).map(|end| end + 2);
        let first =
            inside.get(..quoted.or(inside.find([',', '}'])).unwrap_or(inside.len())).unwrap_or_default();
        let more = inside.get(first.len()..).unwrap_or_default().trim_start();
        let path =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        let literal = match quoted {
            Some(_) => more.is_empty() || more.starts_with([',', '}']),
            None => {
                first.trim_end().parse::<f64>().is_ok() || more.starts_with(',') && path(first.trim_end())
            }
        };
        if self.errors.len() > errors && literal {
            self.errors.truncate(errors);
            return self.wrong_list(at);
        }
        Expr { kind: ExprKind::Object(object), span: at.span }
    }

    /// A list in other brackets.
    pub(super) fn wrong_list(&mut self, at: At) -> Expr {
        let start = at.span.start;
        self.error(Span { start, end: start + 1 }, SyntaxErrorKind::WrongList);
        hole(at.span)
    }

    /// `6 hours` and `12abc`.
    pub(super) fn bad_number(&mut self, at: Span) {
        let kind = match duration(self.slice(at)) {
            Some(mean) => SyntaxErrorKind::BadDuration { mean },
            None => SyntaxErrorKind::BadNumber,
        };
        self.error(at, kind);
    }

    /// Whether what stands before the braces of an `on-failure` is wrong.
    pub(super) fn wrong_failure(&mut self, parts: &mut Kids) -> bool {
        let word = parts.take(Rule::wrong_on_failure);
        if word.is_none() {
            parts.take(Rule::kw_on_failure);
        }
        let colon = parts.take(Rule::wrong_colon);
        let unnamed = parts.peek().filter(|part| part.rule == Rule::missing);
        let at = match (word, colon, unnamed) {
            (Some(word), ..) => word.span,
            (None, Some(colon), _) => colon.span,
            (None, None, Some(unnamed)) => {
                let position = unnamed.span.start as usize;
                recover::at(self.text, position, position, vec![Expected::Name]).span
            }
            (None, None, None) => return false,
        };
        self.error(at, SyntaxErrorKind::FailureForm);
        true
    }

    /// `workflow.run { … }`, which does not say what is run.
    pub(super) fn without_target(&mut self, action: At) -> bool {
        let kids = self.kids(action);
        let found = kids.has(Rule::no_target);
        if let Some(word) = kids.peek().filter(|_| found) {
            let name = self.slice(word.span).to_owned();
            self.error(word.span, SyntaxErrorKind::NoTarget(name));
        }
        found
    }
}

/// The duration that is meant by a number with a unit in words or behind a blank.
fn duration(written: &str) -> Option<String> {
    let unit = written.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = written.get(..written.len() - unit.len())?.parse().ok()?;
    let unit = match unit.trim() {
        "ms" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "week" | "weeks" => return Some(format!("{}d", number.checked_mul(7)?)),
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}
