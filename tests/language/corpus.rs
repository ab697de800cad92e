//! Worked files for every source kind, action and filter form.

use std::path::Path;

use aev_language::compile::{Options, compile};
use aev_language::syntax::parse;

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

/// The files that use something that is not built yet.
const LATER: &[&str] = &[
    "azure-events-hub",
    "azure-triggers",
    "complete-trigger-parameterization",
    "environments",
    "forms",
    "orders",
    "pr-ci",
    "runtime-only",
    "sensor-to-existing-workflow-template",
    "source-filter",
    "trigger-with-policy",
    "trigger-with-template",
    "tutorial-parameterization",
    "webhook",
    "wild",
];

#[test]
fn every_file_compiles_whose_constructs_are_built() {
    let later: Vec<String> = files()
        .into_iter()
        .filter(|(name, text)| {
            compile(name, text, &Options::default()).diagnostics.iter().any(|d| d.is_error())
        })
        .map(|(name, _)| name.trim_end_matches(".aev").to_owned())
        .collect();
    assert_eq!(later, LATER);
}
