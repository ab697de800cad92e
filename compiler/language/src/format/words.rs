//! The words of a file, each with the comments before it and with what its author chose about lines.

use super::text;
use crate::syntax::tree::{Kind, Rule, Tree};

/// A comment.
#[derive(Debug)]
pub(super) struct Comment<'t> {
    /// Its text, without blanks at the end.
    pub text: &'t str,
    /// On a line of its own.
    pub own: bool,
    /// Below an empty line.
    pub blank: bool,
}

/// What is printed of a word.
#[derive(Debug)]
pub(super) enum Written {
    /// A line or less.
    Word(String),
    /// A text that goes over several lines.
    Text(text::Lines),
}

/// A leaf of the tree that is neither blank nor comment nor comma. A text is one word, with all that is in it.
#[derive(Debug)]
pub(super) struct Word<'t> {
    pub rule: Rule,
    pub start: u32,
    pub written: Written,
    /// The comments between the word before it and it.
    pub comments: Vec<Comment<'t>>,
    /// Something between the word before it and it ends a line.
    pub new_line: bool,
    /// There is an empty line right before it.
    pub blank: bool,
    /// A comma stands between the word before it and it.
    pub comma: bool,
}

impl Word<'_> {
    /// Whether it is this text.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(&self.written, Written::Word(word) if word == text)
    }

    /// Its characters, if it is part of a line.
    pub(super) fn text(&self) -> &str {
        match &self.written {
            Written::Word(word) => word,
            Written::Text(_) => "",
        }
    }
}

/// What is one word whatever is in it.
pub(super) fn is_whole(rule: Rule) -> bool {
    matches!(rule, Rule::string | Rule::tagged | Rule::literal | Rule::doc)
}

/// The words of a file, in order. The last is its end.
pub(super) fn words<'t>(text: &'t str, tree: &Tree) -> Vec<Word<'t>> {
    let mut words = Vec::new();
    let mut before = Before::default();
    let nodes = tree.nodes();
    let mut index = 0;
    while let Some(node) = nodes.get(index) {
        let written = text.get(node.span.start as usize..node.span.end as usize).unwrap_or_default();
        let whole = matches!(node.kind, Kind::Rule(rule) if is_whole(rule));
        let leaf = node.end as usize == index + 1;
        index = if whole { node.end as usize } else { index + 1 };
        match node.kind {
            Kind::Blank => before.blank(written),
            Kind::Comment => before.comment(written),
            Kind::Rule(Rule::comma) => before.comma = true,
            Kind::Rule(Rule::bom) | Kind::Other => {}
            Kind::Rule(rule) if (leaf || whole) && !written.is_empty() => {
                before.pass_signs(&mut words);
                words.push(before.word(rule, node.span.start, written));
                // The blank behind a minus is part of it.
                let sign = written.trim_end_matches([' ', '\t', '\r', '\n']);
                before.blank(written.get(sign.len()..).unwrap_or_default());
            }
            Kind::Rule(_) => {}
        }
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    words.push(before.word(Rule::EOI, end, ""));
    words
}

/// What stands before the next word.
#[derive(Default)]
struct Before<'t> {
    comments: Vec<Comment<'t>>,
    new_line: bool,
    /// How many lines have ended since the last word or comment.
    lines: usize,
    comma: bool,
}

impl<'t> Before<'t> {
    fn blank(&mut self, written: &str) {
        self.lines += written.bytes().filter(|byte| *byte == b'\n').count();
        self.new_line |= self.lines > 0;
    }

    fn comment(&mut self, written: &'t str) {
        self.comments.push(Comment { text: written.trim_end(), own: self.lines > 0, blank: self.lines > 1 });
        self.lines = 0;
    }

    /// The minus of a negative value touches it: comments behind one go before it.
    fn pass_signs(&mut self, words: &mut [Word<'t>]) {
        let signs = words.iter().rev().take_while(|word| word.rule == Rule::neg).count();
        if let Some(first) = words.iter_mut().rev().take(signs).last() {
            first.comments.append(&mut self.comments);
        }
    }

    fn word(&mut self, rule: Rule, start: u32, written: &str) -> Word<'t> {
        let before = std::mem::take(self);
        let written = match rule {
            // `not   in` is one word.
            Rule::infix | Rule::arithmetic => {
                Written::Word(written.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Rule::doc => Written::Word(written.trim_end().to_owned()),
            Rule::tagged => text::tagged(written),
            _ => text::literal(written),
        };
        Word {
            rule,
            start,
            written,
            comments: before.comments,
            new_line: before.new_line,
            blank: before.lines > 1,
            comma: before.comma,
        }
    }
}
