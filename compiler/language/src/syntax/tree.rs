//! The concrete tree: every byte of the text belongs to exactly one leaf.
//!
//! What a formatter, an editor and the builder of [`super::ast`] walk. Nodes lie in one vector in the order of the
//! text, parents before children.

use pest::iterators::Pairs;
use pest::{Parser as _, Token};

use super::ast::Span;
use super::error::SyntaxError;
use super::grammar::Grammar;
pub use super::grammar::Rule;
use super::recover;

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A rule of `grammar/aev.pest`; a leaf when it has no children.
    Rule(Rule),
    /// Blanks and newlines.
    Blank,
    /// A comment, without the newline.
    Comment,
    /// Text that is no part of a rule below its parent, such as the `${` of an interpolation.
    Other,
}

/// A node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub span: Span,
    /// Index one past its last descendant.
    pub end: u32,
}

/// The concrete tree of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// All nodes, parents before children. The first is the file.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The leaves, in the order of the text; their spans follow each other without a gap.
    pub fn leaves(&self) -> impl Iterator<Item = &Node> {
        let mut index = 0_u32;
        self.nodes.iter().filter(move |node| {
            index += 1;
            node.end == index
        })
    }

    /// The comments of all kinds, `///` included, in the order of the text.
    pub fn comments(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| matches!(node.kind, Kind::Comment | Kind::Rule(Rule::doc)))
    }

    /// The children of the node at `index`, with their indexes.
    pub fn children(&self, index: usize) -> Children<'_> {
        let end = self.nodes.get(index).map_or(0, |node| node.end as usize);
        Children { tree: self, next: index + 1, end }
    }

    /// One node without structure: for text that is not parsed at all.
    pub(super) fn flat(text: &str) -> Self {
        let mut builder = Builder::new(text);
        builder.open(Rule::file, 0);
        builder.fill(text.len());
        builder.close(text.len());
        Self { nodes: builder.nodes }
    }

    /// Moves every node; for the tree of a text that was changed before it was read.
    pub(super) fn map(&mut self, place: impl Fn(u32) -> u32) {
        for node in &mut self.nodes {
            node.span = Span { start: place(node.span.start), end: place(node.span.end) };
        }
    }

    /// Reads a file part by part, for one at a time has its tokens in memory.
    pub(super) fn new(text: &str) -> Result<Self, SyntaxError> {
        let mut builder = Builder::new(text);
        builder.open(Rule::file, 0);
        if text.starts_with(BYTE_ORDER_MARK) {
            builder.open(Rule::bom, 0);
            builder.close(BYTE_ORDER_MARK.len_utf8());
        }
        loop {
            let from = builder.cursor;
            let rest = text.get(from..).unwrap_or_default();
            match Grammar::parse(Rule::part, rest) {
                Ok(part) => builder.add(from, part),
                Err(_) if builder.rest_is_trivia(text.len()) => break,
                // The grammar accepts every text; should it once not, the place it stopped at is an error like others.
                Err(error) => return Err(recover::from_pest(text, from, rest, &error)),
            }
        }
        builder.fill(text.len());
        builder.close(text.len());
        Ok(Self { nodes: builder.nodes })
    }
}

/// See [`Tree::children`].
pub struct Children<'t> {
    tree: &'t Tree,
    next: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = (usize, Node);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        let node = *self.tree.nodes.get(index)?;
        self.next = (node.end as usize).max(index + 1);
        Some((index, node))
    }
}

struct Builder<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    open: Vec<usize>,
    /// First byte that has no leaf yet.
    cursor: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        // There are about as many nodes as half the bytes; what is not used of the room is never touched.
        Self { text, nodes: Vec::with_capacity(text.len() / 8 * 5 + 8), open: Vec::new(), cursor: 0 }
    }

    /// The nodes of a part that begins at `from`.
    fn add(&mut self, from: usize, part: Pairs<'_, Rule>) {
        for token in part.tokens() {
            match token {
                Token::Start { rule, pos } => self.open(rule, from + pos.pos()),
                Token::End { pos, .. } => self.close(from + pos.pos()),
            }
        }
    }

    fn open(&mut self, rule: Rule, at: usize) {
        if !self.open.is_empty() {
            self.fill(at);
        }
        self.open.push(self.nodes.len());
        self.nodes.push(Node { kind: Kind::Rule(rule), span: span(at, at), end: 0 });
    }

    fn close(&mut self, at: usize) {
        let Some(index) = self.open.pop() else { return };
        let childless = self.nodes.len() == index + 1;
        if childless {
            self.cursor = at.max(self.cursor);
        } else if !self.rest_is_trivia(at) {
            self.fill(at);
        }
        // Blanks and comments after the last child are the parent's.
        let end = self.cursor;
        let next = u32_of(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(index) {
            node.span.end = u32_of(end).max(node.span.start);
            node.end = next;
        }
    }

    fn rest_is_trivia(&self, to: usize) -> bool {
        let mut rest = self.text.get(self.cursor..to).unwrap_or_default();
        while !rest.is_empty() {
            match next_piece(rest) {
                (Kind::Other, _) => return false,
                (_, length) => rest = rest.get(length..).unwrap_or_default(),
            }
        }
        true
    }

    /// Leaves for the text between the cursor and `to`.
    fn fill(&mut self, to: usize) {
        while let Some(rest) = self.text.get(self.cursor..to).filter(|rest| !rest.is_empty()) {
            let (kind, length) = next_piece(rest);
            let end = self.cursor + length;
            let next = u32_of(self.nodes.len() + 1);
            self.nodes.push(Node { kind, span: span(self.cursor, end), end: next });
            self.cursor = end;
        }
    }
}

/// The first piece of text that no rule covers, and its length, at least one byte.
fn next_piece(text: &str) -> (Kind, usize) {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let until = |found: Option<usize>| found.unwrap_or(text.len());
    if text.starts_with(is_blank) {
        (Kind::Blank, until(text.find(|c| !is_blank(c))))
    } else if text.starts_with("//") || text.starts_with('#') {
        (Kind::Comment, until(text.find('\n')))
    } else if text.starts_with("/*") {
        (Kind::Comment, until(text.find("*/").map(|at| at + 2)))
    } else {
        let first = text.chars().next().map_or(1, char::len_utf8);
        let rest = text.get(first..).unwrap_or_default();
        let length = rest.find(|c| is_blank(c) || c == '/' || c == '#').map_or(text.len(), |at| at + first);
        (Kind::Other, length)
    }
}

pub(crate) fn span(start: usize, end: usize) -> Span {
    Span { start: u32_of(start), end: u32_of(end) }
}

/// Texts longer than the limit of [`super::parse`] are refused before this matters.
fn u32_of(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
