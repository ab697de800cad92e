//! Trying events.

use crate::make::*;
use aev_engine::NoScripts;
use aev_engine::trial::{Sent, Trial, TrialError};
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::*;

fn source(name: &str, events: &[(&str, &str)]) -> Source {
    let events = events.iter().map(|(name, kind)| aev_plan::model::Event {
        name: (*name).into(),
        kind: (*kind).into(),
        config: Json::Null,
        verify: None,
        condition: None,
        description: None,
        raw: None,
        origin: Default::default(),
    });
    Source {
        name: name.into(),
        external: false,
        bus: None,
        events: events.collect(),
        workload: Default::default(),
        service: aev_plan::model::Service::default(),
        description: None,
        raw: None,
        origin: Default::default(),
    }
}

fn trial() -> Trial {
    let mut path = path("e", "headers.X-Github-Event");
    if let Expr::Path(path) = &mut path {
        path.steps.push(aev_plan::expr::Step::Index(0));
    }
    let push = aev_plan::expr::Compare {
        op: aev_plan::expr::Comparator::Equal,
        left: path,
        right: Expr::text("push"),
    };
    let streams = vec![
        filter("pushed", of("github"), Expr::Compare(Box::new(push))),
        filter("main", From::Stream("pushed".into()), is("body.ref", r#""main""#)),
        Stream {
            name: "ci-done".into(),
            from: From::Event { source: "ci".into(), event: "done".into() },
            ..stream("x")
        },
    ];
    let object = Expr::Object(vec![("sha".into(), crate::make::path("main", "body.after"))]);
    let mut sensor = sensor(streams, trigger(on("main"), Action::K8sCreate(object)));
    let mut ship = trigger(Condition::And(vec![on("main"), on("ci-done")]), Action::Log);
    ship.name = "ship".into();
    sensor.triggers.push(ship);
    let sources = vec![
        source("github", &[("github", "github")]),
        source("ci", &[("done", "webhook"), ("failed", "webhook")]),
    ];
    Trial::new(&Plan { name: "s".into(), sources, sensors: vec![sensor], ..Plan::default() }, &NoScripts)
        .unwrap()
}

#[test]
fn a_verdict_is_one_line() {
    let sent = Sent::parse(
        r#"{"event":"github","data":{"headers":{"x-github-event":"push"},"body":{"ref":"dev"}}}"#,
    );
    let verdict = trial().send(&sent.unwrap(), NOW).unwrap();
    assert_eq!(
        serde_json::to_string(&verdict).unwrap(),
        concat!(
            r#"{"event":"github","filters":[{"name":"pushed","passed":true,"reason":null},"#,
            r#"{"name":"main","passed":false,"reason":"`body.ref`: `\"dev\"` is not equal to `\"main\"`"}],"#,
            r#""fired":[],"actions":[]}"#
        )
    );
}

#[test]
fn joins_keep_what_came_before_and_failing_actions_say_why() {
    let mut trial = trial();
    let push = r#"{"headers":{"X-GitHub-Event":["push"]},"body":{"ref":"main"}}"#;
    let first = trial.send(&Sent::new("github", push.into()).unwrap(), NOW).unwrap();
    assert_eq!(first.fired, ["t"]);
    assert!(first.actions[0].action.as_ref().unwrap_err().contains("`body.after` is absent"));
    let second = trial.send(&Sent::new("ci.done", "{}".into()).unwrap(), NOW).unwrap();
    assert_eq!(second.fired, ["ship"]);
    assert!(second.filters.is_empty());
    let line = serde_json::to_value(&second).unwrap();
    assert_eq!(line["actions"][0]["trigger"], "ship");
    assert_eq!(line["actions"][0]["action"]["events"][0]["data"]["headers"]["X-Github-Event"][0], "push");
}

#[test]
fn what_cannot_be_sent_says_what_can() {
    let mut trial = trial();
    for name in ["ci", "ci.x", "x", "github.pr"] {
        let error = trial.send(&Sent::new(name, "{}".into()).unwrap(), NOW).unwrap_err();
        assert!(
            matches!(&error, TrialError::UnknownEvent(_, known) if known == &["github", "ci.done", "ci.failed"])
        );
    }
    assert!(trial.send(&Sent::new("github.github", "{}".into()).unwrap(), NOW).is_ok());
    assert_eq!(trial.kind("ci.done"), Some("webhook"));
    assert_eq!(trial.kind("ci"), None);
}

#[test]
fn a_line_that_is_no_event_says_why() {
    for (line, problem) in [
        ("{", "the JSON ends too early at column 2"),
        (r#"{"event": "x", "data": }"#, "expected a JSON value at column 24"),
        ("[]", "the line is no object"),
        (r#"{"data":1}"#, "`event` is missing"),
        (r#"{"event":"x"}"#, "`data` is missing"),
        (r#"{"event":5,"data":1}"#, "`event` is no text"),
        (r#"{"event":"x","data":1,"data":2}"#, "`data` stands there twice"),
        (r#"{"event":"x","data":1,"dat":2}"#, "`dat` is none of `event`, `data`, `id` and `time`"),
        (r#"{"event":"x","data":1,"time":"noon"}"#, "`time`: `noon` is no time"),
    ] {
        match Sent::parse(line) {
            Err(TrialError::Line(said)) => assert!(said.starts_with(problem), "{line}: {said}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    let sent =
        Sent::parse(r#" {"event":"x","data":{"n": 1e400},"id":"7","time":"2026-01-31T09:30:00Z"} "#).unwrap();
    assert_eq!((sent.data.text(), sent.id.as_deref()), (r#"{"n": 1e400}"#, Some("7")));
    assert_eq!(sent.time.unwrap().to_string(), "2026-01-31T09:30:00Z");
    assert_eq!(Sent::parse(r#"{"event":"x","data":1,"id":null}"#).unwrap().id, None);
}
