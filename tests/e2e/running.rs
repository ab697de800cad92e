//! `aev run` at work: deliveries in, decisions and effects out, and the way down.

use crate::starting::HOOK;
use crate::support::HOOK as SECRET;
use crate::support::{
    CANARY, Client, Place, Running, Target, address_of, example, post, root, signed, stands_in, texts, until,
};
use rustix::process::Signal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

fn github(place: &Place, target: &Target, file: &str) -> Running {
    let connect = format!("--connect=status-board.ci.svc:8080={}", target.address);
    place.run(file, &["--secrets=secrets", &connect])
}

fn deliver(address: SocketAddr, secret: &str, body: &[u8]) -> (u16, String) {
    let headers = [
        ("Content-Type", "application/json"),
        ("X-GitHub-Event", "pull_request"),
        ("X-Hub-Signature-256", &signed(secret, body)),
    ];
    post(address, "/github", &headers, body)
}

/// The decisions of a trigger, in their order.
fn decisions(printed: &str, trigger: &str) -> Vec<String> {
    let lines = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line["trigger"] == trigger)
        .filter_map(|line| line["decision"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn a_pull_request_becomes_a_workflow_and_a_call() {
    let target = Target::new();
    let plan = Place::with_secrets();
    let file = example("pull-request.aev");
    plan.aev(&["build", "--target=plan", file.to_str().unwrap(), "-o", "pull-request.plan.json"]).ended(0);
    for (place, file) in [(Place::with_secrets(), file.to_str().unwrap()), (plan, "pull-request.plan.json")] {
        let before = target.calls().len();
        let mut running = github(&place, &target, file);
        let address = running.address("github");
        for name in ["closed.json", "opened.json"] {
            let body = std::fs::read(example("fixtures").join(name)).unwrap();
            assert_eq!(deliver(address, SECRET, &body).0, 200);
        }
        running
            .line("the workflow is there", |line| line["trigger"] == "build" && line["decision"] == "done");
        running
            .line("the board was called", |line| line["trigger"] == "announce" && line["decision"] == "done");
        let ran = running.stop().ended(0);
        assert_eq!(
            decisions(&ran.out, "build"),
            ["received", "filtered", "received", "matched", "fired", "attempt", "done"]
        );

        let objects = texts(&place.path("objects"));
        assert_eq!(objects.len(), 1);
        let workflow: Value = serde_json::from_slice(&objects[0].1).unwrap();
        assert_eq!(workflow["kind"], "Workflow");
        let parameters = &workflow["spec"]["arguments"]["parameters"];
        assert_eq!((&parameters[0]["name"], &parameters[0]["value"]), (&"pr_number".into(), &"412".into()));

        let calls = &target.calls()[before..];
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].what, "PUT /commits/9f3b6c1e7a2d4850b1c9e6f7a8d3b2c4e5f60718");
        assert_eq!(calls[0].header("authorization"), Some(format!("Bearer {CANARY}-token").as_str()));
        let body: Value = serde_json::from_str(&calls[0].body).unwrap();
        assert_eq!((&body["number"], &body["state"]), (&412.into(), &"building".into()));
    }
}

#[test]
fn every_line_in_a_pipe_is_json_without_a_key_twice() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let mut running = place.run("hook.aev", &[]);
    let address = running.address("hook");
    assert_eq!(post(address, "/hook", &[], b"{\"id\": 1}").0, 200);
    running.line("it is shown", |line| line["decision"] == "done");
    let ran = running.stop().ended(0);
    for line in ran.out.lines() {
        let read: Value = serde_json::from_str(line).unwrap();
        // What is read keeps the last of two equal keys, and so is shorter than what was printed.
        assert_eq!(read.to_string().len(), line.len(), "{line}");
    }
    let logged = ran.out.lines().find(|line| line.contains("\"logged\"")).unwrap();
    assert!(logged.contains("\"id\":1"), "{logged}");
}

#[test]
fn people_see_each_decision() {
    let place = Place::new();
    place.file(
        "hook.aev",
        HOOK.replace(
            "trigger show on hook",
            "filter big from hook as event where event.body.n > 5\n\ntrigger show on big",
        ),
    );
    let running = Running::start({
        let mut command =
            place.command(&["run", "hook.aev", "--bus=embedded:bus", "--port=12000=0", "--format=human"]);
        command.env("NO_COLOR", "1");
        command
    });
    let url = until("it listens", || running.printed().lines().next().map(str::to_owned));
    let address = address_of(url.trim_start_matches("listening "));
    assert_eq!(url, format!("listening http://{address}/hook for hook"));
    for n in [3, 8] {
        assert_eq!(post(address, "/hook", &[], format!("{{\"n\": {n}}}").as_bytes()).0, 200);
    }
    until("it is shown", || running.printed().contains(" done ").then_some(()));
    let shown = running.stop().ended(0).out;
    for part in [
        "received   show: ",
        "filtered   show: big because `body.n`",
        "matched    show: big",
        "fired      show: ",
        "done       show: ",
    ] {
        let line = shown.lines().find(|line| line.contains(part));
        let line = line.unwrap_or_else(|| panic!("`{part}` is not in\n{shown}"));
        let time = line.split(' ').next().unwrap();
        let form: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(form, "00:00:00.000", "{line}");
    }
}

#[test]
fn what_is_not_signed_is_refused_and_becomes_no_event() {
    let (place, target) = (Place::with_secrets(), Target::new());
    let mut running = github(&place, &target, example("pull-request.aev").to_str().unwrap());
    let address = running.address("github");
    let body = std::fs::read(example("fixtures/opened.json")).unwrap();
    assert_eq!(deliver(address, "another secret", &body).0, 401);
    assert_eq!(post(address, "/github", &[("X-GitHub-Event", "pull_request")], &body).0, 401);
    assert_eq!(post(address, "/github", &[("X-Hub-Signature-256", "sha256=")], &body).0, 401);
    assert_eq!(post(address, "/elsewhere", &[], &body).0, 404);
    let text = b"no json";
    assert_eq!(deliver(address, SECRET, text).0, 400);
    let ran = running.stop().ended(0);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(target.calls().is_empty());
}

#[test]
fn a_body_of_100_mb_is_refused_at_once() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let mut running = place.run("hook.aev", &[]);
    let address = running.address("hook");
    let started = Instant::now();
    let mut client = Client::connect(address).unwrap();
    client.write(b"POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n{").unwrap();
    let (status, body) = client.answer().unwrap();
    assert_eq!(status, 413);
    assert!(body.contains("1048576"), "{body}");
    // One that does not say how long it is, and never ends.
    let mut client = Client::connect(address).unwrap();
    client.write(b"POST /hook HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
    while client.write(&chunk).is_ok() && started.elapsed() < Duration::from_secs(20) {}
    assert!(started.elapsed() < Duration::from_secs(10), "it took {:?}", started.elapsed());
    assert_eq!(post(address, "/hook", &[], b"{}").0, 200);
    running.stop().ended(0);
}

#[test]
fn slow_clients_keep_nobody_waiting() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let mut running = place.run("hook.aev", &[]);
    let address = running.address("hook");
    let mut slow: Vec<Client> = (0..200).map(|_| Client::connect(address).unwrap()).collect();
    for client in &mut slow {
        client.write(b"POST /hook HTTP/1.1\r\nHost: lo").unwrap();
    }
    let started = Instant::now();
    assert_eq!(post(address, "/hook", &[], b"{}").0, 200);
    assert!(started.elapsed() < Duration::from_secs(5));
    let started = Instant::now();
    running.stop().ended(0);
    assert!(started.elapsed() < Duration::from_secs(26), "a drain does not wait for them for ever");
}

#[test]
fn being_asked_to_end_drains() {
    for signal in [Signal::INT, Signal::TERM] {
        let place = Place::new();
        place.file("hook.aev", HOOK);
        let mut running = place.run("hook.aev", &[]);
        let address = running.address("hook");
        for n in 0..20 {
            assert_eq!(post(address, "/hook", &[], format!("{{\"n\": {n}}}").as_bytes()).0, 200);
        }
        running.signal(signal);
        let ran = running.end().ended(0);
        let done = decisions(&ran.out, "show").into_iter().filter(|decision| decision == "done").count();
        // What is not done by then is done at the next start.
        let mut running = place.run("hook.aev", &[]);
        running.address("hook");
        until("all is done", || {
            let again = decisions(&running.printed(), "show")
                .into_iter()
                .filter(|decision| decision == "done")
                .count();
            (done + again >= 20).then_some(())
        });
        running.stop().ended(0);
    }
}

#[test]
fn a_second_asking_ends_at_once() {
    let place = Place::new();
    // The target never answers, so that a drain has something to wait for.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/never", silent.local_addr().unwrap());
    place.file(
        "hook.aev",
        HOOK.replace("{ log }", &format!("{{ http {{ url: \"{url}\", method: \"POST\", timeout: 60s }} }}")),
    );
    let mut running = place.run("hook.aev", &[]);
    let address = running.address("hook");
    assert_eq!(post(address, "/hook", &[], b"{}").0, 200);
    running.line("it is under way", |line| line["decision"] == "attempt");
    let (_open, _) = silent.accept().unwrap();
    running.signal(Signal::INT);
    std::thread::sleep(Duration::from_millis(300));
    running.signal(Signal::INT);
    let started = Instant::now();
    let ran = running.end().ended(130);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(ran.err.contains("repeated at the next start"), "{}", ran.err);
}

#[test]
fn in_a_pipe_it_is_quiet_about_events() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let mut running =
        Running::start(place.command(&["run", "hook.aev", "--bus=embedded:bus", "--port=12000=0"]));
    let address = running.address("hook");
    assert_eq!(post(address, "/hook", &[], b"{}").0, 200);
    until("it is done", || place.aev(&["events"]).ended(0).out.contains("done").then_some(()));
    let ran = running.stop().ended(0);
    assert_eq!((ran.lines().len(), ran.err.as_str()), (1, ""), "{}", ran.out);
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let args = ["run", "hook.aev", "--bus=embedded:bus", "--port=12000=0", "--format=json"];
    let mut child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    let address = address_of(line["listening"].as_str().unwrap());
    assert_eq!(post(address, "/hook", &[], b"{}").0, 200);
    until("it ends", || child.try_wait().unwrap());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_well_when_nothing_more_can_be_printed() {
    let place = Place::new();
    place.file("hook.aev", HOOK);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let args = ["run", "hook.aev", "--bus=embedded:bus", "--port=12000=0"];
    let output = place.command(&args).stdout(full).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"));
}

/// Deliveries of the given numbers by several senders at once, until one is not answered. Keeps those that were answered
/// 2xx.
fn flood(address: SocketAddr, body: &str, from: u64, count: u64, answered: &Mutex<BTreeSet<u64>>) {
    let next = std::sync::atomic::AtomicU64::new(from);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let Ok(mut client) = Client::connect(address) else { return };
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if number >= from + count {
                        return;
                    }
                    let body = body.replace("\"number\": 412,", &format!("\"number\": {number},"));
                    let headers = [
                        ("Content-Type", "application/json"),
                        ("X-GitHub-Event", "pull_request"),
                        ("X-Hub-Signature-256", &signed(SECRET, body.as_bytes())),
                    ];
                    match client.post("/github", &headers, body.as_bytes()) {
                        Ok((200, _)) => {
                            answered.lock().unwrap().insert(number);
                        }
                        _ => return,
                    }
                }
            });
        }
    });
}

#[test]
fn nothing_that_was_answered_is_lost_when_the_process_is_killed_under_load() {
    let (place, target) = (Place::with_secrets(), Target::new());
    let file = example("pull-request.aev");
    let file = file.to_str().unwrap();
    let body = std::fs::read_to_string(example("fixtures/opened.json")).unwrap();
    let answered = Mutex::new(BTreeSet::new());
    for round in 0..5 {
        let mut running = github(&place, &target, file);
        let address = running.address("github");
        let before = answered.lock().unwrap().len();
        std::thread::scope(|scope| {
            scope.spawn(|| flood(address, &body, 100_000 * (round + 1), 100_000, &answered));
            // Each time at another point, and always under way.
            let enough = before + 50 + 37 * round as usize;
            until("deliveries are answered", || (answered.lock().unwrap().len() >= enough).then_some(()));
            running.kill();
        });
    }
    let mut running = github(&place, &target, file);
    let address = running.address("github");
    flood(address, &body, 900_000, 400, &answered);
    let answered = answered.into_inner().unwrap();
    assert!(answered.range(900_000..).count() == 400, "the last process was not killed");

    let numbers = |bodies: Vec<String>, pointer: &str| -> BTreeSet<u64> {
        let parsed = bodies.iter().map(|body| serde_json::from_str::<Value>(body).unwrap());
        parsed
            .map(|body| {
                let number = body.pointer(pointer).unwrap();
                number.as_u64().or_else(|| number.as_str()?.parse().ok()).unwrap()
            })
            .collect()
    };
    until("every delivery has its effects", || {
        std::thread::sleep(Duration::from_millis(200));
        let written = texts(&place.path("objects"))
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|e| e == "json"));
        let workflows = written.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
        let built = numbers(workflows, "/spec/arguments/parameters/0/value");
        let announced = numbers(target.calls().into_iter().map(|call| call.body).collect(), "/number");
        (answered.is_subset(&built) && answered.is_subset(&announced)).then_some(())
    });
    running.stop().ended(0);

    // An effect is repeated only under the same key, and a key has one effect.
    let calls = target.calls();
    let pairs: BTreeSet<(String, String)> = calls
        .iter()
        .map(|call| (call.header("idempotency-key").unwrap().to_owned(), call.body.clone()))
        .collect();
    let keys: BTreeSet<&String> = pairs.iter().map(|(key, _)| key).collect();
    let bodies: BTreeSet<&String> = pairs.iter().map(|(_, body)| body).collect();
    assert_eq!((keys.len(), bodies.len()), (pairs.len(), pairs.len()));
}

#[test]
fn what_a_sender_shows_to_be_let_in_is_kept_nowhere() {
    let place = Place::new();
    let token = format!("{CANARY}-sender");
    place.file("secrets/hook/token", &token);
    let source = "method: \"POST\", authSecret: secret(\"hook\", \"token\") }";
    place.file("hook.aev", HOOK.replace("method: \"POST\" }", source));
    let mut running = place.run("hook.aev", &["--secrets=secrets", "--log=debug"]);
    let address = running.address("hook");
    let bearer = |token: &str| {
        post(
            address,
            "/hook",
            &[("Authorization", &format!("Bearer {token}"))],
            b"{\"note\": \"kept-on-the-bus\"}",
        )
        .0
    };
    assert_eq!(bearer("another"), 401);
    assert_eq!(bearer(&token), 200);
    running.line("it is shown", |line| line["decision"] == "done");
    running.stop().ended(0);
    // Everything that it printed and wrote is searched for the secret, where what was posted is found.
    let stored = texts(&place.path("bus"));
    assert!(stored.iter().any(|(_, bytes)| stands_in("kept-on-the-bus", bytes)));
}

#[test]
fn a_calendar_makes_a_workflow_when_it_is_due() {
    let place = Place::new();
    let text = std::fs::read_to_string(root().join("examples/nightly/nightly.aev")).unwrap();
    assert!(text.contains("interval: 6h"));
    place.file("nightly.aev", text.replace("interval: 6h", "interval: 1s"));
    // It has no port that could be moved.
    let mut running = Running::start(place.command(&[
        "run",
        "nightly.aev",
        "--bus=embedded:bus",
        "--objects=objects",
        "--format=json",
    ]));
    let due = |line: &Value| line["trigger"] == "clean" && line["decision"] == "done";
    let first = running.line("the workflow is there", due);
    running.line("and the next one", |line| due(line) && line["firing"] != first["firing"]);
    let ran = running.stop().ended(0);
    let written: BTreeSet<String> = ran
        .lines()
        .iter()
        .filter(|line| line["result"]["written"].is_object())
        .map(|line| line["finished"]["object"]["spec"]["workflowTemplateRef"]["name"].to_string())
        .collect();
    assert_eq!(written, BTreeSet::from(["\"clean-up\"".to_owned()]));
}
