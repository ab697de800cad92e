//! Mistakes in every construct of the corpus: words are misspelt, literals become others, parts are removed and written
//! twice. What a mutant means is not known here, so it may be legal; but it is never more than one error.

use std::collections::{BTreeMap, BTreeSet};

use aev_language::compile::{Options, compile};
use aev_language::diagnostics::Diagnostic;
use aev_language::syntax::parse;
use aev_language::syntax::tree::{Kind, Rule};

use super::mutant::How;
use super::{in_parallel, programs};
use crate::corpus::files;
use crate::explain::shown;

/// A text with one change.
struct Changed {
    /// The construct: a rule of the grammar within another.
    construct: String,
    how: How,
    text: String,
    before: String,
    after: String,
    at: usize,
}

/// What came of the changes of one kind.
#[derive(Default)]
struct Row {
    legal: usize,
    one: usize,
    several: usize,
    codes: BTreeSet<u16>,
}

/// What is done to a part of this kind.
fn changes(rule: Rule, part: &str) -> Vec<(How, String)> {
    let misspelt = format!("{part}zq");
    match rule {
        Rule::ident | Rule::name | Rule::var | Rule::kind | Rule::act_name | Rule::type_name => {
            vec![(How::Rename, misspelt)]
        }
        Rule::string if part.len() > 2 && part.starts_with('"') && !part.starts_with("\"\"\"") => {
            vec![(How::Rename, format!("{}zq\"", part.trim_end_matches('"'))), (How::Retype, "7".to_owned())]
        }
        Rule::number | Rule::duration | Rule::time | Rule::size | Rule::rate => {
            vec![(How::Retype, "\"zq\"".to_owned())]
        }
        Rule::constant => vec![(How::Retype, "7".to_owned())],
        Rule::list => vec![(How::Retype, "7".to_owned())],
        Rule::where_ | Rule::alias | Rule::named | Rule::clause | Rule::block | Rule::generic | Rule::map => {
            vec![(How::Remove, String::new()), (How::Duplicate, format!("{part} {part}"))]
        }
        Rule::index | Rule::member | Rule::attribute => vec![(How::Remove, String::new())],
        Rule::field | Rule::option | Rule::record_field | Rule::patch_field | Rule::item | Rule::event => {
            vec![(How::Remove, String::new()), (How::Duplicate, format!("{part}\n{part}"))]
        }
        Rule::spread | Rule::arg | Rule::action | Rule::on_failure | Rule::from_call | Rule::let_ => {
            vec![(How::Remove, String::new())]
        }
        _ => Vec::new(),
    }
}

/// All changes of a text.
fn changed(text: &str) -> Vec<Changed> {
    let parsed = parse(text);
    let nodes = parsed.tree.nodes();
    let mut around: Vec<(Rule, u32)> = Vec::new();
    let mut found = Vec::new();
    for (index, node) in (0_u32..).zip(nodes) {
        around.retain(|(_, end)| *end > index);
        let Kind::Rule(rule) = node.kind else { continue };
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        for (how, after) in changes(rule, &text[start..end]) {
            // A comment that documents what is gone goes with it.
            let start = if how == How::Remove { documented(text, start) } else { start };
            let outer = around.last().map_or(Rule::file, |(rule, _)| *rule);
            found.push(Changed {
                construct: format!("{rule:?} in {outer:?}"),
                how,
                text: format!("{}{after}{}", &text[..start], &text[end..]),
                before: text[start..end].to_owned(),
                after,
                at: start,
            });
        }
        around.push((rule, node.end));
    }
    found
}

/// Where the `///` comments above a place begin, or the place.
fn documented(text: &str, mut start: usize) -> usize {
    while let Some((before, line)) = text[..start].trim_end().rsplit_once('\n')
        && line.trim_start().starts_with("///")
    {
        start = before.len() + 1;
    }
    start
}

/// The texts that compile.
fn texts() -> Vec<(String, String)> {
    let slice = programs().into_iter().map(|path| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
    });
    slice.chain(files()).filter(|(name, text)| errors(name, text).is_empty()).collect()
}

fn errors(name: &str, text: &str) -> Vec<Diagnostic> {
    let found = compile(name, text, &Options::default()).diagnostics;
    found.into_iter().filter(Diagnostic::is_error).collect()
}

#[test]
fn every_change_of_the_corpus_is_at_most_one_error() {
    let mut table: BTreeMap<(String, How), Row> = BTreeMap::new();
    let mut several = Vec::new();
    let mut total = 0;
    let texts = texts();
    for (name, text) in &texts {
        let all = changed(text);
        for (change, errors) in all.iter().zip(in_parallel(&all, |change| errors(name, &change.text))) {
            total += 1;
            let row = table.entry((change.construct.clone(), change.how)).or_default();
            match errors.len() {
                0 => row.legal += 1,
                1 => row.one += 1,
                _ => row.several += 1,
            }
            row.codes.extend(errors.iter().map(|error| error.code.number()));
            if errors.len() > 1 {
                several.push(format!(
                    "{:?} {} in {name} at {}: {} becomes {}\n{}",
                    change.how,
                    change.construct,
                    change.at,
                    change.before,
                    change.after,
                    shown(&change.text, &errors)
                ));
            }
        }
    }
    println!("{:<34} {:<10} {:>6} {:>6} {:>8}  codes", "construct", "mutation", "legal", "one", "several");
    for ((construct, how), Row { legal, one, several, codes }) in &table {
        let codes: Vec<String> = codes.iter().map(|code| format!("AEV{code:04}")).collect();
        let how = format!("{how:?}");
        println!("{construct:<34} {how:<10} {legal:>6} {one:>6} {several:>8}  {}", codes.join(" "));
    }
    println!("{total} changes of {} programs, {} with several errors", texts.len(), several.len());
    assert!(total > 10_000, "too few changes");
    assert!(several.is_empty(), "{}", several.join("\n----\n"));
}
