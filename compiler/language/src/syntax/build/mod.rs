//! From the concrete tree to [`super::ast`], collecting what is wrong on the way.

mod blocks;
mod expr;
mod habits;
mod items;
mod literal;
mod operators;
mod tests;
mod triggers;
mod types;

use super::ast::{File, Ident, ItemKind, Span};
use super::error::{Expected, SyntaxError, SyntaxErrorKind};
use super::recover;
use super::tree::{Kind, Rule, Tree, span};

/// The file, and the mistakes in the order of the text.
pub(super) fn file(text: &str, tree: &Tree) -> (File, Vec<SyntaxError>) {
    let mut builder = Builder { text, tree, errors: Vec::new(), stops: Vec::new(), skipped: 0, parts: 0 };
    let file = builder.file();
    let mut errors = builder.errors;
    errors.sort_by_key(|error| error.span);
    // Two at one place are one mistake, seen from inside and from outside.
    errors.dedup_by_key(|error| error.span.start);
    errors.dedup_by(|later, earlier| follows(text, earlier, later));
    address(text, &mut errors);
    nested(text, &file, &mut errors);
    (file, errors)
}

/// Whether something unexpected only shows where the reading went wrong before: nothing between the two begins anew.
fn follows(text: &str, earlier: &SyntaxError, later: &SyntaxError) -> bool {
    let cause = match &earlier.kind {
        SyntaxErrorKind::UseWords { wrote, .. } => *wrote == "=>",
        // `- a` below `- b`, and a header whose name is two words.
        SyntaxErrorKind::WrongList if later.kind == SyntaxErrorKind::WrongList => {
            return inside(text, earlier.span, later.span);
        }
        SyntaxErrorKind::MisplacedHeader => true,
        kind => matches!(
            kind,
            SyntaxErrorKind::Unexpected { .. }
                | SyntaxErrorKind::IfWithoutElse
                | SyntaxErrorKind::IfWithoutThen
                | SyntaxErrorKind::UseDoubleEquals
                | SyntaxErrorKind::BadNumber
                | SyntaxErrorKind::ChainedComparison
        ),
    };
    let effect = matches!(
        later.kind,
        SyntaxErrorKind::Unexpected { .. } | SyntaxErrorKind::BadNumber | SyntaxErrorKind::MisplacedRange
    );
    let between = text.get(earlier.span.start as usize..later.span.start as usize).unwrap_or_default();
    // `and` below a value that is missing goes on with it.
    let blank = |line: &str| line.split("//").next().is_some_and(|code| code.trim().is_empty());
    if cause && effect && between.lines().all(blank) {
        return true;
    }
    // Keys below each other that have no values: blocks by their indent.
    if cause
        && effect
        && !between.trim().is_empty()
        && between.lines().skip(1).all(|line| line.trim_end().ends_with(':'))
        && inside(text, earlier.span, later.span)
    {
        return true;
    }
    // Not what stands in quotes, or in the comment that the rest of an address looks like.
    let code = between.split("//").next().unwrap_or_default();
    let mut parts = code.split('"').step_by(2);
    cause && effect && parts.all(|part| !part.contains([',', ';', '\n', '{', '}']))
}

/// Whether a line is indented more than another above it, and so are those in between.
fn inside(text: &str, above: Span, below: Span) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let start = text.get(..above.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(below.start as usize..).and_then(|behind| behind.find('\n')).unwrap_or(0);
    let mut lines = text.get(start..below.start as usize + end).unwrap_or_default().lines();
    let outer = lines.next().map_or(0, indent);
    let mut count = 0;
    lines.filter(|line| !line.trim().is_empty()).inspect(|_| count += 1).all(|line| indent(line) > outer)
        && count > 0
}

/// An address without quotes is a key and a comment, which takes the bracket behind it along: that is one mistake.
fn address(text: &str, errors: &mut Vec<SyntaxError>) {
    let is_address = |error: &SyntaxError| {
        matches!(error.kind, SyntaxErrorKind::Unexpected { .. })
            && text.get(error.span.end as usize..).is_some_and(|rest| rest.starts_with("://"))
    };
    let mut index = 0;
    while index < errors.len() {
        let open = |error: &SyntaxError| matches!(error.kind, SyntaxErrorKind::Unclosed { .. });
        if index > 0 && errors.get(index).is_some_and(is_address) && errors.get(index - 1).is_some_and(open) {
            errors.remove(index - 1);
        } else {
            index += 1;
        }
    }
}

/// An item inside braces looks like braces that are never closed, and behind it one that closes nothing: these two are
/// one mistake.
fn nested(text: &str, file: &File, errors: &mut Vec<SyntaxError>) {
    let mut index = 0;
    while let Some([open, close]) = errors.get(index..index + 2) {
        index += 1;
        let brace = matches!(open.kind, SyntaxErrorKind::Unclosed { open: "{", .. });
        if !brace || close.kind != SyntaxErrorKind::Unopened('}') {
            continue;
        }
        let first = file.items.partition_point(|item| item.span.start <= open.span.start);
        let between = file.items.iter().skip(first).take_while(|item| item.span.start < close.span.start);
        let mut between = between.filter(|item| !matches!(item.kind, ItemKind::Hole));
        let (Some(item), None) = (between.next(), between.next()) else { continue };
        let rest = text.get(item.span.start as usize..).unwrap_or_default();
        let word = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let at = item.span.start as usize;
        let error = SyntaxError { span: span(at, at + word), kind: SyntaxErrorKind::NestedItem };
        errors.splice(index - 1..=index, [error]);
    }
}

struct Builder<'t> {
    text: &'t str,
    tree: &'t Tree,
    errors: Vec<SyntaxError>,
    /// Where reading stopped because a bracket was left open: what is wrong there has been said.
    stops: Vec<u32>,
    /// What begins before this belongs to a mistake that has been said.
    skipped: u32,
    /// Operators and steps between the outermost expression and this one.
    parts: usize,
}

/// A node that a rule made.
#[derive(Clone, Copy)]
struct At {
    index: usize,
    rule: Rule,
    span: Span,
}

/// The children of a node that rules made, taken one after another.
struct Kids {
    list: Vec<At>,
    next: usize,
}

impl Kids {
    fn peek(&self) -> Option<At> {
        self.list.get(self.next).copied()
    }

    fn next(&mut self) -> Option<At> {
        let kid = self.peek();
        self.next += 1;
        kid
    }

    /// The next one, if it is of this rule.
    fn take(&mut self, rule: Rule) -> Option<At> {
        self.peek().filter(|kid| kid.rule == rule).inspect(|_| self.next += 1)
    }

    /// The first one of this rule from here on, skipping what stands before it.
    fn find(&mut self, rule: Rule) -> Option<At> {
        let rest = self.list.get(self.next..).unwrap_or_default();
        let at = rest.iter().position(|kid| kid.rule == rule)?;
        self.next += at + 1;
        rest.get(at).copied()
    }

    fn has(&self, rule: Rule) -> bool {
        self.list.iter().any(|kid| kid.rule == rule)
    }
}

/// Documentation lines that wait for what they describe.
#[derive(Default)]
struct Docs {
    lines: Vec<At>,
}

impl<'t> Builder<'t> {
    fn kids(&self, at: At) -> Kids {
        let list = self.tree.children(at.index).filter_map(|(index, node)| match node.kind {
            Kind::Rule(rule) => Some(At { index, rule, span: node.span }),
            _ => None,
        });
        Kids { list: list.collect(), next: 0 }
    }

    fn only_kid(&self, at: At) -> At {
        self.kids(at).next().unwrap_or(at)
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn ident(&self, at: At) -> Ident {
        Ident { value: self.slice(at.span).to_owned(), span: at.span }
    }

    fn error(&mut self, span: Span, kind: SyntaxErrorKind) {
        self.errors.push(SyntaxError { span, kind });
    }

    /// Something must stand at this empty node.
    fn missing(&mut self, at: At, expected: Expected) {
        if self.stops.contains(&at.span.start) {
            return;
        }
        let position = at.span.start as usize;
        self.errors.push(recover::at(self.text, position, position, vec![expected]));
    }

    /// What the grammar skipped; `before` is the entry that it may belong to, when nothing separates them.
    fn bad(&mut self, bad: At, before: Option<Span>, strict: Rule) {
        if self.stops.contains(&bad.span.start) {
            return;
        }
        let context = before.unwrap_or(bad.span);
        self.errors.push(recover::diagnose(self.text, context, bad.span, strict));
    }

    /// The bracket that `parent` begins with is never closed. To be called after everything inside was built.
    fn unclosed(&mut self, parent: At, at: At, open: &'static str, close: &'static str) {
        let inside = |error: &SyntaxError| {
            error.span.start >= parent.span.start
                && error.span.start <= at.span.start
                && matches!(
                    error.kind,
                    SyntaxErrorKind::UnterminatedString | SyntaxErrorKind::UnterminatedText
                )
        };
        self.stops.push(at.span.start);
        // A string that runs away takes the bracket with it: that is one mistake.
        if self.errors.iter().any(inside) {
            return;
        }
        let start = self
            .tree
            .children(parent.index)
            .find(|(_, node)| self.slice(node.span).starts_with(open))
            .map_or(parent.span.start, |(_, node)| node.span.start);
        let start = start as usize;
        let bracket = span(start, start + open.len());
        let next = at.span.start as usize;
        match self.text.get(next..).and_then(|rest| rest.chars().next()) {
            Some(found @ (')' | ']' | '}')) => {
                self.error(span(next, next + 1), SyntaxErrorKind::Mismatched { open: bracket, close, found });
            }
            _ => self.error(bracket, SyntaxErrorKind::Unclosed { open, close }),
        }
    }

    /// Signs that newcomers write; true when `at` was one.
    fn wrong(&mut self, at: At) -> bool {
        let kind = match at.rule {
            Rule::wrong_semicolon => SyntaxErrorKind::Semicolon,
            Rule::wrong_equals => SyntaxErrorKind::UseColon,
            Rule::wrong_colon => SyntaxErrorKind::UseEquals,
            Rule::wrong_comment => SyntaxErrorKind::CommentForm,
            Rule::wrong_not => SyntaxErrorKind::UseWords { wrote: "!", mean: "not" },
            Rule::wrong_and => SyntaxErrorKind::UseWords { wrote: "&&", mean: "and" },
            Rule::wrong_or => SyntaxErrorKind::UseWords { wrote: "||", mean: "or" },
            _ => return false,
        };
        self.error(at.span, kind);
        true
    }

    /// The text of the waiting documentation.
    fn doc(&self, docs: &mut Docs) -> Option<String> {
        let lines: Vec<&str> =
            docs.lines.drain(..).map(|at| self.slice(at.span).trim_start_matches('/').trim()).collect();
        (!lines.is_empty()).then(|| lines.join(" ").trim().to_owned())
    }

    fn dangling(&mut self, docs: &mut Docs) {
        if let Some(first) = docs.lines.first() {
            self.error(first.span, SyntaxErrorKind::DanglingDoc);
        }
        docs.lines.clear();
    }
}
