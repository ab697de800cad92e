//! The entries of braces in which `...` brings some.

use crate::syntax::ast::{Entry, Field};
use std::collections::HashMap;

/// Entries in their order, found by their key: braces may have very many.
#[derive(Default)]
pub(super) struct Merged {
    /// None where a later one has won.
    entries: Vec<Option<Entry>>,
    /// Where the entries of a key are, and whether `...` has brought them.
    keys: HashMap<String, Vec<(usize, bool)>>,
}

impl Merged {
    /// Adds one that is written there. It wins over those that `...` has brought; of two that are written, the check speaks.
    pub(super) fn own(&mut self, field: Field) {
        self.add(field, false);
    }

    /// Adds what `...` brings. It wins over all before.
    pub(super) fn brought(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            match entry {
                Entry::Field(field) => self.add(field, true),
                Entry::Spread(_) => self.entries.push(Some(entry)),
            }
        }
    }

    fn add(&mut self, field: Field, brought: bool) {
        let place = self.entries.len();
        let same = self.keys.entry(field.key.value.clone()).or_default();
        for (before, was_brought) in std::mem::take(same) {
            match self.entries.get_mut(before) {
                Some(entry) if brought || was_brought => *entry = None,
                _ => same.push((before, was_brought)),
            }
        }
        same.push((place, brought));
        self.entries.push(Some(Entry::Field(field)));
    }

    pub(super) fn entries(self) -> impl Iterator<Item = Entry> {
        self.entries.into_iter().flatten()
    }
}
