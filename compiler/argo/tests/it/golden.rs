//! Plans and the manifests they become, side by side in `cases/`: `NAME.json` and `NAME.yaml`.
//!
//! With `UPDATE_GOLDEN=1` in the environment the expected manifests are written anew.

use aev_plan::Plan;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases")
}

/// The names of all files with this ending.
fn names(ending: &str) -> Vec<String> {
    let files =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        files.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect();
    names.sort();
    names
}

/// Every plan of `cases/`.
pub fn plans() -> Vec<(String, Plan)> {
    let plan = |name: String| {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let plan = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}.json: {error}"));
        (name, plan)
    };
    names(".json").into_iter().map(plan).collect()
}

#[test]
fn plans_become_the_manifests_beside_them() {
    let mut different = Vec::new();
    for (name, plan) in plans() {
        let manifests = aev_argo::emit(&plan).unwrap_or_else(|refusals| panic!("{name}: {refusals:#?}"));
        let found = manifests.to_yaml();
        let file = folder().join(format!("{name}.yaml"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(file, found).unwrap();
        } else if std::fs::read_to_string(file).unwrap_or_default() != found {
            different.push(format!("{name}:\n{found}"));
        }
    }
    assert!(different.is_empty(), "set UPDATE_GOLDEN=1 and look at the difference\n{}", different.join("\n"));
    assert_eq!(names(".yaml"), names(".json"), "a file without its partner");
}
