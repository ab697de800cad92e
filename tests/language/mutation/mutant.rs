//! Mutants: a text with one change, and what a rule says of it.

use std::collections::BTreeMap;
use std::ops::Range;

use aev_language::syntax::ast::{File, Span};
use aev_language::syntax::parse;

use super::types::Types;

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Remove,
    Rename,
    Retype,
    Duplicate,
    /// As another language writes it.
    Foreign,
}

/// What a rule says of a mutant.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It compiles.
    Legal,
    /// It has one error, here.
    Wrong(Place),
}

/// Where the error of a mutant may stand.
#[derive(Clone, Debug)]
pub enum Place {
    /// On what was changed.
    Here,
    /// In the construct around what was removed; bytes of the original text.
    Within(Span),
    /// On a use of this name.
    Use(String),
    /// On one of several.
    Either(Vec<Place>),
}

/// A text with one change.
pub struct Mutant {
    /// The construct.
    pub what: &'static str,
    pub how: How,
    pub text: String,
    /// What stood there, and what stands there now.
    pub before: String,
    pub after: String,
    pub verdict: Verdict,
    /// Bytes of the original text that were replaced.
    replaced: Range<usize>,
}

impl Mutant {
    /// Whether a label on these bytes of the mutant is at the place.
    pub fn allows(&self, place: &Place, start: usize, end: usize) -> bool {
        // What is missing is missed at the next word, or at the end of the line.
        let after = self.replaced.start + self.after.len();
        let blanks = |text: &str| text.len() - text.trim_start().len();
        let before = &self.text[..self.replaced.start];
        let changed = before.trim_end().len()..after + blanks(&self.text[after..]);
        match place {
            Place::Here => start <= changed.end && end >= changed.start,
            Place::Within(span) => {
                let grown = (span.end as usize + self.after.len()).saturating_sub(self.before.len());
                start >= span.start as usize && end <= grown
            }
            Place::Use(name) => words(&self.text[start..end]).any(|(_, word)| word == name),
            Place::Either(places) => places.iter().any(|place| self.allows(place, start, end)),
        }
    }
}

/// The names in a text, with their places; a `-` belongs to a name as in the language.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.split(move |c| !part(c))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Where the `///` comments above a place begin, or the place.
pub fn documented(text: &str, mut start: usize) -> usize {
    while let Some((before, line)) = text[..start].trim_end().rsplit_once('\n')
        && line.trim_start().starts_with("///")
    {
        start = before.len() + 1;
    }
    start
}

/// All mutants of a text.
pub fn mutants(text: &str) -> Vec<Mutant> {
    let parsed = parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let mut walk = Walk { text, file: &parsed.file, types: Types::new(&parsed.file), found: BTreeMap::new() };
    walk.file();
    walk.found.into_values().collect()
}

/// Goes over a file and makes the mutants of each construct.
pub struct Walk<'a> {
    pub text: &'a str,
    pub file: &'a File,
    pub types: Types<'a>,
    /// By place, way and new text: a change is made once.
    found: BTreeMap<(usize, usize, String), Mutant>,
}

impl<'a> Walk<'a> {
    pub fn source(&self, span: Span) -> &'a str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// Whether a name stands in a part of the text.
    pub fn stands(&self, name: &str, span: Span) -> bool {
        words(self.source(span)).any(|(_, word)| word == name)
    }

    /// Replaces a span.
    pub fn replace(&mut self, what: &'static str, how: How, span: Span, new: &str, verdict: Verdict) {
        let replaced = span.start as usize..span.end as usize;
        let text = format!("{}{new}{}", &self.text[..replaced.start], &self.text[replaced.end..]);
        let before = self.source(span).to_owned();
        let key = (replaced.start, replaced.end, new.to_owned());
        let mutant = Mutant { what, how, text, before, after: new.to_owned(), verdict, replaced };
        self.found.entry(key).or_insert(mutant);
    }

    /// Removes a span and the comma after it.
    pub fn remove(&mut self, what: &'static str, span: Span, verdict: Verdict) {
        let rest = &self.text[span.end as usize..];
        let comma = rest.trim_start_matches(' ').starts_with(',');
        let more = if comma { rest.find(',').unwrap_or_default() + 1 } else { 0 };
        let span = Span { start: span.start, end: span.end + more as u32 };
        self.replace(what, How::Remove, span, "", verdict);
    }

    /// Removes what something cannot be without.
    pub fn gone(&mut self, what: &'static str, span: Span, around: Span) {
        let verdict = Verdict::Wrong(Place::Either(vec![Place::Here, Place::Within(around)]));
        self.replace(what, How::Remove, span, "", verdict);
    }

    /// An item with its documentation comment, which must not stay behind.
    pub fn documented(&self, span: Span) -> Span {
        Span { start: documented(self.text, span.start as usize) as u32, end: span.end }
    }

    /// Writes a span once more after itself.
    pub fn duplicate(&mut self, what: &'static str, span: Span, between: &str, verdict: Verdict) {
        let new = format!("{between}{}", self.source(span));
        self.replace(what, How::Duplicate, Span { start: span.end, end: span.end }, &new, verdict);
    }

    /// Gives a name, or a text in quotes, another spelling.
    pub fn rename(&mut self, what: &'static str, span: Span, verdict: Verdict) {
        let new = misspelt(self.text, self.source(span));
        self.replace(what, How::Rename, span, &new, verdict);
    }
}

/// A name, or a text in quotes, in a spelling that the text does not have: two letters changed places, or one is another.
pub fn misspelt(text: &str, name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let plain = |at: usize| letters.get(at).is_some_and(char::is_ascii_alphanumeric);
    let swapped = (2..letters.len())
        .rev()
        .filter(|at| plain(*at) && plain(*at - 1) && letters[*at] != letters[*at - 1])
        .map(|at| (at, at - 1, letters[at]));
    let other = (0..letters.len())
        .rev()
        .filter(|at| plain(*at))
        .flat_map(|at| ['x', 'y', 'z', 'q'].into_iter().map(move |new| (at, at, new)));
    let spelt = swapped.chain(other).map(|(one, other, new)| {
        let mut letters = letters.clone();
        letters.swap(one, other);
        letters[other] = new;
        letters.into_iter().collect::<String>()
    });
    let mut unknown = spelt.filter(|new| new != name && !words(text).any(|(_, word)| word == new));
    unknown.next().unwrap_or_else(|| panic!("no other spelling of {name}"))
}

/// The mistake is where the change is.
pub fn here() -> Verdict {
    Verdict::Wrong(Place::Here)
}

/// The mistake is in the construct around the change.
pub fn within(span: Span) -> Verdict {
    Verdict::Wrong(Place::Within(span))
}

/// The mistake is at a use of a name that is no longer there, if there is one.
pub fn at_use(name: &str, used: bool) -> Verdict {
    match used {
        true => Verdict::Wrong(Place::Use(name.to_owned())),
        false => Verdict::Legal,
    }
}

/// From the first byte of one to the last of another.
pub fn join(from: Span, to: Span) -> Span {
    Span { start: from.start, end: to.end }
}
