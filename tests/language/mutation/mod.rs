//! One mistake gives one error, at its place: every construct of the slice's programs is removed, renamed, retyped and
//! duplicated, and a rule says for each mutant whether it is still legal.

mod changes;
mod expressions;
mod items;
mod legal;
mod marks;
mod mutant;
mod reach;
mod shapes;
mod texts;
mod triggers;
mod types;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use aev_language::compile::{Options, compile};
use aev_language::diagnostics::{Diagnostic, Severity};

use crate::explain::shown;
use crate::fixes::fixed;
use mutant::{How, Mutant, Verdict, mutants};

/// Warnings that follow from a mutation: what it leaves unused, what it makes constant, what it makes superfluous.
fn follows(how: How, code: u16) -> bool {
    match how {
        How::Remove => matches!(code, 501..=504 | 506 | 515),
        How::Rename | How::Retype => matches!(code, 501..=504),
        How::Duplicate => matches!(code, 502 | 504 | 507 | 511),
        How::Foreign => false,
    }
}

/// What is not as the rule has it.
fn mismatch(mutant: &Mutant, diagnostics: &[Diagnostic], before: &BTreeSet<u16>) -> Option<String> {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
    let warning = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Warning)
        .map(|d| d.code.number())
        .find(|code| !before.contains(code) && !follows(mutant.how, *code));
    let problem = match (&mutant.verdict, errors.as_slice()) {
        (Verdict::Legal, []) => None,
        (Verdict::Legal, _) => Some("is legal and was refused".to_owned()),
        (Verdict::Wrong(_), []) => Some("is wrong and was accepted".to_owned()),
        (Verdict::Wrong(place), [error]) => {
            let span = error.labels[0].span;
            let right = mutant.allows(place, span.start as usize, span.end as usize);
            (!right).then(|| format!("has its caret elsewhere than {place:?}"))
        }
        (Verdict::Wrong(_), errors) => Some(format!("has {} errors", errors.len())),
    };
    problem.or(warning.map(|code| format!("has the warning AEV{code:04}")))
}

/// The results for each, in order.
fn in_parallel<M: Sync, T: Send>(mutants: &[M], each: impl Fn(&M) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = mutants.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let each = &each;
        let running: Vec<_> = mutants
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(each).collect::<Vec<T>>()))
            .collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// The files of the slice's programs.
fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> =
        std::fs::read_dir(root.join("slice")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(root.join("../../examples/pull-request/pull-request.aev"));
    files.sort();
    files
}

#[test]
fn every_wrong_mutant_has_one_error_at_its_place() {
    let files = programs();
    let mut table: BTreeMap<(&str, How), (usize, usize, BTreeSet<u16>)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let check = |text: &str| compile("mutant.aev", text, &Options::default()).diagnostics;
        let diagnostics = check(&text);
        assert!(!diagnostics.iter().any(Diagnostic::is_error), "{}", shown(&text, &diagnostics));
        let before: BTreeSet<u16> = diagnostics.iter().map(|d| d.code.number()).collect();
        let mutants = mutants(&text);
        for (mutant, diagnostics) in mutants.iter().zip(in_parallel(&mutants, |mutant| check(&mutant.text))) {
            let row = table.entry((mutant.what, mutant.how)).or_default();
            match mutant.verdict {
                Verdict::Legal => row.0 += 1,
                Verdict::Wrong(_) => row.1 += 1,
            }
            row.2.extend(diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code.number()));
            if let Some(problem) = mismatch(mutant, &diagnostics, &before) {
                let program = file.file_stem().unwrap().to_string_lossy();
                let said: Vec<Diagnostic> =
                    diagnostics.into_iter().filter(|d| d.severity != Severity::Note).collect();
                wrong.push(format!(
                    "{:?} {} in {}: {} becomes {}: it {problem}\n{}",
                    mutant.how,
                    mutant.what,
                    program,
                    mutant.before,
                    mutant.after,
                    shown(&mutant.text, &said)
                ));
            }
        }
    }
    let mut total = 0;
    println!("{:<28} {:<10} {:>6} {:>6}  codes", "construct", "mutation", "legal", "wrong");
    for ((what, how), (legal, refused, codes)) in &table {
        let codes: Vec<String> = codes.iter().map(|code| format!("AEV{code:04}")).collect();
        println!("{what:<28} {:<10} {legal:>6} {refused:>6}  {}", format!("{how:?}"), codes.join(" "));
        total += legal + refused;
    }
    println!("{total} mutants of {} programs, {} not as the rules have it", files.len(), wrong.len());
    assert!(total > 1000, "too few mutants");
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

#[test]
fn corrections_of_mutants_bring_no_error_and_leave_nothing_to_correct() {
    let (mut tried, mut corrected, mut restored) = (0, 0, 0);
    for file in programs() {
        let text = std::fs::read_to_string(file).unwrap();
        let mutants: Vec<Mutant> =
            mutants(&text).into_iter().filter(|mutant| matches!(mutant.verdict, Verdict::Wrong(_))).collect();
        for (mutant, result) in mutants.iter().zip(in_parallel(&mutants, |mutant| fixed(&mutant.text))) {
            tried += 1;
            corrected += usize::from(!result.applied.is_empty());
            restored += usize::from(result.text == text);
            let errors = |found: &[Diagnostic]| {
                let errors = found.iter().filter(|found| found.is_error());
                errors.map(|error| (error.code, error.message.clone())).collect::<BTreeSet<_>>()
            };
            let before = errors(&compile("mutant.aev", &mutant.text, &Options::default()).diagnostics);
            let new: Vec<_> = errors(&result.left).difference(&before).cloned().collect();
            assert!(new.is_empty(), "{new:?} came with {:?} into\n{}", result.applied, result.text);
        }
    }
    println!("of {tried} wrong mutants {corrected} were corrected, {restored} to the text they come from");
    assert!(restored > 100, "{restored} of {tried}");
}
