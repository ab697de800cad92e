//! Several pipelines in one process, and files that change while it runs.

use crate::support::{Place, Running, post, until};
use std::net::SocketAddr;

fn hook(name: &str, word: &str) -> String {
    format!(
        "pipeline {name}\n\nsource {name}: webhook {{ endpoint: \"/{name}\", port: 12000, method: \"POST\" }}\n\n\
         filter wanted from {name} as e where e.body.word == \"{word}\"\n\ntrigger show-{name} on wanted {{ log }}\n"
    )
}

fn send(address: SocketAddr, name: &str, word: &str) {
    let body = format!(r#"{{"word":"{word}"}}"#);
    let (status, answer) =
        post(address, &format!("/{name}"), &[("Content-Type", "application/json")], body.as_bytes());
    assert_eq!(status, 200, "{answer}");
}

fn reloads(running: &Running) -> usize {
    running.printed().lines().filter(|line| line.contains(r#""reloaded""#)).count()
}

fn shown(running: &Running, name: &str) -> usize {
    let (trigger, done) = (format!(r#""trigger":"show-{name}""#), r#""decision":"done""#);
    running.printed().lines().filter(|line| line.contains(&trigger) && line.contains(done)).count()
}

#[test]
fn files_are_taken_up_as_they_change_come_and_go() {
    let place = Place::new();
    place.file("all/one.aev", hook("one", "first"));
    place.file("all/deeper/two.aev", hook("two", "first"));
    place.file("all/.hidden/old.aev", "this is passed over");
    let mut running = place.run("all", &[]);
    let address = running.address("one");
    assert_eq!(running.address("two"), address, "they share the port");
    send(address, "one", "first");
    send(address, "two", "first");
    until("both fire", || (shown(&running, "one") == 1 && shown(&running, "two") == 1).then_some(()));

    place.file("all/one.aev", hook("one", "second"));
    until("the change is in force", || (reloads(&running) == 1).then_some(()));
    send(address, "one", "first");
    send(address, "one", "second");
    until("it fires for the new word", || (shown(&running, "one") == 2).then_some(()));

    // A mistake changes nothing that runs.
    place.file("all/one.aev", hook("one", "third").replace("filter wanted", "filter wantde"));
    place.file("all/three.aev", hook("three", "first"));
    until("the new file is in force", || (reloads(&running) == 2).then_some(()));
    send(address, "one", "second");
    send(address, "three", "first");
    until("both fire", || (shown(&running, "one") == 3 && shown(&running, "three") == 1).then_some(()));

    std::fs::remove_file(place.path("all/three.aev")).unwrap();
    until("the file is gone", || (reloads(&running) == 3).then_some(()));
    let (status, _) = post(address, "/three", &[("Content-Type", "application/json")], b"{}");
    assert_eq!(status, 404);
    send(address, "two", "first");
    until("the other one runs on", || (shown(&running, "two") == 2).then_some(()));

    let ran = running.stop().ended(0);
    assert!(ran.err.contains("`all/one.aev` cannot be run as it is now"), "{}", ran.err);
    assert_eq!(ran.err.matches("cannot be run").count(), 1, "said once: {}", ran.err);
}

#[test]
fn a_directory_without_pipelines_is_said() {
    let place = Place::new();
    place.file("empty/text.txt", "");
    place.aev(&["run", "empty"]).refused(1, &["there is no pipeline in `empty`", "`.aev`"]);
    place.file("nothing.aev", "pipeline nothing\n");
    place.aev(&["run", "nothing.aev"]).refused(1, &["there is nothing to run in `nothing.aev`"]);
}

#[test]
fn two_pipelines_of_one_name_are_refused_together_with_their_name() {
    let place = Place::new();
    place.file("one.aev", hook("same", "x"));
    place.file("two.aev", hook("same", "x"));
    place
        .aev(&["run", "one.aev", "two.aev", "--bus=embedded:bus"])
        .refused(3, &["two pipelines are named `same`"]);
}

#[test]
fn sensors_of_one_file_decide_by_themselves() {
    let place = Place::new();
    place.file(
        "shop.aev",
        "source orders: webhook<{ total: number }> { endpoint: \"/orders\", port: 12000, method: \"POST\" }\n\
         sensor large { filter wanted from orders as o where o.body.total > 100 trigger show on wanted { log } }\n\
         sensor all { trigger show on orders { log } }\n",
    );
    place.file("order.json", r#"{"body":{"total":500}}"#);
    let tried = place.aev(&["try", "shop.aev", "--send", "orders=order.json"]).ended(0).out;
    let drawn = place.aev(&["graph", "shop.aev"]).ended(0).out;
    for name in ["large/wanted", "large/show", "all/show"] {
        assert!(tried.contains(name) && drawn.contains(name), "{name} in\n{tried}\n{drawn}");
    }
    let mut running = place.run("shop.aev", &[]);
    let address = running.address("orders");
    for total in [5, 500] {
        let body = format!(r#"{{"total":{total}}}"#);
        let (status, _) = post(address, "/orders", &[("Content-Type", "application/json")], body.as_bytes());
        assert_eq!(status, 200);
    }
    let fired = |sensor: &str| {
        let (sensor, done) = (format!(r#""sensor":"{sensor}""#), r#""decision":"done""#);
        running.printed().lines().filter(|line| line.contains(&sensor) && line.contains(done)).count()
    };
    until("each has fired", || (fired("large") == 1 && fired("all") == 2).then_some(()));
    let status = place.aev(&["status"]);
    for trigger in ["large/show works", "all/show works"] {
        assert!(status.out.contains(trigger), "{}", status.out);
    }
    let events = |trigger: &str| place.aev(&["events", "--trigger", trigger, "--format", "json"]).out;
    for (wanted, lane) in [("large/show", "shop/large/show"), ("shop/all/show", "shop/all/show")] {
        let said = events(wanted);
        assert!(!said.is_empty() && said.lines().all(|line| line.contains(lane)), "{wanted}: {said}");
    }
    assert_eq!(events("shop/show"), events("show"));
    assert_eq!(events("small/show"), "");
    running.stop().ended(0);
}
