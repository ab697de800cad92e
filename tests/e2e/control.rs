//! Telling a running process what to do: dead letters, replays, reloads; and who may.

use crate::support::{CANARY, Place, Running, Target, post, until};
use std::net::{SocketAddr, TcpListener};

fn pipeline(url: &str) -> String {
    format!(
        "pipeline shop\n\nsource orders: webhook {{ endpoint: \"/orders\", port: 12000, method: \"POST\" }}\n\n\
         trigger note on orders as order {{ http {{ url: \"{url}/note\", method: \"POST\", payload: {{ id: order.body.id }}, timeout: 2s }} }}\n"
    )
}

fn send(address: SocketAddr, id: &str) {
    let body = format!("{{\"id\": \"{id}\"}}");
    assert_eq!(post(address, "/orders", &[("Content-Type", "application/json")], body.as_bytes()).0, 200);
}

fn calls(target: &Target, count: usize) {
    until("the target is called", || (target.calls().len() >= count).then_some(()));
}

#[test]
fn dead_letters_are_shown_tried_again_and_dropped() {
    let place = Place::new();
    place.file("shop.aev", pipeline("http://board.test"));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut running = place.run("shop.aev", &[&format!("--connect=board.test:80={free}")]);
    let address = running.address("orders");
    // One after the other, so that the letters are in this order.
    for (before, id) in ["one", "two", "three"].into_iter().enumerate() {
        send(address, id);
        until("it is dead", || {
            (running.printed().matches("\"dead-lettered\"").count() == before + 1).then_some(())
        });
    }
    let listed = place.aev(&["dead", "list"]).ended(0).out;
    assert_eq!(listed.lines().filter(|line| line.contains("shop/note orders ")).count(), 3, "{listed}");
    let letters = place.aev(&["dead", "list", "--format", "json", "--trigger", "note"]).ended(0).lines();
    let id = |n: usize| letters[n]["id"].as_str().unwrap().to_owned();
    let shown = place.aev(&["dead", "show", &id(0)]).ended(0).out;
    for part in ["of shop/note", "after 1 attempts", "because ", "\"id\": \"one\"", "firing "] {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
    place.aev(&["dead", "show", "999999"]).refused(1, &["there is no dead letter `999999`"]);
    place.aev(&["dead", "show", "../status"]).refused(2, &["is no id"]);
    place.aev(&["dead", "redrive"]).refused(2, &["--all"]);
    let dropped = place.aev(&["dead", "drop", &id(2), "888888"]).ended(1);
    assert_eq!(dropped.out, format!("{} is dropped\n", id(2)));
    assert!(dropped.err.contains("there is no dead letter `888888`"), "{}", dropped.err);
    running.stop().ended(0);

    // Now the target is there.
    let target = Target::new();
    let mut running = place.run("shop.aev", &[&format!("--connect=board.test:80={}", target.address)]);
    running.address("orders");
    let redriven = place.aev(&["dead", "redrive", "--all"]).ended(0).out;
    assert_eq!(redriven.matches(" is tried again as ").count(), 2, "{redriven}");
    calls(&target, 2);
    for call in target.calls() {
        let key = call.header("idempotency-key").unwrap();
        assert!(letters.iter().any(|letter| letter["firing"] == key), "under its id");
    }
    until("none is left", || {
        place.aev(&["dead", "list"]).ended(0).err.contains("there are no dead letters").then_some(())
    });
    let told = place.aev(&["why", letters[0]["firing"].as_str().unwrap()]).ended(0).out;
    for part in [
        "dead       kept",
        "redriven   ",
        "out of the dead letters",
        "done       `note` with attempt 1: answered 204",
    ] {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    running.stop().ended(0);
}

#[test]
fn past_events_are_tried_and_replayed() {
    let (place, target) = (Place::new(), Target::new());
    place.file("shop.aev", pipeline("http://board.test"));
    let mut running = place.run("shop.aev", &[&format!("--connect=board.test:80={}", target.address)]);
    let address = running.address("orders");
    for id in ["one", "two"] {
        send(address, id);
    }
    calls(&target, 2);
    until("both are done", || (running.printed().matches("\"done\"").count() == 2).then_some(()));
    let tried = place.aev(&["replay", "--since", "1h", "--dry-run"]).ended(0).out;
    assert_eq!(tried.matches("shop/note fires on orders ").count(), 2, "{tried}");
    assert!(tried.ends_with("2 events, of which 2 would fire; nothing was done\n"), "{tried}");
    assert_eq!(target.calls().len(), 2);
    let replayed = place.aev(&["replay", "--since", "1h", "--source", "orders"]).ended(0).out;
    assert!(replayed.contains("as run ") && replayed.ends_with("2 events were taken\n"), "{replayed}");
    calls(&target, 4);
    place.aev(&["replay", "--since", "1h", "--same-ids"]).ended(0);
    calls(&target, 6);
    let key = |n: usize| target.calls()[n].header("idempotency-key").unwrap().to_owned();
    let keys = |from: usize| std::collections::BTreeSet::from([key(from), key(from + 1)]);
    assert!(keys(0).is_disjoint(&keys(2)));
    assert_eq!(keys(0), keys(4));
    place.aev(&["replay", "--since", "1h", "--trigger", "pack"]).refused(1, &["no trigger `pack`"]);
    place
        .aev(&["replay", "--since", "1h", "--source", "returns"])
        .refused(1, &["none of these triggers reads `returns`"]);
    place.aev(&["replay", "--since", "2100-01-01T00:00:00Z"]).refused(1, &["does not lie before"]);
    running.stop().ended(0);
}

#[test]
fn status_says_how_each_trigger_is_and_reload_reads_the_files_again() {
    let (place, target) = (Place::new(), Target::new());
    let text = pipeline("http://board.test");
    place.file("shop.aev", &text);
    let connect = format!("--connect=board.test:80={}", target.address);
    let mut running = place.run("shop.aev", &[&connect]);
    let address = running.address("orders");
    send(address, "one");
    calls(&target, 1);
    let told = until("it is idle", || {
        let told = place.aev(&["status"]).ended(0).out;
        told.contains("0 events wait, 0 actions under way").then_some(told)
    });
    for part in [
        "aev ",
        "bus embedded:bus: ",
        "records .aev/records: ",
        "pipeline shop\n",
        "note works; last event at 20",
    ] {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
    let json = place.aev(&["status", "--format", "json"]).ended(0).lines();
    assert_eq!(json[0]["triggers"][0]["trigger"], "note");
    let told = place.aev(&["reload"]).ended(0).out;
    assert_eq!(told, "0 triggers started, 0 ended, 1 run on as they were\n");
    place.file("shop.aev", text.replace("trigger note", "trigger second on orders { log }\ntrigger note"));
    // It looks by itself as well, and may have been first.
    place.aev(&["reload"]).ended(0);
    until("it runs", || place.aev(&["status"]).ended(0).out.contains("second works").then_some(()));
    running.stop().ended(0);
}

#[test]
fn a_port_is_for_whoever_has_the_token() {
    let place = Place::new();
    place.file("shop.aev", pipeline("http://127.0.0.1:1"));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let control = format!("--control={free}");
    let run = |more: &[&str]| {
        let mut args = vec!["run", "shop.aev", "--port=12000=0", "--bus=embedded:bus", control.as_str()];
        args.extend(more);
        place.aev(&args)
    };
    run(&[]).refused(3, &["needs a token", "--control-token FILE"]);
    place.file("short", "x\n");
    run(&["--control-token=short"]).refused(3, &["`short`", "fewer than 16 bytes"]);
    place.file("secrets/token", format!("{CANARY}-token\n"));
    place.file("wrong", "this-is-not-the-token\n");
    let mut running: Running = place.run("shop.aev", &[&control, "--control-token=secrets/token"]);
    running.address("orders");
    let status = ["status", "--socket", free.as_str()];
    place.aev(&status).refused(3, &["the token is missing or wrong", "--token-file FILE"]);
    place
        .aev(&[&status[..], &["--token-file=wrong"]].concat())
        .refused(3, &["the token is missing or wrong"]);
    let told = place.aev(&[&status[..], &["--token-file=secrets/token"]].concat()).ended(0).out;
    assert!(told.contains("pipeline shop"), "{told}");
    running.stop().ended(0);
}
