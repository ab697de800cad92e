//! The manifests of the slice's actions, beside it in `manifests/`: they stay as they are, and Argo's fields are all known.
//!
//! With `UPDATE_GOLDEN=1` in the environment they are written anew.

use aev_argo::lift::{Document, Finding, Problem, lift};
use aev_language::compile::{Options, Target, compile};
use aev_language::target::argo;
use std::path::Path;

#[test]
fn actions_become_the_manifests_beside_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut different = Vec::new();
    let programs =
        [("slice", "actions"), ("slice", "objects"), ("slice", "resources"), ("constructs", "sensors")];
    for (folder, name) in programs {
        let text = std::fs::read_to_string(root.join(folder).join(format!("{name}.aev"))).unwrap();
        let options = Options { target: Some(Target::Argo) };
        let plan = compile(&format!("{name}.aev"), &text, &options).plan.unwrap();
        let found = argo(&plan).unwrap_or_else(|said| panic!("{name}: {said:#?}")).to_yaml();
        let (_, findings) = lift(&[Document { name, text: &found }]).unwrap();
        // Accounts have no place in a plan.
        let account = |finding: &&Finding| matches!(finding.problem, Problem::OtherObject { .. });
        let unknown: Vec<&Finding> = findings.iter().filter(|finding| !account(finding)).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:#?}");
        let file = root.join("manifests").join(format!("{name}.yaml"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(file, found).unwrap();
        } else if std::fs::read_to_string(file).unwrap_or_default() != found {
            different.push(format!("{name}:\n{found}"));
        }
    }
    assert!(different.is_empty(), "set UPDATE_GOLDEN=1 and look at the difference\n{}", different.join("\n"));
}
