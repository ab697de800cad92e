//! Clauses of triggers, and the options that hold firings back.

use crate::check::{all_of, compiled, shown};
use aev_language::compile::Target;
use aev_language::target;
use aev_plan::model::{Plan, Trigger};
use aev_plan::wire;

const EVENTS: &str = "external source ci { event built: webhook<{ sha: string, n: int, note?: string, tags: list<string> }>, event approved: webhook<{ sha: string, n: int, by: string }> }
external source chat { event said: webhook<{ commit: string, n: int }> }
external source raw: webhook
trigger all on ci.built and ci.approved and chat.said and raw { log }
";

/// Cases of a trigger that follow its name.
fn triggers(list: &[(u16, &str)]) {
    all_of(list.iter().map(|(code, rest)| (*code, format!("{EVENTS}trigger t on {rest}\n"))), None);
}

/// The trigger of a text that has no mistake.
fn trigger(rest: &str) -> Trigger {
    let text = format!("{EVENTS}trigger t on {rest}\n");
    plan(&text).sensors[0].triggers[1].clone()
}

fn plan(text: &str) -> Plan {
    let found = compiled(text, None);
    assert!(
        found.diagnostics.iter().all(|d| [402, 403].contains(&d.code.number())),
        "{}",
        shown(text, &found)
    );
    let plan = found.plan.unwrap();
    let json = wire::to_json(&plan).unwrap();
    assert_eq!(wire::from_json(&json).as_ref(), Ok(&plan));
    plan
}

#[test]
fn keys() {
    triggers(&[
        (349, "ci.built as b and ci.approved as a match «b.body.sha != a.body.sha» { log }"),
        (349, "ci.built as b and ci.approved as a match b.body.sha == a.body.sha and «b.body.n < 3» { log }"),
        (
            349,
            "ci.built as b and ci.approved as a match «b.body.sha == a.body.sha or b.body.n == a.body.n» { log }",
        ),
        (349, "ci.built as b and ci.approved as a match b.body.sha == «\"main\"» { log }"),
        (349, "ci.built as b and ci.approved as a match b.body.sha == «lower(a.body.sha)» { log }"),
        (349, "ci.built as b and ci.approved as a match b.body.sha == «a::subject» { log }"),
        (349, "ci.built as b count 3 match «b::id» { log }"),
        (349, "ci.built as b count 3 match «b.body.sha == b.body.note» { log }"),
        (350, "ci.built as b and ci.approved as a match «b.body.sha» { log }"),
        (
            350,
            "ci.built as b and ci.approved as a and chat.said as s match «b.body.sha» == a.body.sha { log }",
        ),
        (
            350,
            "ci.built as b and ci.approved as a and chat.said as s match «b.body.sha» == a.body.sha and a.body.n == s.body.n and b.body.n == a.body.n { log }",
        ),
        (
            350,
            "ci.built as b and ci.approved as a match b.body.sha == a.body.sha and a.body.sha == «b.body.note» { log }",
        ),
        (350, "ci.built as b match «b.body.sha» after 10m without chat.said as s { log }"),
        (211, "ci.built as b and ci.approved as a match «b.body.sha» == a.body.n { log }"),
        (212, "ci.built as b and ci.approved as a match «b.body.tags» == a.body.sha { log }"),
        (212, "ci.built as b count 2 match «b» { log }"),
        (201, "ci.built as b and ci.approved as a match b.body.«shaa» == a.body.sha { log }"),
        (102, "ci.built as b and ci.approved as a match b.body.sha == «x».body.sha { log }"),
        (
            102,
            "ci.built as b match b.body.sha == s.body.commit after 1m without chat.said as s { http { url: \"https://x.example\", payload: «s».body.n } }",
        ),
        (351, "ci.built as b «match b.body.sha» { log }"),
        (354, "ci.built as b count 2 match b.body.sha «match b.body.n» { log }"),
    ]);

    let key = |rest: &str| -> Vec<Vec<String>> {
        let matching = trigger(rest).flow.matching.unwrap();
        let path = |path: &aev_plan::expr::Path| format!("{} {:?}", path.event, path.steps.last().unwrap());
        matching.parts.iter().map(|part| part.paths.iter().map(path).collect()).collect()
    };
    assert_eq!(
        key(
            "ci.built as b and ci.approved as a match b.body.sha == a.body.sha and a.body.n == b.body.n { log }"
        ),
        [["b Key(\"sha\")", "a Key(\"sha\")"], ["a Key(\"n\")", "b Key(\"n\")"]]
    );
    // What is equal to one is equal to the other.
    assert_eq!(
        key(
            "ci.built as b and ci.approved as a and chat.said as s match s.body.commit == a.body.sha and (b.body.sha == s.body.commit) { log }"
        ),
        [["s Key(\"commit\")", "a Key(\"sha\")", "b Key(\"sha\")"]]
    );
    assert_eq!(key("(ci.built or ci.approved) as e count 2 match e.body.sha { log }"), [["e Key(\"sha\")"]]);
    assert_eq!(
        key("ci.built or ci.approved count 2 match built.body.sha == approved.body.sha { log }").len(),
        1
    );
    assert_eq!(key("raw match raw.body.x and raw.header[\"X-Id\"] { log max-running: 1 }").len(), 2);
}

#[test]
fn time_and_numbers() {
    triggers(&[
        (351, "ci.built as b «within 1h» { log }"),
        (351, "ci.built or ci.approved «within 1h» { log }"),
        (351, "ci.built as b after 1m without ci.approved «within 1h» { log }"),
        (307, "ci.built and ci.approved within «0s» { log }"),
        (307, "ci.built after «0m» without ci.approved { log }"),
        (308, "ci.built and ci.approved within «1000000000h» { log }"),
        (352, "ci.built count «0» { log }"),
        (352, "ci.built count «1» { log }"),
        (352, "ci.built count «1.5» { log }"),
        (352, "ci.built count «3_000_000_000» { log }"),
        (354, "ci.built and ci.approved within 1h «within 2h» { log }"),
        (354, "ci.built count 2 «count 3» { log }"),
        (354, "ci.built after 1m without ci.approved «after 1m without chat.said» { log }"),
        (353, "ci.built as b after 1m without «ci.built» as again { log }"),
        (353, "ci.built after 1m without «ci.built» { log }"),
        (110, "ci.built as b after 1m without chat.said as «b» { log }"),
        (101, "ci.built after 1m without «nobody» { log }"),
        (107, "ci.built after 1m without ci.«failed» { log }"),
        (106, "ci.built after 1m without «ci» { log }"),
    ]);
    let flow = trigger(
        "ci.built as b and ci.approved as a count 3 within 1h30m after 10m without chat.said as s { log }",
    )
    .flow;
    assert_eq!(flow.within.unwrap().window.to_string(), "1h30m0s");
    assert_eq!(flow.count.unwrap().firings.get(), 3);
    let after = flow.after.unwrap();
    assert_eq!((after.wait.to_string(), after.without.name), ("10m0s".into(), "s".into()));
    assert_eq!(after.without.streams, ["chat-said"]);
    // The stream is one of the sensor, and is read.
    let text = format!("{EVENTS}trigger t on ci.built after 1m without chat.said {{ log }}\n");
    let text = text.replace("and chat.said and raw", "and raw");
    let streams = plan(&text).sensors[0].streams.clone().into_iter().map(|stream| stream.name);
    let streams: Vec<String> = streams.filter(|name| name.starts_with("chat")).collect();
    assert_eq!(streams, ["chat-said"]);
    // A count is kept, and so there is something to forget.
    assert_eq!(trigger("ci.built count 3 reset cron \"0 0 * * *\" { log }").resets.len(), 1);
}

#[test]
fn options() {
    triggers(&[
        (309, "ci.built { log debounce: «30» }"),
        (206, "ci.built { log debounce: «\"soon\"» }"),
        (307, "ci.built { log debounce: «0s» }"),
        (303, "ci.built { log batch: «{ size: 10 }» }"),
        (302, "ci.built { log batch: { size: 10, wait: 5s, «max»: 3 } }"),
        (307, "ci.built { log batch: { size: «0», wait: 5s } }"),
        (307, "ci.built { log batch: «{ size: 10, wait: 0s }» }"),
        (206, "ci.built { log batch: «100» }"),
        (354, "ci.built { log debounce: 30s «batch»: { size: 10, wait: 5s } }"),
        (354, "ci.built { log batch: { size: 10, wait: 5s } «debounce»: 30s }"),
        (304, "ci.built { log debounce: 30s «debounce»: 40s }"),
        (206, "ci.built as b { log order-by: «\"b.body.sha\"» }"),
        (206, "ci.built as b { log order-by: «1» }"),
        (212, "ci.built as b { log order-by: «b.body.tags» }"),
        (102, "ci.built as b { log order-by: «x».body.sha }"),
        (206, "ci.built { log suspend: «\"yes\"» }"),
        (207, "ci.built as b { log suspend: «b.body.n» }"),
        (332, "ci.built { log «within»: 1h }"),
        (335, "ci.built { log on-failure a { log «debounce»: 1s } }"),
        (335, "ci.built { log on-failure a { log «suspend»: true } }"),
    ]);
    let flow = trigger("ci.built as b { log debounce: 1m order-by: b.body.note suspend: 1 == 1 }").flow;
    assert_eq!(flow.debounce.unwrap().quiet.to_string(), "1m0s");
    assert!(flow.order_by.is_some() && flow.suspend.is_some() && flow.batch.is_none());
    assert!(trigger("ci.built { log suspend: false }").flow.is_plain());
    let text = format!(
        "{EVENTS}let pause = true\nlet quiet = 5s\ntrigger t on ci.built {{ log suspend: pause debounce: quiet }}\n"
    );
    assert!(plan(&text).sensors[0].triggers[1].flow.suspend.is_some());
}

#[test]
fn a_batch_is_a_list() {
    let http = |value: &str| {
        format!(
            "ci.built as b {{ http {{ url: \"https://x.example\", payload: {value} }} batch: {{ size: 9, wait: 5s }} }}"
        )
    };
    let cases = [
        (202, http("b.«body».sha")),
        (201, http("b[0].body.«shaa»")),
        (355, http("b::«id»")),
        (355, http("b[0]::«id»")),
        (210, http("{ x: «b[0].body.note» }")),
    ];
    all_of(cases.map(|(code, rest)| (code, format!("{EVENTS}trigger t on {rest}\n"))), None);
    for value in [
        "b",
        "b[0].body.sha",
        "{ first: b[0].body, last: b[-1].body.sha, all: b, many: len(b) }",
        "{ tagged: any x in b: x.body.n > 3 }",
        "{ eighth: b[7].body.sha ?? \"\" }",
    ] {
        let batch = trigger(&http(value)).flow.batch.unwrap();
        assert_eq!((batch.size.get(), batch.wait.to_string()), (9, "5s".to_owned()), "{value}");
    }
    // What a filter has found out holds of each.
    let text = format!(
        "{EVENTS}filter noted from ci.built as b where b.body.note == \"x\"
trigger t on noted as n {{ http {{ url: \"https://x.example\", payload: {{ x: n[0].body.note }} }} batch: {{ size: 9, wait: 5s }} }}\n"
    );
    plan(&text);
    // Under `or` there may be no event of a name.
    let either = "ci.built as b or chat.said as s { http { url: \"https://x.example\", payload: { b: b, n: s[0].body.n ?? 0 } } batch: { size: 9, wait: 5s } }";
    trigger(either);
    // In the action of an `on-failure`, too.
    let failing = "ci.built as b { log batch: { size: 9, wait: 5s } on-failure f { http { url: \"https://x.example\", payload: b[0].body.sha } } }";
    trigger(failing);
}

/// What Argo Events cannot do is said once for each word, where it stands; the runtime says what it cannot run yet.
#[test]
fn targets() {
    let rest = "ci.built as b and ci.approved as a match b.body.sha == a.body.sha within 1h count 2 after 5m without chat.said as s {
  log
  batch: { size: 9, wait: 5s }
  max-running: 4
  order-by: b[0].body.sha
  suspend: true
}";
    let rest = rest.replace("a.body.sha within", "a.body.sha and s.body.commit == b.body.sha within");
    let text = format!("{EVENTS}trigger t on {rest}\n");
    let argo = target::argo(&plan(&text)).unwrap_err();
    let said: Vec<(u16, &str)> = argo
        .iter()
        .map(|d| {
            let span = d.labels[0].span;
            (d.code.number(), text.get(span.start as usize..span.end as usize).unwrap())
        })
        .collect();
    let mut words = [
        "match b.body.sha == a.body.sha and s.body.commit == b.body.sha",
        "within 1h",
        "count 2",
        "after 5m without chat.said as s",
        "batch: { size: 9, wait: 5s }",
        "max-running: 4",
        "order-by: b[0].body.sha",
        "suspend: true",
    ];
    words.sort_unstable();
    let mut found: Vec<&str> = said.iter().map(|(_, word)| *word).collect();
    found.sort_unstable();
    assert_eq!(found, words);
    assert!(said.iter().all(|(code, _)| *code == 403), "{said:?}");
    assert!(argo.iter().all(|d| d.help.as_ref().is_some_and(|help| help.contains("--target plan"))));

    let found = compiled(&text, Some(Target::Plan));
    let refused: Vec<&str> =
        found.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.message.as_str()).collect();
    let cannot = |word: &str| format!("the aev runtime cannot run `{word}` yet");
    assert_eq!(refused, ["match", "within", "count", "after", "batch", "order-by"].map(cannot));
    // Nothing of that is said for Argo Events, which has said it.
    assert!(compiled(&text, Some(Target::Argo)).diagnostics.is_empty());
    let runs = format!("{EVENTS}trigger t on ci.built {{ log suspend: true max-running: 3 }}\n");
    assert!(compiled(&runs, Some(Target::Plan)).diagnostics.is_empty());
}
