//! Where the passes put what they find.

use crate::diagnostics::{Diagnostic, FileId, Label, Place};
use crate::syntax::ast::Span;
use aev_plan::origin::Origin;
use std::collections::BTreeMap;

/// The key of a name that nothing has, wherever it is missed.
pub fn missed(name: &str) -> String {
    format!("name {name}")
}

/// The diagnostics of one file, in the order in which they were found.
#[derive(Debug, Default)]
pub struct Reports {
    file: FileId,
    found: Vec<Diagnostic>,
    /// How many of them are errors.
    errors: usize,
    once: BTreeMap<String, usize>,
    /// From a brace that is never closed to the next item: what stands in which braces is unknown there.
    unclosed: Vec<Span>,
    /// Lines that were read as they may have been meant.
    guessed: Vec<Span>,
    /// Braces of which nobody knows what may stand in them.
    unreadable: Vec<Span>,
    /// Errors that another one explains: their index, and the key of the other.
    explained: Vec<(usize, String)>,
    /// Where a constant was put in, and where its value stands; in order.
    constants: Vec<(Span, Span)>,
}

impl Reports {
    /// None yet.
    pub fn new(file: FileId, found: Vec<Diagnostic>) -> Reports {
        Reports {
            file,
            errors: found.iter().filter(|d| d.is_error()).count(),
            found,
            once: BTreeMap::new(),
            explained: Vec::new(),
            unreadable: Vec::new(),
            unclosed: Vec::new(),
            guessed: Vec::new(),
            constants: Vec::new(),
        }
    }

    /// Remembers where constants were put in: what is wrong there points at their values, too.
    pub fn put_in(&mut self, mut constants: Vec<(Span, Span)>) {
        constants.sort_unstable();
        self.constants = constants;
    }

    /// Something has been said with this key.
    pub fn has(&self, key: &str) -> bool {
        self.once.contains_key(key)
    }

    /// Remembers where the braces do not say what belongs together.
    pub fn unclosed(&mut self, spans: Vec<Span>) {
        self.unclosed = spans;
    }

    /// Remembers the lines of which nothing more is said.
    pub fn guessed(&mut self, lines: Vec<Span>) {
        self.guessed = lines;
    }

    /// Remembers braces that belong to something unknown: that they could not be read is no mistake of its own.
    pub fn unreadable(&mut self, braces: Span) {
        self.unreadable.push(braces);
    }

    /// Whether the braces around this place may be others than they seem.
    pub fn misplaced(&self, at: Span) -> bool {
        self.unclosed.iter().any(|span| span.start < at.start && at.end <= span.end)
    }

    /// A place in this file.
    pub fn at(&self, span: Span) -> Place {
        Place::new(self.file, span)
    }

    /// The origin of a node of the plan.
    pub fn origin(&self, span: Span) -> Origin {
        Origin { file: self.file, start: span.start, end: span.end }
    }

    /// Adds one.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        self.found.push(diagnostic);
    }

    /// Adds one for a mistake that shows in several places; later ones with the same key only add their place to it.
    pub fn add_once(&mut self, key: String, diagnostic: Diagnostic) {
        match self.once.get(&key).and_then(|index| self.found.get_mut(*index)) {
            Some(first) => {
                let places = diagnostic.labels.into_iter().take(1);
                first.labels.extend(places.map(|label| Label { text: "and here".to_owned(), ..label }));
                // One correction for all places.
                if let (Some(fix), Some(more)) = (&mut first.fix, diagnostic.fix) {
                    fix.edits.extend(more.edits);
                }
            }
            None => {
                self.once.insert(key, self.found.len());
                self.add(diagnostic);
            }
        }
    }

    /// Adds one as [`Reports::add_once`] does, unless there is, at the end, one with the key `cause`: then that is the
    /// mistake, and this only shows it.
    pub fn add_unless(&mut self, cause: String, key: String, diagnostic: Diagnostic) {
        let index = self.found.len();
        self.add_once(key, diagnostic);
        if self.found.len() > index {
            self.explained.push((index, cause));
        }
    }

    /// Gives a mistake that was reported last a key for what it explains.
    pub fn explains(&mut self, cause: String) {
        self.once.entry(cause).or_insert(self.found.len().saturating_sub(1));
    }

    /// Nothing can be made.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Something in this span has been reported as an error.
    pub fn any_within(&self, span: Span) -> bool {
        // Most files have none, and this is asked for each filter.
        let found = if self.errors == 0 { &[] } else { self.found.as_slice() };
        let errors = found.iter().filter(|d| d.is_error()).filter_map(|d| d.labels.first());
        errors.map(|label| label.span).any(|at| span.start <= at.start && at.end <= span.end)
    }

    /// Something in this span could not be read, which has been reported.
    pub fn unparsed_within(&self, span: Span) -> bool {
        // They were there before anything was checked.
        let unparsed = self.found.iter().take_while(|d| d.code.number() == 1);
        let unparsed = unparsed.filter_map(|d| d.labels.first());
        unparsed.map(|label| label.span).any(|at| span.start <= at.start && at.end <= span.end)
    }

    /// Something right behind this span could not be read: what stands here is perhaps only part of what was meant.
    pub fn cut_short(&self, span: Span) -> bool {
        let unparsed = self.found.iter().take_while(|d| d.code.number() == 1);
        let unparsed = unparsed.filter_map(|d| d.labels.first());
        unparsed
            .map(|label| label.span.start)
            .any(|start| (span.end..=span.end.saturating_add(1)).contains(&start))
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// All of them, by place.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        for (index, cause) in self.explained.iter().rev() {
            if self.once.contains_key(cause) {
                self.found.remove(*index);
            }
        }
        let within =
            |at: Span, spans: &[Span]| spans.iter().any(|span| span.start < at.start && at.end < span.end);
        let unreadable = |d: &Diagnostic| {
            d.code.number() == 1 && d.labels.first().is_some_and(|label| within(label.span, &self.unreadable))
        };
        if self.found.iter().any(unreadable) {
            self.found.retain(|d| !unreadable(d));
            let unparsed = self.found.iter().filter(|d| d.code.number() == 1);
            let starts: Vec<u32> =
                unparsed.filter_map(|d| d.labels.first().map(|label| label.span.start)).collect();
            self.guessed.retain(|line| starts.iter().any(|start| line.start <= *start && *start <= line.end));
        }
        let guessed = |at: u32| {
            let lines = self.guessed.partition_point(|line| line.start <= at);
            self.guessed.get(..lines).and_then(<[Span]>::last).is_some_and(|line| at <= line.end)
        };
        let first = |d: &Diagnostic| d.labels.first().map(|label| label.span.start);
        self.found.retain(|d| d.code.number() == 1 || !first(d).is_some_and(guessed));
        for found in &mut self.found {
            let Some(at) = found.labels.first().map(|label| label.span) else { continue };
            let index = self.constants.partition_point(|(used, _)| *used < at);
            if let Some((_, value)) = self.constants.get(index).filter(|(used, _)| *used == at) {
                let text = "the value of the constant".to_owned();
                found.labels.push(Label { file: self.file, span: *value, text });
                // Whether it is mended here or there is for the reader to say.
                found.fix = None;
            }
        }
        self.found.sort_by_key(|d| d.labels.first().map(|label| (label.file, label.span)));
        // A constant that is used twice is wrong once.
        self.found.dedup();
        self.found
    }
}
