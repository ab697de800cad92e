//! From the tree to what is printed: words, and the blanks between them.

use super::doc::Doc;
use super::words::{Comment, Word, Written, is_whole};
use crate::syntax::tree::{Kind, Node, Rule, Tree};

/// A node with its index in the tree.
pub(super) type Child = (usize, Node, Rule);

/// Goes through a file once, from the first word to the last.
pub(super) struct Layout<'t> {
    pub tree: &'t Tree,
    pub words: &'t [Word<'t>],
    /// Index of the word that comes next.
    next: usize,
    /// The comments before it are printed already.
    told: bool,
    /// The word before it; none where a line or an entry begins.
    pub last: Option<&'t Word<'t>>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(tree: &'t Tree, words: &'t [Word<'t>]) -> Self {
        Layout { tree, words, next: 0, told: false, last: None }
    }

    /// The documentation, the header and the items of the file, and its end.
    pub(super) fn items(mut self) -> impl Iterator<Item = Vec<Doc<'t>>> {
        let items = self.tree.children(0).filter_map(child).filter(|(_, _, rule)| *rule != Rule::bom);
        let mut items = items.map(Some).chain([None]);
        let mut above = None;
        std::iter::from_fn(move || {
            Some(match items.next()? {
                Some(item) => {
                    let mut docs = self.between(above.replace(item.2));
                    docs.extend(self.entry(item));
                    docs
                }
                None => self.comments(true),
            })
        })
    }

    pub(super) fn children(&self, index: usize) -> Vec<Child> {
        self.tree.children(index).filter_map(child).collect()
    }

    /// The words of a node, and those behind it.
    pub(super) fn words_from(&self, node: Node) -> impl Iterator<Item = &'t Word<'t>> {
        let index = self.words.partition_point(|word| word.start < node.span.start);
        self.words.get(index..).unwrap_or_default().iter()
    }

    /// The first word of a node.
    pub(super) fn first_word(&self, node: Node) -> Option<&'t Word<'t>> {
        self.words_from(node).next()
    }

    /// Whether the author began a line with it.
    pub(super) fn begins_line(&self, (_, node, _): &Child) -> bool {
        self.first_word(*node).is_some_and(|word| word.new_line)
    }

    /// The word that comes next.
    pub(super) fn coming(&self) -> Option<&'t Word<'t>> {
        self.words.get(self.next)
    }

    /// The comments before the next word.
    pub(super) fn comments(&mut self, between: bool) -> Vec<Doc<'t>> {
        if std::mem::replace(&mut self.told, true) {
            return Vec::new();
        }
        let comments: &'t [Comment<'t>] = self.coming().map_or(&[], |word| &word.comments);
        comments.iter().map(|comment| Doc::Comment { comment, between }).collect()
    }

    /// The next word, whose text the caller prints.
    pub(super) fn take(&mut self) -> Option<&'t Word<'t>> {
        let word = self.coming()?;
        self.next += 1;
        self.told = false;
        self.last = Some(word);
        Some(word)
    }

    /// What is before the next word: comments and a blank.
    pub(super) fn before(&mut self) -> Vec<Doc<'t>> {
        let mut docs = self.comments(false);
        if let (Some(last), Some(coming)) = (self.last, self.coming())
            && spaced(last, coming)
        {
            docs.push(Doc::Space);
        }
        docs
    }

    /// The next word, with what is before it.
    pub(super) fn word(&mut self) -> Vec<Doc<'t>> {
        let mut docs = self.before();
        docs.extend(self.take().map(|word| match &word.written {
            Written::Word(text) => Doc::Text(text),
            Written::Text(lines) => Doc::Lines(lines),
        }));
        docs
    }

    /// What is before an entry or an item: comments and an empty line. `above` is what stands above it.
    pub(super) fn between(&mut self, above: Option<Rule>) -> Vec<Doc<'t>> {
        let mut docs = self.comments(true);
        // Documentation stands right above what it is about.
        let documented = above == Some(Rule::doc) && docs.is_empty();
        if self.coming().is_some_and(|word| word.blank) && !documented {
            docs.push(Doc::Blank);
        }
        docs
    }

    /// An entry or an item.
    pub(super) fn entry(&mut self, entry: Child) -> Vec<Doc<'t>> {
        self.last = None;
        self.node(entry)
    }

    pub(super) fn node(&mut self, (index, _, rule): Child) -> Vec<Doc<'t>> {
        let children = self.children(index);
        if children.is_empty() || is_whole(rule) {
            return self.word();
        }
        let mut docs = Vec::new();
        if matches!(rule, Rule::args | Rule::index | Rule::selector) {
            // They touch what they belong to.
            docs = self.comments(false);
            self.last = None;
        }
        docs.extend(self.form(rule, &children));
        docs
    }

    fn form(&mut self, rule: Rule, children: &[Child]) -> Vec<Doc<'t>> {
        match rule {
            Rule::expr | Rule::cond | Rule::sum => self.expression(children),
            Rule::condition | Rule::cond_and | Rule::type_expr => self.alternatives(children),
            Rule::where_ | Rule::match_ => self.hanging(children),
            Rule::paren => self.parenthesis(children),
            Rule::filter | Rule::event_body => self.clauses(children),
            Rule::trigger => self.trigger(children),
            Rule::for_ | Rule::if_ | Rule::else_if => self.braced(children),
            Rule::comprehension => self.comprehension(children),
            Rule::object
            | Rule::block
            | Rule::group
            | Rule::patch
            | Rule::record
            | Rule::body
            | Rule::items
            | Rule::sensor
            | Rule::test
            | Rule::list
            | Rule::args => self.bracketed(rule, children),
            _ => self.all(children),
        }
    }

    pub(super) fn all(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        children.iter().flat_map(|child| self.node(*child)).collect()
    }
}

fn child((index, node): (usize, Node)) -> Option<Child> {
    match node.kind {
        Kind::Rule(rule) if node.span.start < node.span.end => Some((index, node, rule)),
        _ => None,
    }
}

/// Whether a blank stands between two words of a line.
fn spaced(left: &Word<'_>, right: &Word<'_>) -> bool {
    let touches_right = matches!(
        left.rule,
        Rule::lparen | Rule::lbrack | Rule::langle | Rule::dot | Rule::coloncolon | Rule::neg | Rule::dots
    ) || is_range(left);
    let touches_left = matches!(
        right.rule,
        Rule::rparen
            | Rule::rbrack
            | Rule::rangle
            | Rule::langle
            | Rule::dot
            | Rule::coloncolon
            | Rule::colon
            | Rule::optional
    ) || is_range(right);
    !touches_right && !touches_left
}

/// The `..` between two times.
fn is_range(word: &Word<'_>) -> bool {
    word.rule == Rule::infix && word.is("..")
}
