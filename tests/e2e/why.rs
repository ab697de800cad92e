//! Why an event did or did not fire, asked of a running process.

use crate::support::{Place, Running, post, until};
use serde_json::Value;
use std::net::SocketAddr;

/// One trigger that logs what is wanted, and a source that nobody reads.
const PIPELINE: &str = "\
pipeline shop

source orders: webhook { endpoint: \"/orders\", port: 12000, method: \"POST\" }
source returns: webhook { endpoint: \"/returns\", port: 12000, method: \"POST\" }

filter big from orders as order where order.body.total > 100

trigger pick on big { log }
trigger note on orders as order { http { url: \"http://127.0.0.1:1/note\", method: \"POST\", timeout: 2s } }
";

/// Sends a payload; gives the id of its event.
fn send(address: SocketAddr, path: &str, body: &str) -> String {
    let (status, answer) = post(address, path, &[("Content-Type", "application/json")], body.as_bytes());
    assert_eq!(status, 200, "{answer}");
    serde_json::from_str::<Value>(&answer).unwrap()["id"].as_str().unwrap().to_owned()
}

fn dead(running: &mut Running, count: usize) {
    until("what cannot be noted is a dead letter", || {
        (running.printed().matches("\"dead-lettered\"").count() == count).then_some(())
    });
}

#[test]
fn the_whole_story_of_an_event_is_told() {
    let place = Place::new();
    place.file("shop.aev", PIPELINE);
    let mut running = place.run("shop.aev", &[]);
    let address = running.address("orders");
    let small = send(address, "/orders", r#"{"total": 7, "card": "4111-1111"}"#);
    let big = send(address, "/orders", r#"{"total": 700, "card": "4111-1111"}"#);
    let returned = send(address, "/returns", "{}");
    dead(&mut running, 2);

    let told = place.aev(&["why", &small]).ended(0).out;
    for part in [
        "source\n",
        "published  the bus has it",
        "trigger pick of pipeline shop",
        "filtered   `big` because `body.total`: `7` is not more than `100`",
        "trigger note of pipeline shop",
        "attempt    1 of `note` begins",
        "failed     `note` for good, after 1 attempts: ",
        "dead       kept as a dead letter",
    ] {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    let told = place.aev(&["why", &big, "--trigger", "pick"]).ended(0).out;
    assert!(told.contains("matched    `big`") && told.contains("done       `pick`"), "{told}");
    assert!(!told.contains("trigger note"), "{told}");
    let told = place.aev(&["why", &big, "--trigger", "pack"]).ended(0).out;
    assert!(told.contains("no trigger `pack` runs in this process"), "{told}");
    let told = place.aev(&["why", &returned]).ended(0).out;
    assert!(told.contains("no trigger of this process reads returns"), "{told}");

    let json = place.aev(&["why", &big, "--format", "json"]).ended(0).lines();
    let firing =
        json[0]["records"].as_array().unwrap().iter().flat_map(|entry| entry["said"].as_array().unwrap());
    let firing = firing.filter_map(|said| said["done"]["firing"].as_str()).next().unwrap();
    let told = place.aev(&["why", firing]).ended(0).out;
    assert!(
        told.contains(&big) && told.contains("done       `pick`") && !told.contains("trigger note"),
        "{told}"
    );

    let told = place.aev(&["why", "nobody\u{1b}[2J"]).ended(1).out;
    assert!(
        told.contains("there is no record of an event or a firing with the id `nobody\\u{1b}[2J`"),
        "{told}"
    );
    assert!(
        told.contains("records go back to 20") && told.contains("the last event from orders came at"),
        "{told}"
    );
    let text = place.aev(&["events", "--format", "json"]).ended(0).out;
    assert!(!text.contains("4111-1111"), "payloads are not kept: {text}");
    running.stop().ended(0);
}

#[test]
fn records_are_listed_by_what_they_came_to() {
    let place = Place::new();
    place.file("shop.aev", PIPELINE);
    let mut running = place.run("shop.aev", &[]);
    let address = running.address("orders");
    send(address, "/orders", r#"{"total": 7}"#);
    send(address, "/orders", r#"{"total": 700}"#);
    dead(&mut running, 2);
    running.line("it is shown", |line| line["trigger"] == "pick" && line["decision"] == "done");
    let count = |args: &[&str]| place.aev(&[&["events"], args].concat()).ended(0).out.lines().count();
    assert_eq!(count(&["--filtered"]), 1);
    assert_eq!(count(&["--fired", "--since", "10m"]), 3);
    assert_eq!(count(&["--failed", "--trigger", "shop/note"]), 2);
    assert_eq!(count(&["--trigger", "pick"]), 3);
    assert_eq!(count(&["--source", "orders"]), 6);
    assert_eq!(count(&["--since", "2100-01-01T00:00:00Z"]), 0);
    place.aev(&["events", "--since", "yesterday"]).refused(2, &["`yesterday` is no time", "10m, 2h or 1d"]);
    place.aev(&["events", "--filtered", "--fired"]).refused(2, &["cannot be used with"]);

    let mut follow = Running::start(place.command(&["events", "--follow", "--filtered", "--format=json"]));
    follow.line("what was there", |line| line["said"][0]["filtered"]["stream"] == "big");
    let id = send(address, "/orders", r#"{"total": 8}"#);
    follow.line("what comes", |line| line["event"]["id"] == id.as_str());
    drop(follow);
    running.stop().ended(0);
}

#[test]
fn what_is_killed_while_it_records_can_be_asked_about_afterwards() {
    let place = Place::new();
    place.file("shop.aev", PIPELINE);
    let mut running = place.run("shop.aev", &[]);
    let address = running.address("orders");
    let first = send(address, "/orders", r#"{"total": 700}"#);
    std::thread::sleep(std::time::Duration::from_millis(300));
    for n in 0..200 {
        send(address, "/orders", &format!("{{\"total\": {n}}}"));
    }
    running.kill();
    let mut running = place.run("shop.aev", &[]);
    running.address("orders");
    let told = place.aev(&["why", &first]).ended(0).out;
    assert!(told.contains("published") && told.contains("matched    `big`"), "{told}");
    for line in place.aev(&["events", "--since", "1h", "--format", "json"]).ended(0).lines() {
        assert!(line["said"].is_array(), "{line}");
    }
    running.stop().ended(0);
}

#[test]
fn nobody_there_is_said_with_what_to_do() {
    let place = Place::new();
    for args in [
        &["why", "x"][..],
        &["events"],
        &["dead", "list"],
        &["status"],
        &["reload"],
        &["replay", "--since=1h"],
    ] {
        place.aev(args).refused(3, &["nothing runs behind `.aev/control.sock`", "aev run", "--socket PATH"]);
    }
    place.file("shop.aev", PIPELINE);
    let mut running = place.run("shop.aev", &["--control=none", "--records=none"]);
    running.address("orders");
    place.aev(&["status"]).refused(3, &["nothing runs behind"]);
    running.stop().ended(0);
    let mut running = place.run("shop.aev", &["--control=here.sock", "--records=none"]);
    running.address("orders");
    place.aev(&["why", "x", "--socket", "here.sock"]).refused(1, &["keeps no records", "--records none"]);
    let mut command = place.command(&["status"]);
    command.env("AEV_CONTROL", "here.sock");
    let told = crate::support::Ran::of(command, b"").ended(0).out;
    assert!(told.contains("no records are kept") && told.contains("pipeline shop"), "{told}");
    running.stop().ended(0);
    assert!(!place.path("here.sock").exists());
}
