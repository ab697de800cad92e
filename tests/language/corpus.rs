//! Worked files for every source kind, action and filter form.

use std::collections::BTreeSet;
use std::path::Path;

use aev_language::compile::{Options, Target, compile};
use aev_language::diagnostics::Diagnostic;
use aev_language::syntax::parse;
use aev_language::target::argo;

/// Name and text of each file, in the order of the names.
pub fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "aev"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_parses_without_error() {
    let files = files();
    assert_eq!(files.len(), 74);
    for (name, text) in files {
        let errors = parse(&text).errors;
        assert!(errors.is_empty(), "{name}: {errors:#?}\n{}", &text[errors[0].span.start as usize..]);
    }
}

/// The files that are refused, with the codes that say why.
const REFUSED: &[(&str, &[u16])] = &[
    // Names of Secrets that Kubernetes does not take: they stand so in Argo's own example.
    ("azure-events-hub", &[111]),
    // `param`, `for` and `if` around items, and what is made of parameters.
    ("environments", &[2, 206]),
    // One of every form, of which the whole makes no sense.
    ("forms", &[2, 111, 206, 248, 303, 305, 701]),
    // `test`.
    ("orders", &[2]),
    ("pr-ci", &[2]),
    // `use`.
    ("sensor-to-existing-workflow-template", &[2]),
    // GitHub does not promise a sender.
    ("wild", &[210]),
];

/// Each file that is refused, with the codes of its errors.
fn refused(said: impl IntoIterator<Item = (String, Vec<u16>)>) -> Vec<(String, Vec<u16>)> {
    said.into_iter().filter(|(_, codes)| !codes.is_empty()).collect()
}

fn codes(said: &[Diagnostic]) -> Vec<u16> {
    let codes = said.iter().filter(|d| d.is_error()).map(|d| d.code.number());
    Vec::from_iter(codes.collect::<BTreeSet<u16>>())
}

fn listed(list: &[(&str, &[u16])]) -> Vec<(String, Vec<u16>)> {
    list.iter().map(|(name, codes)| ((*name).to_owned(), codes.to_vec())).collect()
}

#[test]
fn every_file_compiles_that_is_not_refused_for_a_reason() {
    let said = files().into_iter().map(|(name, text)| {
        let codes = codes(&compile(&name, &text, &Options::default()).diagnostics);
        (name.trim_end_matches(".aev").to_owned(), codes)
    });
    assert_eq!(refused(said), listed(REFUSED));
}

/// The files that Argo Events cannot do all of, with the codes that say so.
const NOT_FOR_ARGO: &[(&str, &[u16])] = &[
    // A part of a text, and JSON in a text, are values that a trigger cannot make.
    ("github", &[421]),
    ("mns", &[416, 421]),
    // What is done in another namespace needs a header that says its own.
    ("nightly", &[424]),
    ("release", &[424]),
    // What only the runtime can do.
    ("runtime-only", &[403, 410]),
    // A function of aev in a value of a trigger.
    ("trigger-with-template", &[421]),
    // An `argoWorkflow` without a source, which Argo's own validation refuses.
    ("tutorial-parameterization", &[428]),
];

#[test]
fn every_file_builds_for_argo_that_argo_can_do() {
    let options = Options { target: Some(Target::Argo) };
    let said = files().into_iter().map(|(name, text)| {
        let stem = name.trim_end_matches(".aev").to_owned();
        let compiled = compile(&name, &text, &options);
        let codes = match &compiled.plan {
            _ if REFUSED.iter().any(|(name, _)| *name == stem) => Vec::new(),
            Some(plan) => codes(&argo(plan).err().unwrap_or_default()),
            None => codes(&compiled.diagnostics),
        };
        (stem, codes)
    });
    assert_eq!(refused(said), listed(NOT_FOR_ARGO));
}

/// The plan of what only the runtime can do is whole. What it cannot run yet is said when a plan is made for it.
#[test]
fn what_only_the_runtime_can_do_is_in_the_plan() {
    let (name, text) = files().into_iter().find(|(name, _)| name == "runtime-only.aev").unwrap();
    let plan = compile(&name, &text, &Options::default()).plan.unwrap();
    let flows = plan.sensors[0].triggers.iter().map(|trigger| {
        let said: Vec<&str> = trigger.flow.said().map(|(word, _)| word).collect();
        (trigger.name.as_str(), said)
    });
    let flows: Vec<(&str, Vec<&str>)> = flows.collect();
    let expected = [
        ("release", vec!["match", "within"]),
        ("remind", vec!["match", "after"]),
        ("alarm", vec!["match", "within", "count"]),
        ("settle", vec!["match", "debounce", "order-by"]),
        ("store", vec!["batch"]),
    ];
    assert_eq!(flows, expected);
    assert!(plan.sources[0].events[0].verify.is_some());
    let options = Options { target: Some(aev_language::compile::Target::Plan) };
    let errors = compile(&name, &text, &options).diagnostics;
    assert!(!errors.is_empty() && errors.iter().all(|d| d.code.number() == 402), "{errors:#?}");
}
