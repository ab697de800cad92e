//! The form on the wire, as somebody else's implementation of CloudEvents reads and writes it.

use aev_bus::event::{CloudEvent, Extension};
use cloudevents::event::ExtensionValue;
use cloudevents::{AttributesReader, Data, EventBuilder, EventBuilderV10};
use proptest::prelude::*;

const DATA: &str = r#"{"body":{"id":9007199254740993,"text":"é"}}"#;

#[test]
fn others_read_what_is_written() {
    let written = CloudEvent {
        id: "7a2e3b41".into(),
        source: "github".into(),
        kind: "github".into(),
        subject: "push".into(),
        datacontenttype: "application/json".into(),
        time: "2026-11-22T09:31:19.25Z".into(),
        extensions: vec![("traceparent".into(), "00-ab-cd-01".into())],
        data: DATA.as_bytes().to_vec(),
    };
    let read: cloudevents::Event = serde_json::from_slice(&written.encode()).unwrap();
    assert_eq!(read.id(), "7a2e3b41");
    assert_eq!(read.source().to_string(), "github");
    assert_eq!(read.ty(), "github");
    assert_eq!(read.subject(), Some("push"));
    assert_eq!(read.datacontenttype(), Some("application/json"));
    assert_eq!(read.time().unwrap().timestamp_millis(), 1_795_339_879_250);
    assert_eq!(read.extension("traceparent").unwrap().to_string(), "00-ab-cd-01");
    assert_eq!(read.data(), Some(&Data::Json(serde_json::from_str(DATA).unwrap())));
}

#[test]
fn what_others_write_is_read() {
    let written = EventBuilderV10::new()
        .id("1")
        .source("urn:somewhere")
        .ty("thing.happened")
        .subject("thing")
        .time("2026-11-22T09:31:19Z")
        .extension("traceparent", "00-ab-cd-01")
        .data("application/json", serde_json::json!({ "body": { "a": 1 } }))
        .build()
        .unwrap();
    let read = CloudEvent::decode(&serde_json::to_vec(&written).unwrap()).unwrap();
    assert_eq!(
        (read.id.as_str(), read.source.as_str(), read.kind.as_str()),
        ("1", "urn:somewhere", "thing.happened")
    );
    assert_eq!((read.subject.as_str(), read.time.as_str()), ("thing", "2026-11-22T09:31:19Z"));
    assert_eq!(read.extensions, [("traceparent".to_owned(), "00-ab-cd-01".into())]);
    assert_eq!(read.data, br#"{"body":{"a":1}}"#);
}

/// A value of each type of CloudEvents in its JSON form, and what a publisher may write beyond it.
fn extension() -> impl Strategy<Value = Extension> {
    let json = prop_oneof![
        "\\PC{0,20}".prop_map(|text| serde_json::Value::from(text).to_string()),
        any::<i32>().prop_map(|number| number.to_string()),
        any::<bool>().prop_map(|value| value.to_string()),
        Just(r#""aGVsbG8=""#.to_owned()),
        Just(r#""https://example.com/a?b#c""#.to_owned()),
        Just(r#""2026-11-22T09:31:19.250+01:00""#.to_owned()),
        Just("null".to_owned()),
        Just("12345678901234567890.10".to_owned()),
        Just(r#"{"a": [1, "\u00e9"]}"#.to_owned()),
    ];
    json.prop_filter_map("no JSON", |json| Extension::parse(&json))
}

proptest! {
    #[test]
    fn an_event_is_read_as_it_was_written(
        [id, source, kind] in ["\\PC{1,20}", "\\PC{1,20}", "\\PC{1,20}"],
        [subject, datacontenttype, time] in ["\\PC{0,20}", "\\PC{0,20}", "\\PC{0,20}"],
        extensions in proptest::collection::btree_map("x[a-z0-9]{1,19}", extension(), 0..6),
        data in any::<Vec<u8>>(),
    ) {
        let extensions = extensions.into_iter().collect();
        let event = CloudEvent { id, source, kind, subject, datacontenttype, time, extensions, data };
        prop_assert_eq!(CloudEvent::decode(&event.encode()).unwrap(), event);
    }
}

#[test]
fn every_type_of_attribute_survives_both_sides() {
    let written = EventBuilderV10::new()
        .id("1")
        .source("urn:somewhere")
        .ty("thing.happened")
        .extension("text", "é")
        .extension("number", -7_i64)
        .extension("flag", true)
        .build()
        .unwrap();
    let event = CloudEvent::decode(&serde_json::to_vec(&written).unwrap()).unwrap();
    let read: cloudevents::Event = serde_json::from_slice(&event.encode()).unwrap();
    assert_eq!(read.extension("text"), Some(&ExtensionValue::String("é".into())));
    assert_eq!(read.extension("number"), Some(&ExtensionValue::Integer(-7)));
    assert_eq!(read.extension("flag"), Some(&ExtensionValue::Boolean(true)));
}

#[test]
fn null_stands_for_what_is_not_there() {
    let text =
        r#"{"specversion":"1.0","id":"1","source":"s","type":"t","subject":null,"time":null,"data":1}"#;
    let event = CloudEvent::decode(text.as_bytes()).unwrap();
    assert_eq!((event.subject.as_str(), event.time.as_str()), ("", ""));
}
