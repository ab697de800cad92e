//! The places for the change, the likeliest first.

use super::super::error::{SyntaxError, SyntaxErrorKind};
use super::super::tree::{Kind, Rule, Tree, span};
use super::layout::{BRACKETS, Layout, Line, Mark};
use super::{Change, apply};

pub(super) struct Search<'t> {
    /// An item.
    text: &'t str,
    layout: Layout,
    /// How many bytes may still be read.
    budget: &'t mut usize,
}

/// What a change says; its words follow from the changed text.
#[derive(Clone, Copy)]
enum Says {
    /// A closing bracket is missing.
    Unclosed,
    /// What is added is missing.
    Missing,
    /// A closing bracket is too many.
    Unopened,
    /// An opening bracket is too many.
    NeverClosed,
    /// A bracket is of the wrong kind.
    Mismatched,
}

impl<'t> Search<'t> {
    pub(super) fn new(text: &'t str, budget: &'t mut usize) -> Self {
        Self { text, layout: Layout::new(text), budget }
    }

    /// The first change that leaves no mistake.
    pub(super) fn change(&mut self) -> Option<Change> {
        if let Some(line) = self.layout.odd.and_then(|line| self.layout.lines.get(line)).cloned() {
            return self.quote(&line);
        }
        let wrong = |balance: isize| {
            let mut kinds = (0..BRACKETS.len()).filter(|kind| self.layout.balance(*kind) == balance);
            kinds.next().filter(|_| kinds.next().is_none())
        };
        let sum: usize = (0..BRACKETS.len()).map(|kind| self.layout.balance(kind).unsigned_abs()).sum();
        match (wrong(1), wrong(-1), sum) {
            (Some(kind), None, 1) => self.closing(kind),
            (None, Some(kind), 1) => self.opening(kind),
            (Some(open), Some(close), 2) => self.swapped(open, close),
            _ => None,
        }
    }

    /// The tree after a change, if there is no mistake in it.
    fn tree(&mut self, at: usize, mark: char, replaces: bool) -> Option<(String, Tree)> {
        *self.budget = self.budget.checked_sub(self.text.len())?;
        let error = SyntaxError { span: span(at, at), kind: SyntaxErrorKind::Unopened(mark) };
        let changed = apply(self.text, &[Change { at, mark, replaces, error }]);
        let tree = super::super::well_formed(&changed)?;
        Some((changed, tree))
    }

    fn attempt(&mut self, at: usize, mark: char, replaces: bool, says: Says) -> Option<Change> {
        let (changed, _) = self.tree(at, mark, replaces)?;
        let partner = || Layout::new(&changed).partner(at);
        let bracket = |at: usize| span(at, at + 1);
        let (span, kind) = match says {
            Says::Missing => {
                let partner = partner().and_then(|at| at.checked_sub(1)).map(bracket);
                (span(at, at), SyntaxErrorKind::MissingMark { mark, partner })
            }
            Says::Unopened => {
                let found = self.text.get(at..)?.chars().next()?;
                (bracket(at), SyntaxErrorKind::Unopened(found))
            }
            Says::NeverClosed => {
                let (open, close) = signs(self.text.get(at..)?.chars().next()?)?;
                (bracket(at), SyntaxErrorKind::Unclosed { open, close })
            }
            Says::Unclosed => {
                let opener = partner()?;
                let (open, close) = signs(mark)?;
                let rest = self.text.get(at..)?;
                let next = rest.trim_start_matches([' ', '\t']);
                match next.chars().next() {
                    Some(found @ ('}' | ']' | ')')) => {
                        let found_at = at + rest.len() - next.len();
                        let open = bracket(opener);
                        (bracket(found_at), SyntaxErrorKind::Mismatched { open, close, found })
                    }
                    _ => (bracket(opener), SyntaxErrorKind::Unclosed { open, close }),
                }
            }
            Says::Mismatched => {
                let (opener, closer) = (at.min(partner()?), at.max(partner()?));
                let (_, close) = signs(self.text.get(opener..)?.chars().next()?)?;
                let found = self.text.get(closer..)?.chars().next()?;
                (bracket(closer), SyntaxErrorKind::Mismatched { open: bracket(opener), close, found })
            }
        };
        Some(Change { at, mark, replaces, error: SyntaxError { span, kind } })
    }

    /// The first of several places.
    fn first(&mut self, places: impl IntoIterator<Item = usize>, mark: char, says: Says) -> Option<Change> {
        places.into_iter().find_map(|at| self.attempt(at, mark, false, says))
    }

    /// A quote is missing on a line: an opening one, else a closing one.
    fn quote(&mut self, line: &Line) -> Option<Change> {
        let places = places_of_quotes(self.text.get(line.code.clone())?);
        places.into_iter().find_map(|(offset, opens)| {
            let at = line.code.start + offset;
            let (_, tree) = self.tree(at, '"', false)?;
            let start = opening_quote(&tree, at)?;
            let (span, kind) = match (opens, start == at) {
                (true, true) => (span(at, at), SyntaxErrorKind::MissingMark { mark: '"', partner: None }),
                (false, false) => (span(start, start + 1), SyntaxErrorKind::UnterminatedString),
                _ => return None,
            };
            Some(Change { at, mark: '"', replaces: false, error: SyntaxError { span, kind } })
        })
    }

    /// A closing bracket is missing, or an opening one too many.
    fn closing(&mut self, kind: usize) -> Option<Change> {
        let &(open, close) = BRACKETS.get(kind)?;
        let openers: Vec<Mark> = self.of(kind, true);
        self.doubled(&openers, Says::NeverClosed)
            .or_else(|| {
                let lines = self.unbalanced_lines(kind, true);
                lines.into_iter().filter(|line| !line.heads).find_map(|line| {
                    let first = self.layout.on(&line).iter().find(|mark| mark.kind == kind && mark.opens)?.at;
                    let mut places = ends(self.text, &line);
                    places.retain(|at| *at > first);
                    // An object reaches as far as it can, a call or a list as far as it must.
                    if open == '{' {
                        places.reverse();
                    }
                    self.first(places, close, Says::Unclosed)
                })
            })
            .or_else(|| {
                let places: Vec<usize> = openers.iter().filter_map(|mark| self.end_of_block(mark)).collect();
                self.first(places, close, Says::Unclosed)
            })
            .or_else(|| {
                let from = openers.first()?.at;
                let lines = self.layout.lines.iter();
                let places: Vec<usize> = lines.flat_map(|line| ends(self.text, line)).collect();
                self.first(places.into_iter().filter(|at| *at > from), close, Says::Unclosed)
            })
    }

    /// An opening bracket is missing, or a closing one too many.
    fn opening(&mut self, kind: usize) -> Option<Change> {
        let &(open, _) = BRACKETS.get(kind)?;
        let closers: Vec<Mark> = self.of(kind, false);
        self.doubled(&closers, Says::Unopened)
            .or_else(|| {
                let places: Vec<usize> =
                    closers.iter().filter_map(|mark| self.head_of_block(mark, open)).collect();
                self.first(places, open, Says::Missing)
            })
            .or_else(|| {
                let lines = self.unbalanced_lines(kind, false);
                lines.into_iter().find_map(|line| {
                    let places = starts(self.text, &line);
                    self.first(places.into_iter().rev(), open, Says::Missing)
                })
            })
            .or_else(|| closers.iter().find_map(|mark| self.attempt(mark.at, ' ', true, Says::Unopened)))
            .or_else(|| {
                let places: Vec<usize> =
                    self.layout.lines.iter().flat_map(|line| starts(self.text, line)).collect();
                self.first(places.into_iter().rev(), open, Says::Missing)
            })
            .or_else(|| {
                // Inside a word: `lowere.body.name)`.
                let mut lines = self.unbalanced_lines(kind, false).into_iter();
                lines.find_map(|line| self.first(line.code.rev(), open, Says::Missing))
            })
    }

    /// One bracket is of the kind `close` where it should be of the kind `open`, or the other way round.
    fn swapped(&mut self, open: usize, close: usize) -> Option<Change> {
        let (&(_, right), &(left, _)) = (BRACKETS.get(open)?, BRACKETS.get(close)?);
        let closers = self.of(close, false).into_iter().map(|mark| (mark.at, right));
        let openers = self.of(open, true).into_iter().map(|mark| (mark.at, left));
        closers.chain(openers).find_map(|(at, mark)| self.attempt(at, mark, true, Says::Mismatched))
    }

    /// A bracket that stands there twice.
    fn doubled(&mut self, marks: &[Mark], says: Says) -> Option<Change> {
        let twice = marks.windows(2).filter_map(|pair| match pair {
            [first, second] if second.at == first.at + 1 => Some(second.at),
            _ => None,
        });
        twice.collect::<Vec<_>>().into_iter().find_map(|at| self.attempt(at, ' ', true, says))
    }

    fn of(&self, kind: usize, opens: bool) -> Vec<Mark> {
        let marks = self.layout.marks.iter();
        marks.filter(|mark| mark.kind == kind && mark.opens == opens).copied().collect()
    }

    /// For a line that opens brackets for the lines inside it, where a closing one is missing: behind the line at its
    /// indent that has too few, or behind the last line inside when there is none.
    fn end_of_block(&self, mark: &Mark) -> Option<usize> {
        let lines = &self.layout.lines;
        let at = lines.partition_point(|line| line.code.end <= mark.at);
        let head = lines.get(at).filter(|line| line.heads)?;
        let outside = lines.iter().skip(at + 1).position(|line| line.indent <= head.indent);
        let last = outside.map_or(lines.len(), |next| at + 1 + next);
        if let Some(end) = lines.get(last)
            && end.indent == head.indent
            && self.text.get(end.code.clone())?.starts_with(['}', ']', ')'])
        {
            let open = |line: &Line| {
                let marks = self.layout.on(line).iter().filter(|other| other.kind == mark.kind);
                marks.map(|mark| if mark.opens { 1 } else { -1 }).sum::<i32>()
            };
            return (open(head) + open(end) > 0).then_some(end.code.end);
        }
        Some(lines.get(last.checked_sub(1)?)?.code.end)
    }

    /// For a bracket that begins its line, and that no line at its indent opens: the end of the line that should.
    fn head_of_block(&self, mark: &Mark, open: char) -> Option<usize> {
        let lines = &self.layout.lines;
        let at = lines.partition_point(|line| line.code.end <= mark.at);
        let indent = lines.get(at).filter(|line| line.code.start == mark.at)?.indent;
        let head = lines.iter().take(at).rfind(|line| line.indent <= indent)?;
        let opened = self.text.get(head.code.clone())?.ends_with(open);
        (!opened).then_some(head.code.end)
    }

    /// Lines with more openers than closers of a kind, or the other way round.
    fn unbalanced_lines(&self, kind: usize, open: bool) -> Vec<Line> {
        let count = |line: &Line, opens: bool| {
            let marks = self.layout.on(line).iter();
            marks.filter(|mark| mark.kind == kind && mark.opens == opens).count()
        };
        let lines = self.layout.lines.iter();
        lines.filter(|line| count(line, open) > count(line, !open)).cloned().collect()
    }
}

/// Where something on a line may end: behind each word and sign.
fn ends(text: &str, line: &Line) -> Vec<usize> {
    let mut found: Vec<usize> = starts(text, line)
        .into_iter()
        .map(|at| text.get(..at).unwrap_or_default().trim_end().len())
        .filter(|at| *at > line.code.start)
        .collect();
    found.push(line.code.end);
    found
}

/// Where something on a line may begin: at each word, number and sign.
fn starts(text: &str, line: &Line) -> Vec<usize> {
    let code = text.get(line.code.clone()).unwrap_or_default();
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut before = ' ';
    let mut found = Vec::new();
    for (offset, c) in code.char_indices() {
        let inside = part(c) && part(before) && !(c.is_ascii_digit() && before.is_ascii_alphabetic());
        if !c.is_ascii_whitespace() && !inside {
            found.push(line.code.start + offset);
        }
        before = c;
    }
    found
}

/// Where a quote may be missing in a line, and whether it would be an opening one there.
fn places_of_quotes(code: &str) -> Vec<(usize, bool)> {
    let quotes = code.matches('"').count();
    let mut found = Vec::new();
    // Before each quote, from there back to the one before it.
    let mut opening = Vec::new();
    // Before what can follow text; where a blank follows text seldom ends.
    let (mut closing, mut seldom) = (Vec::new(), Vec::new());
    let mut before = ' ';
    let mut raw = false;
    for (at, c) in code.char_indices().chain([(code.len(), '\n')]) {
        if c == '"' {
            found.extend(opening.drain(..).rev());
        } else if before != '"' {
            if !c.is_ascii_whitespace() && (before.is_ascii_whitespace() || "[({".contains(before) || raw) {
                opening.push((at, true));
            }
            let rest = code.get(at..).unwrap_or_default();
            if before.is_ascii_whitespace() || "[({:,=".contains(before) {
            } else if rest.is_empty() || rest.starts_with([',', ']', ')', '}', ':']) || rest.starts_with(" }")
            {
                closing.push((at, false));
            } else if c.is_ascii_whitespace() {
                seldom.push((at, false));
            }
        }
        raw = c == 'r' && before.is_ascii_whitespace();
        before = c;
    }
    closing.append(&mut seldom);
    // With more text behind it on the line, the text ends where it can.
    if quotes > 1 {
        closing.sort_unstable();
    }
    found.append(&mut closing);
    found
}

/// The opening quote of the text that has a quote at `at`.
fn opening_quote(tree: &Tree, at: usize) -> Option<usize> {
    let at = span(at, at).start;
    let nodes = tree.nodes();
    let quote =
        nodes.iter().position(|node| node.kind == Kind::Rule(Rule::quote) && node.span.start == at)?;
    let text = |rule: Kind| matches!(rule, Kind::Rule(Rule::short_string | Rule::short_foreign));
    let whole = nodes.iter().take(quote).rfind(|node| text(node.kind) && node.end as usize > quote)?;
    Some(whole.span.start as usize)
}

/// Both signs of the kind of a bracket.
fn signs(bracket: char) -> Option<(&'static str, &'static str)> {
    Some(match bracket {
        '{' | '}' => ("{", "}"),
        '[' | ']' => ("[", "]"),
        '(' | ')' => ("(", ")"),
        '<' | '>' => ("<", ">"),
        _ => return None,
    })
}
