//! The manifests of the examples.

use aev_oracle::{Oracle, program};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Files of manifests below `folder`, in order.
fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(manifests(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn argo_takes_every_manifest_of_the_examples() {
    let Some(program) = program("the examples' manifests, validated by Argo Events") else { return };
    let mut oracle = Oracle::start(&program).expect("it starts");
    let files = manifests(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"));
    let mut sensors = 0;
    for file in &files {
        let text = std::fs::read_to_string(file).expect("it can be read");
        let answer = oracle.ask(&json!({ "ask": "validate", "manifests": text })).expect("it answers");
        let verdicts =
            answer["verdicts"].as_array().unwrap_or_else(|| panic!("{}: {answer}", file.display()));
        for verdict in verdicts {
            let judged = (verdict.get("error"), verdict.get("unread"));
            assert_eq!(judged, (None::<&Value>, None), "{}: {verdict}", file.display());
        }
        sensors += verdicts.iter().filter(|verdict| verdict["kind"] == "Sensor").count();
    }
    assert_eq!(sensors, files.len(), "each example has a sensor: {files:?}");
    assert!(sensors >= 4, "{sensors} examples were found");
}
