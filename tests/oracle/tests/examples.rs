//! The manifests of the examples.

use crate::verdicts::manifests;
use aev_oracle::{Oracle, program};
use serde_json::json;

#[test]
fn argo_takes_every_manifest_of_the_examples() {
    let Some(program) = program("the examples' manifests, validated by Argo Events") else { return };
    let mut oracle = Oracle::start(&program).expect("it starts");
    let files = manifests("examples");
    let mut sensors = 0;
    for file in &files {
        let text = std::fs::read_to_string(file).expect("it can be read");
        let answer = oracle.ask(&json!({ "ask": "validate", "manifests": text })).expect("it answers");
        let verdicts =
            answer["verdicts"].as_array().unwrap_or_else(|| panic!("{}: {answer}", file.display()));
        for verdict in verdicts {
            let good = json!({ "kind": verdict["kind"], "name": verdict["name"] });
            assert_eq!(*verdict, good, "{}", file.display());
        }
        sensors += verdicts.iter().filter(|verdict| verdict["kind"] == "Sensor").count();
    }
    assert_eq!(sensors, files.len(), "each example has a sensor: {files:?}");
    assert!(sensors >= 4, "{sensors} examples were found");
}
