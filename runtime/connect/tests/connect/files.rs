//! `k8s.create` into a directory.

use aev_connect::actions::{ActionError, Actions, Done, Job, Options, Outcome};
use aev_connect::secrets::NoSecrets;
use aev_plan::finished::{Finished, LoggedEvent};
use aev_plan::json::Json;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn object(text: &str) -> Finished {
    Finished::K8sCreate { object: Json::parse(text).unwrap() }
}

async fn perform(dir: &Path, trigger: &str, firing: &str, action: &Finished) -> Outcome {
    let actions = Actions::new(Options::new(dir)).unwrap();
    actions.perform(Job { pipeline: "pipe", trigger, firing, action, trace: None }, &NoSecrets).await
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn written(dir: &Path, name: &str, before: bool) -> Outcome {
    Outcome::Done(Done::Written { path: dir.join("pipe").join(name), before })
}

#[tokio::test]
async fn the_object_is_written_once_a_firing() {
    let dir = TempDir::new().unwrap();
    let action = object(r#"{"kind":"Workflow","n":12345678901234567890,"spec":{"a":[1]}}"#);
    let name = "build-f1.json";
    assert_eq!(perform(dir.path(), "build", "f1", &action).await, written(dir.path(), name, false));
    let path = dir.path().join("pipe").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        "{\n  \"kind\": \"Workflow\",\n  \"n\": 12345678901234567890,\n  \"spec\": {\n    \"a\": [\n      1\n    ]\n  }\n}\n"
    );
    let first = std::fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(perform(dir.path(), "build", "f1", &action).await, written(dir.path(), name, true));
    assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), first);
    assert_eq!(
        perform(dir.path(), "build", "f2", &action).await,
        written(dir.path(), "build-f2.json", false)
    );
    assert_eq!(files(&dir.path().join("pipe")), ["build-f1.json", "build-f2.json"]);
}

#[tokio::test]
async fn another_object_of_the_same_firing_is_kept() {
    let dir = TempDir::new().unwrap();
    perform(dir.path(), "build", "f1", &object("{}")).await;
    let outcome = perform(dir.path(), "build", "f1", &object(r#"{"a":1}"#)).await;
    let path = dir.path().join("pipe/build-f1.json");
    assert_eq!(
        outcome,
        Outcome::Failed { retriable: false, error: ActionError::Differs { path: path.clone() } }
    );
    assert_eq!(std::fs::read_to_string(path).unwrap(), "{}\n");
}

#[tokio::test]
async fn a_draft_that_a_crash_left_is_no_hindrance() {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("pipe")).unwrap();
    std::fs::write(dir.path().join("pipe/.build-f1.json.part"), "{\"half").unwrap();
    assert_eq!(
        perform(dir.path(), "build", "f1", &object("{}")).await,
        written(dir.path(), "build-f1.json", false)
    );
    assert_eq!(files(&dir.path().join("pipe")), ["build-f1.json"]);
}

#[tokio::test]
async fn no_name_leads_out_of_the_directory() {
    let dir = TempDir::new().unwrap();
    let inside = dir.path().join("in");
    for (trigger, name) in [
        ("../../out", "%2E.%2F..%2Fout-f.json"),
        ("Deploy to prod!", "Deploy%20to%20prod%21-f.json"),
        (".hidden", "%2Ehidden-f.json"),
    ] {
        assert_eq!(perform(&inside, trigger, "f", &object("{}")).await, written(&inside, name, false));
    }
    assert_eq!(files(dir.path()), ["in"]);
}

#[tokio::test]
async fn what_cannot_be_written_is_tried_again() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("pipe"), "a file where a directory should be").unwrap();
    let outcome = perform(dir.path(), "build", "f1", &object("{}")).await;
    assert!(
        matches!(&outcome, Outcome::Failed { retriable: true, error: ActionError::Write { path, .. } }
            if *path == dir.path().join("pipe/build-f1.json")),
        "{outcome:?}"
    );
}

/// A device that is always full stands in for a disk that is.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_leaves_nothing_behind_and_is_tried_again() {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("pipe")).unwrap();
    let draft: PathBuf = dir.path().join("pipe/.build-f1.json.part");
    std::os::unix::fs::symlink("/dev/full", &draft).unwrap();
    let outcome = perform(dir.path(), "build", "f1", &object("{}")).await;
    let Outcome::Failed { retriable: true, error } = outcome else { panic!("{outcome:?}") };
    assert!(error.to_string().contains("No space left on device"), "{error}");
    assert_eq!(files(&dir.path().join("pipe")), Vec::<String>::new());
    assert_eq!(
        perform(dir.path(), "build", "f1", &object("{}")).await,
        written(dir.path(), "build-f1.json", false)
    );
}

#[tokio::test]
async fn logged_events_are_handed_back() {
    let dir = TempDir::new().unwrap();
    let events = vec![LoggedEvent { stream: "s".into(), context: Json::Null, data: Json::from("canary") }];
    let outcome = perform(dir.path(), "tell", "f1", &Finished::Log { events: events.clone() }).await;
    assert_eq!(outcome, Outcome::Done(Done::Logged(events)));
}
