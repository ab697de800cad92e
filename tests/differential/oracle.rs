//! Argo Events itself decides the same, and takes the manifests: its own code is asked about the decisions that the two
//! roads agree on.

use crate::agree::{Run, number};
use crate::export::Export;
use crate::pipeline;
use crate::roads::Roads;
use aev_oracle::{Oracle, disagreement, program};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader};

#[test]
fn argo_events_decides_the_same() {
    let Some(program) = program("the decisions of both roads, by Argo Events") else { return };
    let (seed, wanted) = (number("AEV_DIFFERENTIAL_SEED", 1), number("AEV_DIFFERENTIAL_ASKED", 3000));
    let mut oracle = Oracle::start(&program).expect("it starts");
    let folder = tempfile::tempdir().expect("there is a folder for it");
    let file = folder.path().join("decisions");
    let (mut asked, mut fired, mut failures) = (0, 0, Vec::new());
    let mut next = seed;
    while asked < wanted && failures.len() < 3 {
        let (mut run, export) = (Run::default(), Export::to(&file));
        for _ in 0..50 {
            run.pipeline(next, &export);
            next += 1;
        }
        drop(export);
        for roads in (next - 50..next).filter_map(|seed| Roads::build(&pipeline::generate(seed).text).ok()) {
            let question = json!({ "ask": "validate", "manifests": roads.yaml });
            let answer = oracle.ask(&question).expect("it answers");
            let verdicts = answer["verdicts"].as_array().expect("there are some");
            let good =
                |verdict: &&Value| **verdict == json!({ "kind": verdict["kind"], "name": verdict["name"] });
            failures.extend(
                verdicts.iter().find(|verdict| !good(verdict)).map(|bad| format!("{bad}\n{}", roads.yaml)),
            );
        }
        for line in BufReader::new(File::open(&file).expect("it was written")).lines() {
            let decision: Value = serde_json::from_str(&line.expect("it can be read")).expect("it is JSON");
            asked += 1;
            fired += u64::from(decision.get("trigger").is_some());
            failures.extend(disagreement(&mut oracle, &decision).expect("it answers"));
        }
    }
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    println!("{asked} decisions of {} pipelines, {fired} of them of triggers that fired", next - seed);
    // A few, as for a replay, may be of filters alone.
    assert!(wanted < 1000 || fired * 20 > asked, "{fired} of {asked} decisions were about actions");
}
