//! Argo Events itself decides the same: its own code is asked about the decisions that the two roads agree on.

use crate::agree::{Run, number};
use crate::export::Export;
use aev_oracle::{Oracle, disagreement, program};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// Argo Events reads the literal part of an object as YAML, which has no such characters, and fails for every event.
/// Nothing that is emitted should have them; until it is refused, these decisions are counted and not compared.
fn has_characters_that_yaml_has_not(decision: &Value) -> bool {
    let Some(literal) = decision.pointer("/trigger/template/k8s/source") else { return false };
    literal.to_string().chars().any(
        |c| matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'),
    )
}

#[test]
fn argo_events_decides_the_same() {
    let Some(program) = program("the decisions of both roads, by Argo Events") else { return };
    let (seed, wanted) = (number("AEV_DIFFERENTIAL_SEED", 1), number("AEV_DIFFERENTIAL_ASKED", 3000));
    let mut oracle = Oracle::start(&program).expect("it starts");
    let folder = tempfile::tempdir().expect("there is a folder for it");
    let file = folder.path().join("decisions");
    let (mut asked, mut fired, mut not_yaml, mut failures) = (0, 0, 0, Vec::new());
    let mut next = seed;
    while asked < wanted && failures.len() < 3 {
        let (mut run, export) = (Run::default(), Export::to(&file));
        for _ in 0..50 {
            run.pipeline(next, &export);
            next += 1;
        }
        drop(export);
        for line in BufReader::new(File::open(&file).expect("it was written")).lines() {
            let decision: Value = serde_json::from_str(&line.expect("it can be read")).expect("it is JSON");
            if has_characters_that_yaml_has_not(&decision) {
                not_yaml += 1;
                continue;
            }
            asked += 1;
            fired += u64::from(decision.get("trigger").is_some());
            failures.extend(disagreement(&mut oracle, &decision).expect("it answers"));
        }
    }
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    println!("{asked} decisions of {} pipelines, {fired} of them of triggers that fired", next - seed);
    println!("{not_yaml} not compared: the object has characters that Argo Events cannot read");
    // A few, as for a replay, may be of filters alone.
    assert!(wanted < 1000 || fired * 20 > asked, "{fired} of {asked} decisions were about actions");
}
