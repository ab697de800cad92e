//! Rules about the tree itself.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Build dependencies that mean a C compiler or a system library.
const C_BUILDERS: [&str; 5] = ["bindgen", "cc", "cmake", "pkg-config", "vcpkg"];

/// Text after which a file is no longer read in one go.
const CEILING: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Names of the packages below a package, over normal and build dependencies, with what they say of themselves.
fn below<'m>(metadata: &'m Value, package: &str) -> BTreeMap<&'m str, &'m Value> {
    let packages: BTreeMap<&str, &Value> =
        metadata["packages"].as_array().unwrap().iter().map(|p| (p["id"].as_str().unwrap(), p)).collect();
    let nodes: BTreeMap<&str, &Value> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|n| (n["id"].as_str().unwrap(), n)).collect();
    let start = packages.iter().find(|(_, p)| p["name"] == package).unwrap().0;
    let mut seen = BTreeSet::from([*start]);
    let mut open = vec![*start];
    while let Some(id) = open.pop() {
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().all(|kind| kind["kind"] == "dev") {
                continue;
            }
            let id = dependency["pkg"].as_str().unwrap();
            if seen.insert(id) {
                open.push(id);
            }
        }
    }
    seen.into_iter().map(|id| (packages[id]["name"].as_str().unwrap(), packages[id])).collect()
}

#[test]
fn the_compiler_and_the_engine_build_without_c() {
    let metadata = metadata();
    for package in
        ["aev-catalogue", "aev-plan", "aev-dialects", "aev-argo", "aev-language", "aev-engine"]
    {
        for (name, described) in below(&metadata, package) {
            assert!(described["links"].is_null(), "{package} depends on {name}, which links a native library");
            assert!(!C_BUILDERS.contains(&name), "{package} depends on {name}, which builds C");
        }
    }
}

#[test]
fn the_compiler_knows_neither_files_nor_networks_nor_threads() {
    let metadata = metadata();
    for package in ["aev-catalogue", "aev-plan", "aev-dialects", "aev-argo", "aev-language"] {
        let below = below(&metadata, package);
        for runtime in ["tokio", "hyper", "reqwest", "kube", "fjall", "aev-engine", "aev-bus", "aev-connect", "aev-host"] {
            assert!(!below.contains_key(runtime), "{package} depends on {runtime}");
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let output = Command::new("git").args(["ls-files", "*.rs"]).current_dir(root()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| root().join(line)).collect()
}

#[test]
fn no_source_file_is_longer_than_can_be_read() {
    for file in sources() {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let generated = text.lines().next().is_some_and(|line| line.contains("generated"));
        let lines = text.lines().count();
        assert!(generated || lines <= CEILING, "{} has {lines} lines; split it by concept", file.display());
    }
}

#[test]
fn every_library_starts_by_saying_what_it_is() {
    for file in sources().iter().filter(|file| file.ends_with("lib.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.starts_with("//! "), "{}", file.display());
    }
}
