//! The manifests of the examples.

use crate::verdicts::manifests;
use aev_language::compile::{Options, Target, compile};
use aev_oracle::{Oracle, program};
use serde_json::json;
use std::path::Path;

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

#[test]
fn argo_takes_what_the_worked_files_become() {
    let Some(program) = program("the manifests of the worked files, validated by Argo Events") else {
        return;
    };
    let mut oracle = Oracle::start(&program).expect("it starts");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../language");
    let mut sensors = 0;
    for folder in ["corpus", "slice"] {
        for entry in std::fs::read_dir(tests.join(folder)).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            let text = std::fs::read_to_string(&path).expect("it can be read");
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let options = Options { target: Some(Target::Argo) };
            // What is not built yet, and what only the runtime can do, has no manifests.
            let Some(plan) = compile(&name, &text, &options).plan else { continue };
            let Ok(manifests) = aev_argo::emit(&plan) else { continue };
            let manifests = manifests.to_yaml();
            let answer =
                oracle.ask(&json!({ "ask": "validate", "manifests": manifests })).expect("it answers");
            let verdicts = answer["verdicts"].as_array().unwrap_or_else(|| panic!("{name}: {answer}"));
            for verdict in verdicts {
                let good = json!({ "kind": verdict["kind"], "name": verdict["name"] });
                assert_eq!(*verdict, good, "{name}\n{manifests}");
            }
            sensors += verdicts.iter().filter(|verdict| verdict["kind"] == "Sensor").count();
        }
    }
    assert!(sensors >= 50, "only {sensors} files became a sensor");
}
