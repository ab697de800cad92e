//! A path or an expression on the first line, a text on the second, then an event's data: gjson, sjson, govaluate and filters
//! make something of all of them, and the same each time.

#![no_main]

use aev_dialects::dynamic::Dynamic;
use aev_dialects::filters::Filter;
use aev_dialects::govaluate::Expression;
use aev_dialects::{gjson, sjson};
use aev_plan::argo::{DataFilter, ExprFilter, Filters, Operator, PayloadField};
use aev_plan::document::Document;
use aev_plan::event::Event;
use aev_plan::time::Timestamp;
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\n');
    let (path, value, json) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    read(json, path);
    written(json, path, value);
    if let Ok(data) = Document::parse(json) {
        assert!(gjson::valid(json));
        evaluated(path, &data);
        decided(path, value, data);
    }
});

fn read(json: &str, path: &str) {
    let found = gjson::get(json, path);
    assert_eq!(found.raw(), gjson::get(json, path).raw());
    assert!(found.exists() || found.raw().is_empty());
    let _ = (found.string(), found.float(), found.bool(), found.decode());
    assert_eq!(
        gjson::valid(json),
        serde_json::from_str::<&serde_json::value::RawValue>(json).is_ok(),
        "{json:?}"
    );
}

/// What is put into JSON leaves JSON.
fn written(json: &str, path: &str, value: &str) {
    let before = gjson::valid(json);
    if let Ok(set) = sjson::set(json, path, value) {
        assert!(!before || gjson::valid(&set), "{json:?} {path:?} {set:?}");
    }
    if let Ok(set) = sjson::set_raw(json, path, value)
        && before
        && gjson::valid(value)
    {
        assert!(gjson::valid(&set), "{json:?} {path:?} {set:?}");
    }
}

fn evaluated(source: &str, data: &Document) {
    let members = data.root().members();
    let variables: BTreeMap<String, Dynamic> =
        members.map(|(name, value)| (name.into_owned(), gjson::parse(value.raw()).decode())).collect();
    if let Ok(expression) = Expression::parse(source) {
        let (once, again) = (expression.evaluate(&variables), expression.evaluate(&variables));
        assert_eq!(format!("{once:?}"), format!("{again:?}"));
    }
}

/// With one filter, `and` and `or` are the same.
fn decided(path: &str, value: &str, data: Document) {
    let event = Event {
        id: "1".to_owned(),
        source: "s".to_owned(),
        kind: "webhook".to_owned(),
        subject: "s".to_owned(),
        time: Timestamp(1_800_000_000_000_000_000),
        datacontenttype: "application/json".to_owned(),
        extensions: Vec::new(),
        data,
    };
    let decide = |filters: &Filters| {
        let verdict = Filter::prepare(filters).decide(&event, &|| Ok(true));
        assert!(verdict.passed || verdict.reason.is_some());
        assert!(!(verdict.passed && verdict.errored));
        (verdict.passed, verdict.errored)
    };
    for kind in ["string", "number", "bool"] {
        for comparator in ["", "!=", ">="] {
            let entry = DataFilter {
                path: path.to_owned(),
                kind: kind.to_owned(),
                value: vec![value.to_owned()],
                comparator: comparator.to_owned(),
                template: String::new(),
            };
            let filters = |operator| Filters {
                data_operator: operator,
                data: Some(vec![entry.clone()]),
                ..Filters::default()
            };
            assert_eq!(decide(&filters(Operator::And)), decide(&filters(Operator::Or)));
        }
    }
    let expr = ExprFilter {
        expr: value.to_owned(),
        fields: vec![PayloadField { path: path.to_owned(), name: "a".to_owned() }],
    };
    decide(&Filters { exprs: Some(vec![expr]), ..Filters::default() });
}
