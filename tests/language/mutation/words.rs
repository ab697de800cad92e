//! Mistakes in every construct of the corpus. What a mutant means is not known here; so what may be accepted is in the list
//! of [`legal`](super::legal), everything else is one error at the place of the change, and which it is stands in
//! `codes.txt`. With `UPDATE_GOLDEN=1` in the environment that file is written anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aev_language::diagnostics::Diagnostic;

use super::changes::{Changed, Construct, every, spread};
use super::in_parallel;
use super::legal::{ELSEWHERE, LEGAL, SEVERAL};
use super::texts::{Program, texts};
use crate::explain::shown;

/// What came of the changes of one kind.
#[derive(Default)]
struct Row {
    legal: usize,
    wrong: usize,
    codes: BTreeSet<u16>,
}

/// How one change is shown.
fn described(program: &Program, change: &Changed, errors: &[Diagnostic]) -> String {
    let (before, after) = (&change.before, &change.after);
    format!(
        "{} in {} at {}: {before} becomes {after}\n{}",
        change.kind,
        program.name,
        change.at,
        shown(&change.text, errors)
    )
}

fn line(kind: &Construct) -> String {
    let Construct { name, place, how } = kind;
    format!("{name:<34} {place:<9} {:<9}", format!("{how:?}"))
}

/// The table: constructs, what is done to them, and what is said of it.
fn written(table: &BTreeMap<Construct, Row>) -> String {
    let mut text = String::new();
    for (kind, row) in table {
        let legal = (row.legal > 0).then(|| "legal".to_owned());
        let codes = row.codes.iter().map(|code| format!("AEV{code:04}"));
        let words: Vec<String> = legal.into_iter().chain(codes).collect();
        text.push_str(&format!("{}  {}\n", line(kind), words.join(" ")));
    }
    text
}

/// The lines in which two tables differ.
fn difference(expected: &str, found: &str) -> Vec<String> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (expected, found) = (lines(expected), lines(found));
    let gone = expected.difference(&found).map(|line| format!("- {line}"));
    gone.chain(found.difference(&expected).map(|line| format!("+ {line}"))).collect()
}

#[test]
fn every_change_of_the_corpus_is_one_error_at_its_place_or_listed_as_legal() {
    let mut table: BTreeMap<Construct, Row> = BTreeMap::new();
    let (mut several, mut elsewhere, mut total) = (Vec::new(), Vec::new(), 0);
    let (mut excused, mut accounted) = (BTreeSet::new(), BTreeSet::new());
    let programs = texts();
    for program in &programs {
        let all = spread(every(&program.text));
        total += all.len();
        for (change, errors) in all.iter().zip(in_parallel(&all, |change| program.errors(&change.text))) {
            match errors.as_slice() {
                [] => {}
                [error] => {
                    let known = ELSEWHERE.iter().position(|entry| change.kind.is(entry));
                    if change.explains(error) {
                        // It is where it should be.
                    } else if let Some(known) = known {
                        accounted.insert(known);
                    } else {
                        elsewhere.push(described(program, change, &errors));
                    }
                }
                _ => match SEVERAL.iter().position(|entry| change.kind.is(entry)) {
                    Some(entry) => _ = excused.insert(entry),
                    None => several.push(described(program, change, &errors)),
                },
            }
            if program.compiles() {
                let row = table.entry(change.kind.clone()).or_default();
                row.legal += usize::from(errors.is_empty());
                row.wrong += usize::from(!errors.is_empty());
                row.codes.extend(errors.iter().map(|error| error.code.number()));
            }
        }
    }
    for (kind, row) in &table {
        let codes: Vec<String> = row.codes.iter().map(|code| format!("AEV{code:04}")).collect();
        println!("{} {:>6} {:>6}  {}", line(kind), row.legal, row.wrong, codes.join(" "));
    }
    println!("{total} changes of {} programs", programs.len());
    assert!(total > 10_000, "too few changes");
    assert!(several.is_empty(), "{} with several errors\n{}", several.len(), several.join("\n----\n"));
    assert_eq!(excused.len(), SEVERAL.len(), "an entry of `SEVERAL` that never happens");
    assert_eq!(accounted.len(), ELSEWHERE.len(), "an entry of `ELSEWHERE` that never happens");
    assert!(elsewhere.is_empty(), "{} elsewhere\n{}", elsewhere.len(), elsewhere.join("\n----\n"));

    let accepted: BTreeSet<String> =
        table.iter().filter(|(_, row)| row.legal > 0).map(|(kind, _)| kind.to_string()).collect();
    let listed: Vec<&str> = LEGAL.iter().flat_map(|(_, entries)| entries.iter().copied()).collect();
    let unlisted: Vec<&str> =
        accepted.iter().map(String::as_str).filter(|kind| !listed.contains(kind)).collect();
    let never: Vec<&&str> = listed.iter().filter(|kind| !accepted.contains(**kind)).collect();
    assert!(unlisted.is_empty(), "accepted, and not in `LEGAL`:\n{}", unlisted.join("\n"));
    assert!(never.is_empty(), "in `LEGAL`, and never accepted: {never:?}");
    assert_eq!(listed.len(), accepted.len(), "an entry of `LEGAL` stands there twice");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("mutation/codes.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, written(&table)).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let different = difference(&expected, &written(&table));
    assert!(different.is_empty(), "set UPDATE_GOLDEN=1 and look at the difference\n{}", different.join("\n"));
}
