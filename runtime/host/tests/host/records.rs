//! Records of what became of events: what is in them, what is not, and that nothing waits for them.

use crate::support::{Place, Target, filtered, http, plan, post, post_json, settled, stream, trigger};
use aev_host::Host;
use aev_host::records::entry::{Entry, Said};
use aev_host::settings::Name;
use std::path::Path;
use std::time::Duration;

/// Every line of every segment, oldest first.
fn lines(dir: &Path) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let text: String = files
        .iter()
        .map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned())
        .collect();
    text.lines().filter(|line| !line.starts_with("{\"records\"")).map(str::to_owned).collect()
}

fn entries(dir: &Path) -> Vec<Entry<'static>> {
    lines(dir).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn words(entry: &Entry<'_>) -> Vec<String> {
    let json = serde_json::to_value(entry).unwrap();
    let said = json["said"].as_array().unwrap().iter();
    said.map(|said| match said.as_object() {
        Some(object) => object.keys().next().unwrap().clone(),
        None => said.as_str().unwrap().to_owned(),
    })
    .collect()
}

async fn started(place: &Place, plan: &aev_plan::Plan, more: &[(Name, &str)]) -> Host {
    Host::start(std::slice::from_ref(plan), &place.settings(more))
        .await
        .unwrap_or_else(|errors| panic!("{errors:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_is_one_record() {
    let (place, target) = (
        Place::new(),
        Target::answering(|_, before| (if before == 0 { 500 } else { 204 }, Duration::ZERO)).await,
    );
    let retry = r#","retry":{"steps":2,"duration":"10ms"}"#;
    let streams = filtered("wanted", "a", "kind", "wanted");
    let plan = plan(&["a"], &streams, &trigger("call", "wanted", &http(&target.url("/t")), retry));
    let host = started(&place, &plan, &[]).await;
    post_json(&host, "/a", r#"{"id":"1","kind":"other"}"#).await;
    settled(&host).await;
    post_json(&host, "/a", r#"{"id":"2","kind":"wanted"}"#).await;
    target.wait("/t", 2).await;
    settled(&host).await;
    host.drain(Duration::from_secs(5)).await;
    let entries = entries(&place.path("records"));
    // A trigger may have taken an event before its source hears that the bus has it.
    let (entries, published): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.lane.is_some());
    assert_eq!(published.iter().map(|entry| words(entry).join(" ")).collect::<Vec<_>>(), ["published"; 2]);
    let told: Vec<_> = entries.iter().map(|entry| words(entry).join(" ")).collect();
    assert_eq!(told, ["filtered", "matched fired attempt", "retry", "attempt", "done"]);
    let Some(Said::Filtered { reason, stream }) = entries[0].said.first() else { panic!("{:?}", entries[0]) };
    assert_eq!((&**stream, &**reason), ("wanted", "`body.kind`: `\"other\"` is not equal to `\"wanted\"`"));
    assert_eq!(entries[1].place(), Some(("pipe", "pipe", "call")));
    let Some(Said::Done { result, attempt, .. }) = entries[4].said.first() else {
        panic!("{:?}", entries[4])
    };
    assert_eq!((result.as_deref(), *attempt), (Some("answered 204"), 2));
    assert_eq!(published[0].event.as_ref().unwrap().id, entries[0].event.as_ref().unwrap().id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_payloads_nor_what_lies_under_the_names_of_secrets_is_kept() {
    let place = Place::new();
    let streams = [filtered("by-token", "a", "api_token", "s3cret-1"), filtered("by-kind", "a", "kind", "x")];
    let triggers = [trigger("one", "by-token", r#""log""#, ""), trigger("two", "by-kind", r#""log""#, "")];
    let plan = plan(&["a"], &streams.join(","), &triggers.join(","));
    let host = started(&place, &plan, &[]).await;
    post_json(&host, "/a", r#"{"id":"1","kind":"x","api_token":"s3cret-2","more":"s3cret-3"}"#).await;
    post_json(&host, "/a", r#"{"id":"2","kind":"shown","api_token":"s3cret-4"}"#).await;
    settled(&host).await;
    host.drain(Duration::from_secs(5)).await;
    let text = lines(&place.path("records")).join("\n");
    assert!(!text.contains("s3cret"), "{text}");
    assert!(text.contains("`body.kind`: `\\\"shown\\\"` is not equal"), "{text}");
    assert!(text.contains("`body.api_token`: a hidden value"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_segments_go() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let dir = place.path("records");
    let setting = format!("{}?max-bytes=65536", dir.display());
    let host = started(
        &place,
        &plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, "")),
        &[(Name::Records, &setting)],
    )
    .await;
    for id in 0..400 {
        post(&host, "/a", &format!("event-{id}")).await;
    }
    settled(&host).await;
    host.drain(Duration::from_secs(5)).await;
    let bytes: u64 =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!((32 << 10..=68 << 10).contains(&bytes), "{bytes}");
    let entries = entries(&dir);
    assert!(entries.len() > 50, "{}", entries.len());
    assert!(words(entries.last().unwrap()).contains(&"done".to_owned()));
    assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
    let file = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_goes_away_keeps_nobody_from_deciding() {
    let (place, target) = (Place::new(), Target::new().await);
    let dir = place.path("records");
    let setting = format!("{}?max-bytes=65536", dir.display());
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let host = started(&place, &plan, &[(Name::Records, &setting)]).await;
    // No further segment can be made.
    std::fs::remove_dir_all(&dir).unwrap();
    std::fs::write(&dir, "in the way").unwrap();
    for id in 0..60 {
        post(&host, "/a", &format!("{id}")).await;
    }
    target.wait("/t", 60).await;
    settled(&host).await;
    let client = crate::control::client(&place, host).await;
    let status = client.status().await;
    let records = status.records.unwrap();
    assert!(records.trouble.is_some() && records.lost > 0, "{records:?}");
    // It comes back by itself.
    std::fs::remove_file(&dir).unwrap();
    std::fs::create_dir(&dir).unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    post(&client.host, "/a", "later").await;
    settled(&client.host).await;
    client.host.drain(Duration::from_secs(5)).await;
    assert!(entries(&dir).iter().any(|entry| words(entry).contains(&"done".to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_cannot_be_had_is_an_error_when_somebody_named_it() {
    let place = Place::new();
    std::fs::write(place.path("file"), "").unwrap();
    let setting = place.path("file/records").display().to_string();
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, ""));
    let errors = Host::start(&[plan], &place.settings(&[(Name::Records, &setting)])).await.err().unwrap();
    let text = errors.iter().map(ToString::to_string).collect::<String>();
    assert!(text.contains("records cannot be kept in") && text.contains("--records none"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_line_is_passed_over() {
    let place = Place::new();
    let plan = plan(&["a"], &stream("a"), &trigger("t", "a", r#""log""#, ""));
    let host = started(&place, &plan, &[]).await;
    post(&host, "/a", "first").await;
    settled(&host).await;
    host.drain(Duration::from_secs(5)).await;
    let dir = place.path("records");
    let file = std::fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    let id = entries(&dir)[0].event.as_ref().unwrap().id.clone().into_owned();
    let mut text = std::fs::read(&file).unwrap();
    text.extend_from_slice(
        format!("{{\"time\":\"2026-01-01T00:00:00Z\",\"event\":{{\"id\":\"{id}\",\"sour\0\0\u{e9}")
            .as_bytes(),
    );
    text.pop();
    std::fs::write(&file, text).unwrap();
    std::fs::write(dir.join("00000000000000000000.records"), "{\"records\":2}\nof a newer aev").unwrap();
    let client = crate::control::client(&place, started(&place, &plan, &[]).await).await;
    let why = client.why(&id).await;
    let mut told: Vec<String> = why.records.iter().flat_map(words).collect();
    let published = told.iter().position(|word| word == "published").unwrap();
    told.remove(published);
    assert_eq!(told, ["matched", "fired", "attempt", "done"]);
}
