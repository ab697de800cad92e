//! Punctuation that is forgotten: of every program, each bracket, quote and sign once.

use std::collections::BTreeMap;

use aev_language::compile::{Options, compile};
use aev_language::syntax::parse;
use aev_language::syntax::tree::{Kind, Node, Rule};

use super::{in_parallel, programs};
use crate::corpus::files;

/// Punctuation, as opposed to words, text and blanks.
fn is_mark(text: &str, leaf: &Node) -> bool {
    let text = &text[leaf.span.start as usize..leaf.span.end as usize];
    match leaf.kind {
        Kind::Blank | Kind::Comment => false,
        Kind::Rule(Rule::doc | Rule::short_text | Rule::long_text | Rule::foreign_text | Rule::escape) => {
            false
        }
        Kind::Rule(_) | Kind::Other => !text.contains(|c: char| c.is_alphanumeric() || c == '_'),
    }
}

/// The rule of each mark, the mark, and the text without it.
pub fn without_a_mark(text: &str) -> Vec<(String, String, String)> {
    let parsed = parse(text);
    let marks = parsed.tree.leaves().filter(|leaf| is_mark(text, leaf));
    let without = marks.map(|leaf| {
        let (start, end) = (leaf.span.start as usize, leaf.span.end as usize);
        let rule = match leaf.kind {
            Kind::Rule(rule) => format!("{rule:?}"),
            Kind::Blank | Kind::Comment | Kind::Other => String::new(),
        };
        (rule, text[start..end].to_owned(), format!("{}{}", &text[..start], &text[end..]))
    });
    without.collect()
}

/// Prints how many errors there are without each mark; how many texts have several, and how many there are.
fn measure(texts: &[String], errors: impl Fn(&str) -> usize + Sync) -> (usize, usize) {
    let mutants: Vec<(String, String, String)> = texts.iter().flat_map(|text| without_a_mark(text)).collect();
    let mut table: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for ((_, mark, _), errors) in mutants.iter().zip(in_parallel(&mutants, |(.., text)| errors(text))) {
        table.entry(mark).or_default()[errors.min(2)] += 1;
    }
    println!("{:<6} {:>6} {:>6} {:>8}", "mark", "legal", "one", "several");
    for (mark, [legal, one, several]) in &table {
        println!("{mark:<6} {legal:>6} {one:>6} {several:>8}");
    }
    let several = table.values().map(|row| row[2]).sum();
    println!("{several} of {} have several errors", mutants.len());
    (several, mutants.len())
}

/// One mistake cannot always be told from several; so it shall seldom look like that.
#[test]
fn a_mark_that_is_missing_is_seldom_more_than_one_error() {
    let compiled = |text: &str| {
        let found = compile("mutant.aev", text, &Options::default()).diagnostics;
        found.iter().filter(|d| d.is_error()).count()
    };
    let texts: Vec<String> = programs().iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    assert!(texts.iter().all(|text| compiled(text) == 0));
    let (several, all) = measure(&texts, compiled);
    assert!(several * 50 <= all, "{several} of {all}");

    let texts: Vec<String> = files().into_iter().map(|(_, text)| text).step_by(4).collect();
    let (several, all) = measure(&texts, |text| parse(text).errors.len());
    assert!(several * 100 <= all, "{several} of {all}");
}
