//! Manifests with something wrong: aev refuses what Argo Events refuses, and takes what it takes.

use aev_argo::{Manifests, Object, validate, yaml};
use aev_oracle::{Oracle, program};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every kind that aev has the rules of, and what they are about.
const WHOLE: &str = include_str!("whole.yaml");

/// The files of manifests in a folder of the repository, and in the folders in it.
pub fn manifests(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// xorshift: the same manifests each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// The places of a value, as pointers.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in below {
        let place = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
        places(value, &place, found);
        found.push(place);
    }
}

/// One change below `spec`; says which.
fn change(object: &mut Value, random: &mut Random) -> String {
    let mut found = Vec::new();
    places(&object["spec"], "/spec", &mut found);
    if found.is_empty() {
        return "nothing".into();
    }
    let place = &found[random.below(found.len())];
    let (parent, key) = place.rsplit_once('/').expect("it is below the spec");
    let key = key.replace("~1", "/").replace("~0", "~");
    let other = found[random.below(found.len())].clone();
    let other = object.pointer(&other).cloned().unwrap_or_default();
    let value = object.pointer_mut(place).expect("it was found");
    let texts = [
        "",
        "x",
        "0",
        "-1",
        "10s",
        "25:00:00",
        "and",
        "or",
        "=",
        "@daily",
        "Europe/Berlin",
        "create",
        "12000",
    ];
    match (random.below(6), &*value) {
        (0 | 1, _) => {}
        (2, Value::String(_)) => {
            *value = json!(texts[random.below(texts.len())]);
            return format!("{place} is {value}");
        }
        (2, Value::Number(_)) => {
            *value = json!([-1, 0, 1, 2, 7][random.below(5)]);
            return format!("{place} is {value}");
        }
        (3, Value::Array(items)) if !items.is_empty() => {
            let mut items = items.clone();
            items.push(items[random.below(items.len())].clone());
            *value = Value::Array(items);
            return format!("an item of {place} twice");
        }
        (3, Value::Array(_)) | (4, Value::Object(_) | Value::Array(_)) => {
            *value = if value.is_array() { json!([]) } else { Value::Object(Map::new()) };
            return format!("{place} is empty");
        }
        (5, _) => {
            *value = other;
            return format!("{place} is {value}");
        }
        _ => {}
    }
    match object.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(&key)),
        Some(Value::Array(items)) => drop(items.remove(key.parse::<usize>().expect("it is an index"))),
        _ => {}
    }
    format!("without {place}")
}

/// The objects that aev refuses.
fn refused(text: &str) -> BTreeSet<String> {
    let objects = yaml::parse(text, 0).expect("it is YAML").into_iter().map(|node| Object { node }).collect();
    validate(&Manifests { objects }).into_iter().map(|violation| violation.object).collect()
}

#[test]
fn aev_refuses_what_argo_events_refuses() {
    let Some(program) = program("manifests with something wrong, validated by Argo Events") else { return };
    let wanted = std::env::var("AEV_ORACLE_MANIFESTS").map_or(2000, |text| text.parse().expect("a number"));
    let mut oracle = Oracle::start(&program).expect("it starts");
    let mut texts = vec![WHOLE.to_owned()];
    for file in manifests("examples").into_iter().chain(manifests("compiler/argo/tests/it/cases")) {
        texts.push(std::fs::read_to_string(file).expect("it can be read"));
    }
    let files: Vec<Vec<Value>> = texts
        .iter()
        .map(|text| {
            yaml::parse(text, 0)
                .expect("it is YAML")
                .iter()
                .map(|node| serde_json::to_value(node.to_json()).expect("it is JSON"))
                .collect()
        })
        .collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut asked, mut failures, mut messages) = (0, Vec::new(), BTreeMap::new());
    while asked < wanted {
        // The file that has everything is the one that is changed most.
        let file = if random.below(2) == 0 { 0 } else { random.below(files.len()) };
        let mut objects = files[file].clone();
        let index = random.below(objects.len());
        // A bus has few rules.
        let seldom = objects[index]["kind"] == "EventBus" && random.below(6) > 0;
        if seldom || objects[index].get("spec").is_none() {
            continue;
        }
        let mut changes = Vec::new();
        for _ in 0..=random.below(2) {
            changes.push(change(&mut objects[index], &mut random));
        }
        let text: Vec<String> = objects.iter().map(Value::to_string).collect();
        let text = text.join("\n---\n");
        let answer = oracle.ask(&json!({ "ask": "validate", "manifests": text })).expect("it answers");
        let verdict = &answer["verdicts"][index];
        assert!(verdict.is_object(), "{answer}");
        // Of what is not read at all, the rules say nothing.
        if verdict.get("unread").is_some() || verdict.get("unreadable").is_some() {
            continue;
        }
        let error = verdict["error"].as_str().unwrap_or_default();
        asked += 1;
        *messages.entry(error.to_owned()).or_insert(0) += 1;
        let name = format!(
            "{}/{}",
            verdict["kind"].as_str().unwrap_or_default(),
            verdict["name"].as_str().unwrap_or_default()
        );
        let ours = refused(&text).contains(&name);
        if ours == error.is_empty() {
            failures.push(format!(
                "{name}: {}\n  Argo Events: {error:?}, aev refuses: {ours}",
                changes.join(", ")
            ));
        }
    }
    failures.sort();
    failures.dedup();
    assert!(failures.is_empty(), "{} of {asked} differ\n{}", failures.len(), failures.join("\n"));
    println!("{asked} manifests; Argo Events says, with how often:\n{messages:#?}");
    // Good ones and many ways of being bad were met.
    assert!(messages.contains_key("") && messages.len() >= 40, "{messages:#?}");
}
