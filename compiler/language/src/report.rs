//! Where the passes put what they find.

use crate::diagnostics::{Diagnostic, FileId, Label, Place};
use crate::syntax::ast::Span;
use aev_plan::origin::Origin;
use std::collections::BTreeMap;

/// The diagnostics of one file, in the order in which they were found.
#[derive(Debug, Default)]
pub struct Reports {
    file: FileId,
    found: Vec<Diagnostic>,
    once: BTreeMap<String, usize>,
}

impl Reports {
    /// None yet.
    pub fn new(file: FileId, found: Vec<Diagnostic>) -> Reports {
        Reports { file, found, once: BTreeMap::new() }
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
                self.found.push(diagnostic);
            }
        }
    }

    /// Nothing can be made.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.found.iter().filter(|d| d.is_error()).count()
    }

    /// All of them, by place.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| d.labels.first().map(|label| (label.file, label.span)));
        self.found
    }
}
