//! What is to be printed, before it is known where lines end.

use super::text::Lines;
use super::words::Comment;

/// A piece of the result.
#[derive(Debug)]
pub(super) enum Doc<'t> {
    /// A part of a line.
    Text(&'t str),
    /// A text over several lines.
    Lines(&'t Lines),
    /// A blank, unless a line begins here.
    Space,
    /// A blank, or a new line where the group around it is broken, so many columns left of its indent.
    Line { outdent: usize },
    /// Between two entries: a comma and a blank, or a new line where the brackets are broken. With `comma` the new line
    /// comes behind a comma, because what follows would otherwise be read as the rest of the entry.
    Separator { comma: bool },
    /// A comment. `between` entries an empty line before it is kept.
    Comment { comment: &'t Comment<'t>, between: bool },
    /// An empty line before what follows.
    Blank,
    /// One step further in.
    Nest(Part<'t>),
    /// Further lines begin in the column where this begins.
    Hang(Part<'t>),
    /// On one line if it may and fits; otherwise every [`Doc::Line`] in it is a new one.
    Group(Part<'t>),
    /// Entries in brackets.
    Bracket(Box<Bracket<'t>>),
}

/// Several pieces.
#[derive(Debug)]
pub(super) struct Part<'t> {
    pub docs: Vec<Doc<'t>>,
    /// It takes more than one line, whatever fits.
    pub broken: bool,
}

/// Entries in brackets.
#[derive(Debug)]
pub(super) struct Bracket<'t> {
    pub open: &'t str,
    /// Entries with separators between them.
    pub inside: Vec<Doc<'t>>,
    /// Comments before the closing bracket.
    pub comments: Vec<Doc<'t>>,
    pub close: &'t str,
    /// There are blanks inside the brackets when all is on one line.
    pub padded: bool,
    /// It takes more than one line, whatever fits.
    pub broken: bool,
    /// The only entry begins and ends on the lines of the brackets, though it is broken itself: `[{` and `}]`.
    pub hugs: bool,
    /// It is indented from the item that it belongs to, not from the line it begins on.
    pub outer: bool,
}

impl<'t> Doc<'t> {
    pub(super) fn nest(docs: Vec<Doc<'t>>) -> Doc<'t> {
        Doc::Nest(Part::new(docs, false))
    }

    pub(super) fn hang(docs: Vec<Doc<'t>>) -> Doc<'t> {
        Doc::Hang(Part::new(docs, false))
    }

    /// A group, which is broken when it is said to be, or when something in it is.
    pub(super) fn group(docs: Vec<Doc<'t>>, broken: bool) -> Doc<'t> {
        Doc::Group(Part::new(docs, broken))
    }

    fn is_broken(&self) -> bool {
        match self {
            Doc::Lines(_) | Doc::Comment { .. } => true,
            Doc::Text(_) | Doc::Space | Doc::Line { .. } | Doc::Separator { .. } | Doc::Blank => false,
            Doc::Nest(part) | Doc::Hang(part) | Doc::Group(part) => part.broken,
            Doc::Bracket(bracket) => bracket.broken,
        }
    }
}

impl<'t> Part<'t> {
    fn new(docs: Vec<Doc<'t>>, broken: bool) -> Part<'t> {
        let broken = broken || any_broken(&docs);
        Part { docs, broken }
    }
}

/// Whether one of them takes more than one line, whatever fits.
pub(super) fn any_broken(docs: &[Doc<'_>]) -> bool {
    docs.iter().any(Doc::is_broken)
}

/// Whether the last piece brings its own lines, and nothing before it takes more than one.
pub(super) fn ends_in_lines(docs: &[Doc<'_>]) -> bool {
    match docs.split_last() {
        Some((Doc::Bracket(_) | Doc::Lines(_), before)) => !any_broken(before),
        _ => false,
    }
}
