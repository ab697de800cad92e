//! Every rule of the grammar is changed by a mutant, or comes of one.

use std::collections::BTreeSet;

use aev_language::syntax::parse;
use aev_language::syntax::tree::Kind;
use regex::Regex;

use super::changes::{every, spread};
use super::in_parallel;
use super::marks::without_a_mark;
use super::texts::texts;

/// Rules that no mutant reaches, and why.
const NOT_REACHED: &[(&str, &str)] = &[
    ("bom", "the programs have no byte order mark; a test of the parser has one"),
    ("file", "it is the text itself"),
    ("event_start", "it is only looked ahead for"),
    ("item_start", "it is only looked ahead for"),
    ("keyed", "it is only looked ahead for"),
    ("next_entry", "it is only looked ahead for"),
    ("reserved", "it is only looked ahead for"),
    ("open_foreign", "the quotes of a script are no nodes; the planted mistakes have one without its end"),
    ("wrong_comment", "comments are no nodes; the planted mistakes have some"),
];

/// The rules of the grammar that make a node.
fn rules() -> BTreeSet<String> {
    let grammar = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammar/aev.pest");
    let grammar = std::fs::read_to_string(grammar).unwrap();
    let rule = Regex::new(r"(?m)^(\w+)\s*=\s*([@$!]?)\{").unwrap();
    // Rules called `only_…` read again what is wrong; what they make is thrown away.
    rule.captures_iter(&grammar)
        .map(|found| found[1].to_owned())
        .filter(|name| !name.starts_with("only_"))
        .collect()
}

/// The rules of the nodes of a text.
fn nodes(text: &str) -> BTreeSet<String> {
    let kinds = parse(text).tree.nodes().iter().map(|node| node.kind).collect::<Vec<_>>();
    let rules = kinds.into_iter().filter_map(|kind| match kind {
        Kind::Rule(rule) => Some(format!("{rule:?}")),
        Kind::Blank | Kind::Comment | Kind::Other => None,
    });
    rules.collect()
}

#[test]
fn every_rule_of_the_grammar_is_changed_or_comes_of_a_change() {
    let mut reached = BTreeSet::new();
    for program in texts() {
        let before = nodes(&program.text);
        let all = every(&program.text);
        reached.extend(all.iter().flat_map(|change| change.rules.iter().cloned()));
        let changes = spread(all);
        let marks = without_a_mark(&program.text);
        reached.extend(marks.iter().map(|(rule, ..)| rule.clone()));
        // What a mark leaves behind is alike; quotes of long texts are rare.
        let few = marks.iter().enumerate().filter(|(index, mark)| index % 8 == 0 || mark.0 == "long_quote");
        let few = few.map(|(_, mark)| mark);
        let texts: Vec<&str> = changes
            .iter()
            .map(|change| change.text.as_str())
            .chain(few.map(|(.., text)| text.as_str()))
            .collect();
        for after in in_parallel(&texts, |text| nodes(text)) {
            reached.extend(after.difference(&before).cloned());
        }
    }
    let rules = rules();
    assert!(rules.len() > 200, "{} rules", rules.len());
    let excepted: BTreeSet<String> = NOT_REACHED.iter().map(|(rule, _)| (*rule).to_owned()).collect();
    let missing: Vec<&String> = rules.difference(&reached).collect();
    let missing: Vec<&&String> = missing.iter().filter(|rule| !excepted.contains(**rule)).collect();
    assert!(missing.is_empty(), "no mutant reaches {missing:?}");
    let needless: Vec<&String> =
        excepted.iter().filter(|rule| !rules.contains(*rule) || reached.contains(*rule)).collect();
    assert!(needless.is_empty(), "excepted, and reached or gone: {needless:?}");
}
