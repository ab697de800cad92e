//! One bracket or quote too few, too many or of the wrong kind: the one change after which the text around it is
//! well-formed.
//!
//! Recovery in the grammar keeps a mistake from spreading over the file, but what a missing mark makes of the text
//! behind it looks like many mistakes. So where brackets or quotes do not pair, places for the change are tried, the
//! likeliest first, until one leaves no mistake in its item. Then that is the mistake, and the tree is that of the
//! changed text.

mod layout;
mod search;

use std::ops::Range;

use self::search::Search;
use super::error::SyntaxError;
use super::tree::span;

/// All tries for one file together may read so many bytes.
const BUDGET: usize = 1 << 18;
/// A longer item is left as it is.
const LONGEST: usize = 1 << 14;

/// A change of one byte, and what is said of it.
pub(super) struct Change {
    /// Where, in the text as written.
    pub at: usize,
    /// What is written there: a bracket, a quote, or a blank.
    pub mark: char,
    /// Whether it stands for the byte there, or before it.
    pub replaces: bool,
    /// The mistake.
    pub error: SyntaxError,
}

/// For each item with mistakes that one change would mend, that change, in the order of the text.
pub(super) fn changes(text: &str, errors: &[SyntaxError]) -> Vec<Change> {
    let mut budget = BUDGET;
    let wrong = |item: &Range<usize>| {
        let inside = |at: usize| item.contains(&at) || at == text.len() && item.end == at;
        errors.iter().any(|error| inside(error.span.start as usize))
    };
    let mut found = Vec::new();
    for item in layout::items(text).into_iter().filter(wrong) {
        let Some(slice) = text.get(item.clone()).filter(|slice| slice.len() <= LONGEST) else { continue };
        if let Some(mut change) = Search::new(slice, &mut budget).change() {
            change.at += item.start;
            change.error = change.error.moved(item.start);
            found.push(change);
        }
    }
    found
}

/// The text with the changes made.
pub(super) fn apply(text: &str, changes: &[Change]) -> String {
    let mut changed = String::with_capacity(text.len() + changes.len());
    let mut from = 0;
    for change in changes {
        changed.push_str(text.get(from..change.at).unwrap_or_default());
        changed.push(change.mark);
        from = change.at + usize::from(change.replaces);
    }
    changed.push_str(text.get(from..).unwrap_or_default());
    changed
}

/// Where a byte of the changed text stands in the text as written; a mark that was added has no width there.
pub(super) fn written(changes: &[Change]) -> impl Fn(u32) -> u32 {
    let added: Vec<usize> = changes
        .iter()
        .filter(|change| !change.replaces)
        .enumerate()
        .map(|(before, change)| change.at + before)
        .collect();
    move |at| at - span(0, added.partition_point(|mark| *mark < at as usize)).end
}
