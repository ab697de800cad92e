//! `aev try`.

use crate::support::{Place, example, until};
use serde_json::{Value, json};

const SHOP: &str = "\
pipeline shop

source orders: webhook { endpoint: \"/orders\", port: 12000, method: \"POST\" }

filter big from orders as order where order.body.total > 100

filter small from orders as order where order.body.total <= 100

trigger pick on big as order {
  http { url: \"http://warehouse.shop.svc/pick\", method: \"POST\", payload: { id: order.body.id } }
}

trigger count on small as order { log }
";

fn line(total: u64) -> String {
    format!(
        "{{\"event\": \"orders\", \"data\": {{\"body\": {{\"id\": \"a-{total}\", \"total\": {total}}}}}}}"
    )
}

#[test]
fn each_line_is_answered_in_the_documented_form() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    let input = format!("{}\r\n\r\n{}", line(150), line(7));
    let answers = place.aev_with(&["try", "shop.aev", "--format", "json"], input.as_bytes()).ended(0).lines();
    assert_eq!(answers.len(), 2);
    let mut first = answers[0].clone();
    let action = first["actions"][0]["action"].take();
    assert_eq!(
        first,
        json!({
            "event": "orders",
            "filters": [
                { "name": "big", "passed": true, "reason": null },
                { "name": "small", "passed": false, "reason": "`body.total`: `150` is more than `100`" },
            ],
            "fired": ["pick"],
            "actions": [{ "trigger": "pick", "action": null }],
        })
    );
    assert_eq!(action["kind"], "http");
    assert_eq!(action["url"], "http://warehouse.shop.svc/pick");
    assert_eq!(action["payload"], json!({ "id": "a-150" }));
    assert_eq!(answers[1]["fired"], json!(["count"]));
    assert_eq!(answers[1]["actions"][0]["action"]["kind"], "log");
    let keys: Vec<&String> = answers[1].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["event", "filters", "fired", "actions"]);
}

#[test]
fn a_filter_that_no_trigger_uses_has_a_verdict() {
    let place = Place::new();
    let filters = SHOP.split_once("trigger").unwrap().0;
    place.file("filters.aev", filters);
    let answers =
        place.aev_with(&["try", "filters.aev", "--format", "json"], line(7).as_bytes()).ended(0).lines();
    assert_eq!(answers[0]["filters"][1], json!({ "name": "small", "passed": true, "reason": null }));
    assert_eq!(answers[0]["fired"], json!([]));
    // It causes nothing, so there is nothing of it to build.
    let built = place.aev(&["build", "filters.aev"]).ended(0);
    assert!(!built.out.contains("kind: Sensor"), "{}", built.out);
}

#[test]
fn people_read_verdicts_reasons_and_finished_actions() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    let shown = place.aev_with(&["try", "shop.aev"], line(150).as_bytes()).ended(0).out;
    for part in
        ["orders\n", "passed   big\n", "filtered small: `body.total`", "fires    pick\n", "id: a-150\n"]
    {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
    place.file("picky.aev", SHOP.replace("<= 100", "<= 2"));
    let shown = place.aev_with(&["try", "picky.aev"], line(3).as_bytes()).ended(0).out;
    assert!(shown.contains("no trigger fires"), "{shown}");
}

#[test]
fn files_are_decided_in_their_order_whole_or_as_they_were_posted() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    place.file("whole.json", r#"{"header": {}, "body": {"id": "w", "total": 500}}"#);
    place.file("posted.json", r#"{"id": "p", "total": 5}"#);
    let args = [
        "try",
        "shop.aev",
        "--format",
        "json",
        "--send",
        "orders=whole.json",
        "--send",
        "orders=posted.json",
    ];
    let ran = place.aev(&args).ended(0);
    let passed: Vec<Value> =
        ran.lines().iter().map(|answer| answer["filters"][0]["passed"].clone()).collect();
    assert_eq!(passed, [true, false]);
    assert_eq!(ran.err, "`posted.json` is taken as what was posted: the body of the event\n");
}

#[test]
fn a_delivery_of_github_is_decided_from_its_file() {
    let place = Place::new();
    let (file, opened) = (example("pull-request.aev"), example("fixtures/opened.json"));
    let closed = example("fixtures/closed.json");
    let send = |path: &std::path::Path| format!("github={}", path.display());
    let args = [
        "try",
        file.to_str().unwrap(),
        "--format",
        "json",
        "--send",
        &send(&opened),
        "--send",
        &send(&closed),
    ];
    let answers = place.aev(&args).ended(0).lines();
    assert_eq!(answers[0]["fired"], json!(["build", "announce"]));
    assert_eq!(answers[1]["fired"], json!([]));
    let reason = answers[1]["filters"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("`body.action`: `\"closed\"` is not in the list"), "{reason}");
}

#[test]
fn a_plan_is_tried_like_its_pipeline() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    place.aev(&["build", "--target", "plan", "shop.aev", "-o", "shop.plan.json"]).ended(0);
    let input = format!("{}\n{}\n", line(150), line(7));
    let of = |file: &str| place.aev_with(&["try", file, "--format", "json"], input.as_bytes()).ended(0).out;
    assert_eq!(of("shop.aev"), of("shop.plan.json"));
}

#[test]
fn what_is_no_event_is_refused_with_its_line() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    let try_ = |input: &[u8]| place.aev_with(&["try", "shop.aev", "--format", "json"], input);
    let after_one = |bad: &str| try_(format!("{}\n\n{bad}\n", line(150)).as_bytes()).ended(1);
    for (bad, parts) in [
        ("nonsense", ["line 3: this is no event: expected a JSON value at column 1; ", "{\"event\": "]),
        ("[1, 2]", ["line 3: ", "{\"event\": "]),
        ("{\"event\": \"orders\"}", ["line 3: ", "`data` is missing"]),
        ("{\"event\": \"orders\", \"data\": }", ["line 3: ", "at column 29"]),
        ("{\"event\": \"odrers\", \"data\": {}}", ["line 3: there is no event `odrers`", "`orders`"]),
    ] {
        let ran = after_one(bad);
        assert_eq!(ran.lines().len(), 1, "what came before is answered");
        assert!(parts.iter().all(|part| ran.err.contains(part)), "{}", ran.err);
        assert!(!ran.err.contains("line 1"), "one place is named: {}", ran.err);
    }
    try_(b"\xff\n").refused(1, &["line 1: ", "UTF-8"]);
    assert_eq!(try_(b"").ended(0).out, "");
    assert_eq!(try_(b"\r\n \n").ended(0).out, "");
}

#[test]
fn a_wrong_send_is_refused() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    place.file("order.json", "{}");
    place.file("text.json", "not json");
    let send = |send: &str| place.aev(&["try", "shop.aev", "--send", send]);
    for wrong in ["orders", "orders=", "=order.json"] {
        send(wrong).refused(2, &["does not name an event and a file", "EVENT=PAYLOAD.json"]);
    }
    send("odrers=order.json").refused(2, &["there is no event `odrers`", "`orders`"]);
    send("orders=nowhere.json").refused(3, &["there is no file `nowhere.json`"]);
    send("orders=text.json").refused(1, &["`text.json`: this is no JSON: ", "line 1, column 1"]);
}

#[test]
fn what_was_posted_becomes_the_body_where_the_kind_of_this_event_has_one() {
    let place = Place::new();
    place.file(
        "mixed.aev",
        "external source mixed { event tick: calendar, event hook: webhook }\n\n\
         trigger show on mixed.hook as event { log }\n\ntrigger note on mixed.tick as event { log }\n",
    );
    place.file("posted.json", r#"{"id": 1}"#);
    place.file("time.json", r#"{"eventTime": "2026-01-31T09:30:00Z"}"#);
    let data = |send: &str| {
        let ran = place.aev(&["try", "mixed.aev", "--format", "json", "--send", send]).ended(0);
        ran.lines()[0]["actions"][0]["action"]["events"][0]["data"].clone()
    };
    assert_eq!(data("mixed.hook=posted.json"), json!({ "body": { "id": 1 } }));
    place.file("marked.json", "\u{feff}{\"id\": 1}");
    assert_eq!(data("mixed.hook=marked.json"), json!({ "body": { "id": 1 } }));
    assert_eq!(data("mixed.tick=time.json"), json!({ "eventTime": "2026-01-31T09:30:00Z" }));
}

#[test]
fn a_pipeline_with_mistakes_is_refused_in_the_form_that_is_asked_for() {
    let place = Place::new();
    place.file("broken.aev", SHOP.replace("on big", "on bgi"));
    place.aev(&["try", "broken.aev"]).refused(1, &["error[AEV0101]"]);
    let ran = place.aev(&["try", "broken.aev", "--format", "json"]).refused(1, &[]);
    let found: Vec<Value> = ran.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found[0]["code"], "AEV0101");
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    use std::io::{BufRead, BufReader, Write};
    let place = Place::new();
    place.file("shop.aev", SHOP);
    let mut command = place.command(&["try", "shop.aev", "--format", "json"]);
    let mut child =
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", line(7)).unwrap();
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    // Until it has seen that the pipe is closed it goes on reading; standard input stays open.
    until("it ends", || {
        let _ = writeln!(stdin, "{}", line(7));
        child.try_wait().unwrap()
    });
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn ten_thousand_events_are_streamed() {
    let place = Place::new();
    place.file("shop.aev", SHOP);
    let input: String = (0..10_000).map(|n| line(n % 200) + "\n").collect();
    let ran = place.aev_with(&["try", "shop.aev", "--format", "json"], input.as_bytes()).ended(0);
    assert_eq!(ran.out.lines().count(), 10_000);
    assert_eq!(ran.out.matches("\"fired\":[\"pick\"]").count(), 10_000 / 200 * 99);
}

#[test]
fn an_answer_comes_before_the_next_event_is_there() {
    use std::io::{BufRead, BufReader, Write};
    let place = Place::new();
    place.file("shop.aev", SHOP);
    let mut command = place.command(&["try", "shop.aev", "--format", "json"]);
    let mut child =
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for total in [150, 7] {
        writeln!(stdin, "{}", line(total)).unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.starts_with("{\"event\":\"orders\""), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
