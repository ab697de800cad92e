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
        let verdict = Filter::prepare(&case.filters).decide(&event(&case.data));
        same((&case.name, verdict.passed, verdict.errored), (&case.name, case.passed, case.errored))
    });
}

#[test]
fn reasons_name_what_failed_and_no_value() {
    let reason = |filters: &str, data: &str| {
        let filters: Filters = serde_json::from_str(filters).unwrap();
        Filter::prepare(&filters).decide(&event(data)).reason.unwrap()
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
fn what_needs_another_language_is_named_and_never_passes() {
    let filters: Filters = serde_json::from_str(
        r#"{"script":"return true","data":[{"path":"a","type":"string","value":["x"],"template":"{{ .Input }}"}]}"#,
    )
    .unwrap();
    assert_eq!(unsupported(&filters), ["`template` in a data filter", "`script`, a filter in Lua"]);
    let verdict = Filter::prepare(&filters).decide(&event(r#"{"a":"x"}"#));
    assert!(!verdict.passed && verdict.errored);
}
