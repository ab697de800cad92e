//! What stands against `aev run`, and the settings that it goes by.

use crate::support::{Place, example};
use serde_json::{Value, json};
use std::net::TcpListener;

/// A pipeline that needs nothing.
pub const HOOK: &str = "\
pipeline hook

source hook: webhook { endpoint: \"/hook\", port: 12000, method: \"POST\" }

trigger show on hook as event { log }
";

fn pull_request() -> String {
    example("pull-request.aev").to_str().unwrap().to_owned()
}

#[test]
fn missing_secrets_are_named_all_at_once_and_nothing_starts() {
    let place = Place::new();
    let run = |more: &[&str]| {
        let file = pull_request();
        let mut args = vec!["run", &file, "--port=12000=0", "--bus=embedded:bus"];
        args.extend(more);
        place.aev(&args)
    };
    run(&[]).refused(3, &["DIR/github-access/hook`", "DIR/status-board/token`", "--secrets DIR"]);
    run(&["--secrets=secrets"]).refused(
        3,
        &["create the file `secrets/github-access/hook`", "create the file `secrets/status-board/token`"],
    );
    place.file("secrets/github-access/hook", "");
    std::fs::create_dir_all(place.path("secrets/status-board/token")).unwrap();
    run(&["--secrets=secrets"])
        .refused(3, &["`secrets/github-access/hook`", "is empty", "secrets/status-board/token"]);
    assert!(!place.path("bus").exists(), "nothing starts half");
}

#[test]
fn what_is_no_pipeline_is_not_run() {
    let place = Place::new();
    place.file("latin.aev", b"pipeline caf\xe9\n");
    place.file("broken.aev", "pipeline broken\n\ntrigger t on nothing as e { log }\n");
    let run = |file: &str| place.aev(&["run", file, "--bus=embedded:bus"]);
    run("nowhere.aev").refused(3, &["there is no file `nowhere.aev`"]);
    run(".").refused(1, &["AEV0003", "latin.aev:1:13", "AEV0101"]);
    run("latin.aev").refused(1, &["AEV0003", "latin.aev:1:13"]);
    run("broken.aev").refused(1, &["AEV0101", "broken.aev:3:14"]);
    assert!(!place.path("bus").exists());
}

#[test]
fn what_the_runtime_cannot_do_says_what_can() {
    let place = Place::new();
    place.file(
        "socket.aev",
        "pipeline socket\n\nsource orders: nats { url: \"wss://nats.shop.svc\", subject: \"orders.>\" }\n\ntrigger show on orders { log }\n",
    );
    let ran = place.aev(&["run", "socket.aev", "--bus=embedded:bus"]);
    ran.refused(1, &["AEV0402", "wss://", "--target argo"]);
}

#[test]
fn plans_of_other_versions_are_refused_with_a_code() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    place.aev(&["build", "--target", "plan", "hook.aev", "-o", "hook.json"]).ended(0);
    let plan: Value = serde_json::from_str(&place.read("hook.json")).unwrap();
    let written = |version: &str, more: bool| {
        let mut plan = plan.clone();
        plan["version"] = json!(version);
        if more {
            plan["plan"]["later"] = json!(true);
        }
        place.file("other.json", plan.to_string());
        place.aev(&["run", "other.json", "--bus=embedded:bus"])
    };
    written("2.0", false)
        .refused(1, &["AEV0601", "version 2.0", "use a newer aev", "aev build --target plan"]);
    written("1.7", true).refused(1, &["AEV0601", "version 1.7", "`later`"]);
    written("one", false).refused(1, &["AEV0601", "`one`"]);
    written("1.0", true).refused(1, &["`other.json`", "`later`"]);
    place.file("other.json", "{}");
    place
        .aev(&["run", "other.json"])
        .refused(1, &["`other.json`: this is no plan", "aev build --target plan"]);
    assert!(!place.path("bus").exists());
    let page = place.aev(&["explain", "AEV0601"]).ended(0).out;
    assert!(page.starts_with("# AEV0601: "), "{page}");
}

#[test]
fn wrong_settings_are_refused_with_the_right_form() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let run = |more: &str| place.aev(&["run", "hook.aev", "--bus=embedded:bus", more]);
    run("--port=12").refused(2, &["--port", "`12`", "12000=0"]);
    run("--port=12000=70000").refused(2, &["--port", "12000=0"]);
    run("--bind=localhost").refused(2, &["--bind", "`localhost`", "127.0.0.1"]);
    run("--log=loud=very=much").refused(2, &["--log", "`info`"]);
    run("--log=debgu").refused(2, &["--log", "`debgu` is no level; did you mean `debug`?"]);
    run("--log=aev_bus=debug,warm").refused(2, &["`warm` is no level; did you mean `warn`?"]);
    place.aev(&["run", "hook.aev", "--show-config", "--log=loud"]).refused(2, &["`loud` is no level"]);
    run("--connect=board").refused(2, &["--connect", "HOST:PORT=ADDRESS:PORT"]);
    run("--env=nowhere.env").refused(3, &["there is no file `nowhere.env`"]);
    place.aev(&["run", "hook.aev", "--bus=kafka:b"]).refused(2, &["--bus", "`kafka:b`", "embedded:DIR"]);
    place.file("typo.env", "\n# of ours\nAEV_BINDD=0.0.0.0\n");
    run("--env=typo.env").refused(2, &["typo.env:3", "`AEV_BINDD` is no setting", "AEV_BIND,"]);
    place.file("text.env", "bind to all\n");
    run("--env=text.env").refused(2, &["text.env:1", "`KEY=VALUE`"]);
    assert!(!place.path("bus").exists());
}

#[test]
fn show_config_says_where_each_value_comes_from() {
    let place = Place::new();
    place.file("hook.aev", HOOK.replace("source", "bus events: embedded { path: \"events\" }\n\nsource"));
    place.file("dev.env", "# for development\nAEV_BIND=127.0.0.2\nAEV_LOG=debug\nOTHER=1\n");
    let shown = |format: &str, variable: Option<&str>| {
        let args =
            ["run", "hook.aev", "--show-config", "--env=dev.env", "--port=12000=0", "--format", format];
        let mut command = place.command(&args);
        command.envs(variable.map(|value| ("AEV_LOG", value)));
        crate::support::Ran::of(command, b"").ended(0)
    };
    let rows: Vec<(String, String, String)> = shown("json", Some("info"))
        .lines()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (text("setting"), text("value"), text("from"))
        })
        .collect();
    let expected = [
        ("bus", "embedded:events", "pipeline file hook.aev"),
        ("bind", "127.0.0.2", "env file dev.env:2"),
        ("port", "12000=0", "flag --port"),
        ("secrets", "none", "default"),
        ("objects", ".aev/objects", "default"),
        ("connect", "none", "default"),
        ("records", ".aev/records?max-bytes=67108864", "default"),
        ("control", ".aev/control.sock", "default"),
        ("control-token", "none", "default"),
        ("metrics", "none", "default"),
        ("otlp", "none", "default"),
        ("log", "info", "environment AEV_LOG"),
    ];
    assert_eq!(rows.len(), expected.len());
    for ((name, value, from), expected) in rows.iter().zip(expected) {
        assert_eq!((name.as_str(), value.as_str(), from.as_str()), expected);
    }
    let human = shown("human", None).out;
    for (name, value, from) in
        [("log", "debug", "env file dev.env:3"), ("bind", "127.0.0.2", "env file dev.env:2")]
    {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert!(human.lines().any(|line| words(line) == format!("{name} {value} {from}")), "{human}");
    }
    assert!(!place.path("events").exists(), "it does not run");
}

#[test]
fn a_variable_that_nobody_reads_is_remarked_upon() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let shown = |variables: &[(&str, &str)]| {
        let mut command = place.command(&["run", "hook.aev", "--show-config", "--format=json"]);
        command.envs(variables.iter().copied());
        crate::support::Ran::of(command, b"")
    };
    let known =
        ["BUS", "BIND", "PORT", "SECRETS", "OBJECTS", "CONNECT", "LOG"].map(|name| format!("AEV_{name}"));
    let known: Vec<(&str, &str)> = known.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(shown(&known).ended(0).err, "");
    let ran = shown(&[("AEV_BINDD", "0.0.0.0"), ("AEV_FOO", "1"), ("OTHER", "1")]).ended(0);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], "`AEV_BINDD` in the environment is no setting; did you mean `AEV_BIND`?");
    assert!(lines[1].starts_with("`AEV_FOO` in the environment is no setting; there are AEV_BUS, "));
    assert!(ran.out.contains(r#""value":"127.0.0.1","from":"default""#), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let mut command = place.command(&["run", "hook.aev", "--show-config"]);
    command.env("AEV_BIND", std::ffi::OsStr::from_bytes(b"\xff"));
    crate::support::Ran::of(command, b"").refused(2, &["AEV_BIND", "not UTF-8"]);
}

#[test]
fn a_port_in_use_is_said_and_nothing_is_left_running() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran = place.aev(&["run", "hook.aev", "--bus=embedded:bus", &format!("--port=12000={port}")]);
    ran.refused(3, &[&format!("port {port} on 127.0.0.1 is in use"), "--port 12000=N"]);
    let ran = place.aev(&["run", "hook.aev", "--bus=embedded:bus", "--port=12000=0", "--bind=192.0.2.1"]);
    ran.refused(3, &["192.0.2.1", "--bind"]);
}

#[test]
fn a_bus_that_cannot_be_used_is_said() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    place.file("file", "as it was\n");
    let run = |bus: &str| place.aev(&["run", "hook.aev", "--port=12000=0", bus]);
    run("--bus=embedded:file").refused(3, &["file", "it is a file", "give a directory"]);
    run("--bus=embedded:file/bus").refused(3, &["file/bus"]);
    assert_eq!(place.read("file"), "as it was\n");
    if cfg!(target_os = "linux") {
        for dir in ["/proc/x", "/proc/bus"] {
            run(&format!("--bus=embedded:{dir}"))
                .refused(3, &[&format!("{dir} cannot be made or written to"), "--bus embedded:DIR"]);
        }
    }
    let mut first = place.run("hook.aev", &[]);
    first.address("hook");
    run("--bus=embedded:bus")
        .refused(3, &["another process", "control socket `.aev/control.sock`", "--control PATH"]);
    place
        .aev(&["run", "hook.aev", "--port=12000=0", "--bus=embedded:bus", "--control=none"])
        .refused(3, &["the bus in bus is in use by another process", "--bus embedded:DIR"]);
    first.stop().ended(0);
    let mut second = place.run("hook.aev", &[]);
    second.address("hook");
    second.stop().ended(0);
}

#[test]
fn a_place_for_objects_that_cannot_be_used_is_said_before_anything_starts() {
    let place = Place::with_secrets();
    place.file("file", "as it was\n");
    let args = [
        "run",
        &pull_request(),
        "--port=12000=0",
        "--secrets=secrets",
        "--bus=embedded:bus",
        "--objects=file",
    ];
    place.aev(&args).refused(3, &["file", "--objects"]);
}

#[test]
fn a_port_that_no_source_has_is_said() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let ran = place.aev(&["run", "hook.aev", "--bus=embedded:bus", "--port=13000=0"]);
    ran.refused(3, &["13000", "12000"]);
}

#[test]
fn what_has_nothing_to_run_is_not_run() {
    let place = Place::new();
    place.file("empty.aev", "// Nothing yet.\n");
    let ran = place.aev(&["run", "empty.aev"]).ended(1);
    assert!(ran.err.contains("AEV0509") && ran.err.contains("nothing to run"), "{}", ran.err);
}
