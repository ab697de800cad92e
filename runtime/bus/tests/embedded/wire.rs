//! The form on the wire, as somebody else's implementation of CloudEvents reads and writes it.

use aev_bus::event::CloudEvent;
use cloudevents::{AttributesReader, Data, EventBuilder, EventBuilderV10};

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
