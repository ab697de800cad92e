//! Changes of every construct of a program, by the rules of the grammar: words are misspelt, literals become others, parts
//! are removed and written twice, and signs are written as other languages write them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aev_catalogue::{ActionBody, Values};
use aev_language::diagnostics::Diagnostic;
use aev_language::syntax::ast::Span;
use aev_language::syntax::parse;
use aev_language::syntax::tree::{Kind, Node, Rule};

use super::mutant::{How, documented, misspelt, words};

/// Of one program at most so many changes of a kind, evenly spread: what the fifth header of a request becomes shows
/// nothing that the others do not.
const OF_A_KIND: usize = 4;

/// A text with one change.
pub struct Changed {
    /// What is changed: a rule of the grammar, the one around it, and where in the language it stands.
    pub kind: Construct,
    pub text: String,
    pub before: String,
    pub after: String,
    pub at: usize,
    /// The rules whose text is changed as a whole.
    pub rules: Vec<String>,
    /// The item, event, action or option that it stands in.
    around: Span,
    /// The name of the type that it is a part of.
    declares: Option<String>,
}

/// A construct and what is done to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Construct {
    pub name: String,
    pub place: &'static str,
    pub how: How,
}

impl fmt::Display for Construct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} of {}", self.how, self.name, self.place)
    }
}

impl Construct {
    /// Whether an entry of a list is about it.
    pub fn is(&self, (how, name, place, _): &(How, &str, &str, &str)) -> bool {
        self.how == *how && self.name == *name && self.place == *place
    }
}

impl Changed {
    /// Whether an error is at the place of the change: on it, in what it stands in, or at a use of a name in it. The value
    /// of a constant is a place of what is wrong with it, too, and so is the next word where something is missing.
    pub fn explains(&self, error: &Diagnostic) -> bool {
        let mut spans = error.labels.iter().filter(|label| label.file == 0).map(|label| label.span);
        let named = |word: &str| error.message.contains(&format!("`{word}`"));
        spans.any(|span| self.is_at(span)) || self.declares.as_deref().is_some_and(named)
    }

    fn is_at(&self, span: Span) -> bool {
        let (start, end) = (span.start as usize, span.end as usize);
        let grown = (self.around.end as usize + self.after.len()).saturating_sub(self.before.len());
        let within = start >= self.around.start as usize && start <= grown;
        let behind = self.text.get(self.at + self.after.len()..start).unwrap_or("none");
        let next =
            behind.lines().all(|line| line.split("//").next().is_some_and(|code| code.trim().is_empty()));
        let named = || {
            let label: BTreeSet<&str> = words(&self.text[start..end]).map(|(_, word)| word).collect();
            let mut changed = words(&self.before).chain(words(&self.after));
            changed.any(|(_, word)| label.contains(word))
        };
        within || next || named()
    }
}

/// What is done to a part of this kind.
fn changes(text: &str, rule: Rule, part: &str) -> Vec<(How, String)> {
    let rename = || (How::Rename, misspelt(text, part));
    let mut found = match rule {
        Rule::ident
        | Rule::name
        | Rule::var
        | Rule::kind
        | Rule::act_name
        | Rule::act_run
        | Rule::type_name => {
            vec![rename()]
        }
        Rule::string if part.starts_with('"') && part.contains(|c: char| c.is_ascii_alphanumeric()) => {
            vec![rename(), (How::Retype, "7".to_owned())]
        }
        Rule::number | Rule::duration | Rule::time | Rule::size | Rule::rate => {
            vec![(How::Retype, "\"zq\"".to_owned())]
        }
        Rule::constant | Rule::list => vec![(How::Retype, "7".to_owned())],
        Rule::where_ | Rule::alias | Rule::named | Rule::clause | Rule::block | Rule::generic | Rule::map => {
            vec![(How::Remove, String::new()), (How::Duplicate, format!("{part} {part}"))]
        }
        Rule::field
        | Rule::option
        | Rule::record_field
        | Rule::patch_field
        | Rule::item
        | Rule::event
        | Rule::raw
        | Rule::verify
        | Rule::on_failure => {
            vec![(How::Remove, String::new()), (How::Duplicate, format!("{part}\n{part}"))]
        }
        Rule::file => Vec::new(),
        // Marks that are forgotten are another test: they may well look like several mistakes.
        _ if !part.contains(|c: char| c.is_alphanumeric()) => Vec::new(),
        _ if format!("{rule:?}").starts_with("kw_") => vec![rename()],
        _ => vec![(How::Remove, String::new())],
    };
    found.extend(foreign(rule, part).into_iter().map(|sign| (How::Foreign, sign)));
    found
}

/// How other languages, or people in a hurry, write a part.
fn foreign(rule: Rule, part: &str) -> Vec<String> {
    let signs: &[&str] = match (rule, part) {
        (Rule::colon, _) => &[" =", " =>"],
        (Rule::equals, _) => &[":"],
        (Rule::comma, _) => &[";"],
        (Rule::coloncolon, _) => &[":"],
        (Rule::kw_and, _) | (Rule::infix, "and") => &["&&"],
        (Rule::kw_or, _) | (Rule::infix, "or") => &["||"],
        (Rule::not, _) => &["!"],
        (Rule::infix, "==") => &["=", "==="],
        (Rule::infix, "!=") => &["!==", "<>"],
        (Rule::infix, ">=") => &["=>"],
        (Rule::infix, "<=") => &["=<"],
        (Rule::infix, "matches") => &["=~"],
        (Rule::infix, "-") => &["-"],
        (Rule::kw_on_failure, _) => &["on_failure", "onFailure", "dlqTrigger"],
        (Rule::constant, "true") => &["True", "yes"],
        (Rule::constant, "null") => &["None", "nil"],
        _ => &[],
    };
    let mut signs: Vec<String> = signs.iter().map(|sign| (*sign).to_owned()).collect();
    match rule {
        Rule::string
            if part.len() > 2 && part.starts_with('"') && !part.contains(['\'', '\n', '$', '\\']) =>
        {
            signs.push(format!("'{}'", part.trim_matches('"')));
        }
        Rule::list if part.contains('"') && !part.contains([':', '{', '\n']) => {
            let inner = part.trim_matches(['[', ']']);
            signs.extend([format!("{{{inner}}}"), format!("({inner})")]);
        }
        Rule::duration => {
            let number: String = part.chars().take_while(char::is_ascii_digit).collect();
            signs.extend([format!("{number} hours"), format!("{number}mins")]);
        }
        _ => {}
    }
    signs
}

/// Of the changes of a text those of each kind up to [`OF_A_KIND`].
pub fn spread(all: Vec<Changed>) -> Vec<Changed> {
    let mut kinds: BTreeMap<Construct, Vec<Changed>> = BTreeMap::new();
    for change in all {
        kinds.entry(change.kind.clone()).or_default().push(change);
    }
    let some = |changes: Vec<Changed>| {
        let step = changes.len().div_ceil(OF_A_KIND);
        changes.into_iter().step_by(step)
    };
    kinds.into_values().flat_map(some).collect()
}

/// All changes of a text.
pub fn every(text: &str) -> Vec<Changed> {
    let parsed = parse(text);
    let nodes = parsed.tree.nodes();
    let mut around: Vec<Node> = Vec::new();
    let mut made: BTreeSet<(usize, usize, String)> = BTreeSet::new();
    let mut found = Vec::new();
    for (index, node) in (0_u32..).zip(nodes) {
        around.retain(|outer| outer.end > index);
        let Kind::Rule(rule) = node.kind else { continue };
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        for (how, after) in changes(text, rule, &text[start..end]) {
            // A comment that documents what is gone goes with it.
            let start = if how == How::Remove { documented(text, start) } else { start };
            if start == end || !made.insert((start, end, after.clone())) {
                continue;
            }
            let outer = around.last().map_or(Kind::Rule(Rule::file), |outer| outer.kind);
            let Kind::Rule(outer) = outer else { continue };
            found.push(Changed {
                kind: Construct {
                    name: format!("{rule:?} in {outer:?}"),
                    place: place(text, &around, rule),
                    how,
                },
                text: format!("{}{after}{}", &text[..start], &text[end..]),
                before: text[start..end].to_owned(),
                after,
                at: start,
                rules: whole(nodes, index as usize),
                around: construct(&around).unwrap_or(node.span),
                declares: declared(text, &around),
            });
        }
        around.push(*node);
    }
    found
}

/// The rules of a node and of those within it that have the same text.
fn whole(nodes: &[Node], index: usize) -> Vec<String> {
    let same = |node: &&Node| node.span == nodes[index].span;
    let rules = nodes[index..].iter().take_while(same).filter_map(|node| match node.kind {
        Kind::Rule(rule) => Some(format!("{rule:?}")),
        Kind::Blank | Kind::Comment | Kind::Other => None,
    });
    rules.collect()
}

/// The nearest construct that an error about a part of it may point at.
fn construct(around: &[Node]) -> Option<Span> {
    let whole = |node: &&Node| {
        matches!(
            node.kind,
            Kind::Rule(
                Rule::item | Rule::event | Rule::action | Rule::option | Rule::on_failure | Rule::header
            )
        )
    };
    around.iter().rfind(whole).map(|node| node.span)
}

/// The name behind the `type` that this is a part of.
fn declared(text: &str, around: &[Node]) -> Option<String> {
    let item = around.iter().find(|node| node.kind == Kind::Rule(Rule::type_))?;
    let mut written = words(&text[item.span.start as usize..item.span.end as usize]);
    written.nth(1).map(|(_, name)| name.to_owned())
}

/// Where in the language something stands.
fn place(text: &str, around: &[Node], rule: Rule) -> &'static str {
    let own = Node { kind: Kind::Rule(rule), span: Span { start: 0, end: 0 }, end: 0 };
    let nodes: Vec<Node> = around.iter().copied().chain([own]).collect();
    let named = nodes.iter().enumerate().rev().find_map(|(index, node)| {
        Some(match node.kind {
            Kind::Rule(Rule::raw) => "raw",
            Kind::Rule(Rule::verify) => "verify",
            Kind::Rule(Rule::where_) => "where",
            Kind::Rule(Rule::map) => "map",
            Kind::Rule(Rule::patch) => "patch",
            Kind::Rule(Rule::clause) => "clause",
            Kind::Rule(Rule::condition) => "on",
            Kind::Rule(Rule::option) => "option",
            Kind::Rule(Rule::action) if index + 1 < nodes.len() => in_action(text, node, &nodes[index + 1..]),
            Kind::Rule(Rule::on_failure | Rule::trigger) => "trigger",
            Kind::Rule(Rule::type_expr | Rule::type_ | Rule::generic) => "type",
            Kind::Rule(Rule::let_) => "constant",
            Kind::Rule(Rule::bus) => "bus",
            Kind::Rule(Rule::event_body) => "event",
            Kind::Rule(Rule::source) => "source",
            Kind::Rule(Rule::filter) => "filter",
            Kind::Rule(Rule::header) => "header",
            Kind::Rule(Rule::test) => "test",
            Kind::Rule(Rule::sensor) => "sensor",
            _ => return None,
        })
    });
    named.unwrap_or("file")
}

/// What a part of an action is: its name, an argument, what it acts on, a field, or a value that is sent.
fn in_action(text: &str, action: &Node, inner: &[Node]) -> &'static str {
    let inside = |rule| inner.iter().position(|node| node.kind == Kind::Rule(rule));
    let Some(object) = inside(Rule::object) else {
        return if inside(Rule::args).is_some() { "argument" } else { "action" };
    };
    let action = &text[action.span.start as usize..];
    let name: &str = action.split([' ', '(', '{', '\n']).next().unwrap_or_default();
    let Some(kind) = aev_catalogue::action(name) else { return "field" };
    let ActionBody::Fields(block) = kind.body else { return "object" };
    let field = inner[object..].iter().find(|node| node.kind == Kind::Rule(Rule::field) && node.end != 0);
    let Some(field) = field else { return "field" };
    let key = text[field.span.start as usize..].split(':').next().unwrap_or_default().trim_matches('"');
    match block.field(key) {
        Some(field) if field.values != Values::Constant => "value",
        _ => "field",
    }
}
