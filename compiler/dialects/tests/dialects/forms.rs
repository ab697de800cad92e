//! The forms of filters that a `where` becomes, on the events that break simpler ones.

use crate::vectors::{each, same};
use aev_dialects::filters::{Filter, unsupported};
use aev_plan::argo::Filters;
use aev_plan::document::Document;
use aev_plan::event::Event;
use serde::Deserialize;

pub fn event(data: &str) -> Event {
    Event {
        id: "1".into(),
        source: "s".into(),
        kind: "webhook".into(),
        subject: "e".into(),
        time: "2026-06-01T18:00:00Z".parse().unwrap(),
        datacontenttype: "application/json".into(),
        extensions: Vec::new(),
        data: Document::parse(data).unwrap(),
    }
}

#[test]
fn each_form_decides_as_argo_does() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        filters: Filters,
        data: String,
        passed: bool,
        errored: bool,
    }
    each(include_str!("../vectors/forms.jsonl"), |case: Case| {
        let verdict = Filter::prepare(&case.filters).decide(&event(&case.data), &|| Ok(true));
        same((&case.name, verdict.passed, verdict.errored), (&case.name, case.passed, case.errored))
    });
}

#[test]
fn reasons_name_what_failed_and_no_value() {
    let reason = |filters: &str, data: &str| {
        let filters: Filters = serde_json::from_str(filters).unwrap();
        Filter::prepare(&filters).decide(&event(data), &|| Ok(true)).reason.unwrap()
    };
    let data = r#"{"data":[{"path":"body.token","type":"string","value":["^x$"]}]}"#;
    assert_eq!(reason(data, r#"{"body":{"token":"secret"}}"#), "`body.token` does not fit");
    assert_eq!(reason(data, "{}"), "`body.token` is not in the event");
    assert_eq!(reason(r#"{"context":{"type":"github"}}"#, "{}"), "`type` of the event is not `github`");
    assert_eq!(
        reason(r#"{"time":{"start":"09:00:00","stop":"17:00:00"}}"#, "{}"),
        "the event came outside 09:00:00 to 17:00:00, UTC"
    );
    assert_eq!(
        reason(r#"{"exprs":[{"expr":"v > 1","fields":[{"path":"a","name":"v"}]}]}"#, r#"{"a":1}"#),
        "`v > 1` is not true"
    );
}

#[test]
fn templates_are_named_and_never_pass() {
    let filters: Filters = serde_json::from_str(
        r#"{"data":[{"path":"a","type":"string","value":["x"],"template":"{{ .Input }}"}]}"#,
    )
    .unwrap();
    assert_eq!(unsupported(&filters), ["`template` in a data filter"]);
    let verdict = Filter::prepare(&filters).decide(&event(r#"{"a":"x"}"#), &|| Ok(true));
    assert!(!verdict.passed && verdict.errored);
}

#[test]
fn lua_decides_beside_the_others_and_its_errors_reject() {
    let decide = |operator: &str, answer: Result<bool, String>| {
        let filters = format!(
            r#"{{"operator":"{operator}","script":"s","data":[{{"path":"a","type":"string","value":["x"]}}]}}"#
        );
        let filters: Filters = serde_json::from_str(&filters).unwrap();
        let verdict = Filter::prepare(&filters).decide(&event(r#"{"a":"x"}"#), &|| answer.clone());
        (verdict.passed, verdict.errored)
    };
    for operator in ["and", "or"] {
        assert_eq!(decide(operator, Ok(true)), (true, false));
        assert_eq!(decide(operator, Ok(false)), (operator == "or", false));
        assert_eq!(decide(operator, Err("it failed".into())), (false, true));
    }
    let alone: Filters = serde_json::from_str(r#"{"data":[]}"#).unwrap();
    let asked = || -> Result<bool, String> { panic!("nobody wrote a script") };
    assert!(Filter::prepare(&alone).decide(&event("{}"), &asked).passed);
}
