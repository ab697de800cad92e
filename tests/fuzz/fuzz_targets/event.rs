//! Bytes that come over a bus or a wire: what is a CloudEvent comes back as it went, what is JSON keeps every byte, and what is
//! neither is refused.

#![no_main]

use aev_plan::document::{Cursor, Document, Kind};
use aev_plan::event::Event as Known;
use aev_plan::json::Json;
use event::CloudEvent;

#[allow(dead_code, reason = "the bus itself has dependencies that take long to build")]
#[path = "../../../runtime/bus/src/event.rs"]
mod event;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(event) = CloudEvent::decode(bytes) {
        let wire = event.encode();
        assert_eq!(CloudEvent::decode(&wire).as_ref(), Ok(&event));
        assert_eq!(CloudEvent::decode(&wire).map(|event| event.encode()), Ok(wire));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(event) = serde_json::from_str::<Known>(text) {
        let written = serde_json::to_string(&event).expect("an event can be written");
        let again =
            serde_json::from_str::<Known>(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert_eq!(again, event);
    }
    let document = Document::parse(text);
    assert_eq!(document.is_ok(), Json::parse(text).is_ok());
    match document {
        Ok(document) => {
            whole(document.root(), text);
            let json = document.root().to_json();
            assert_eq!(Json::parse(&json.to_string()), Ok(json));
        }
        Err(error) => assert!(error.offset <= text.len()),
    }
});

/// Every value is JSON by itself, lies within what holds it, and is found there.
fn whole(value: Cursor<'_>, text: &str) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let (start, end) = value.span();
        assert_eq!(text.get(start as usize..end as usize), Some(value.raw()));
        match value.kind() {
            Kind::List => open.extend(value.elements()),
            Kind::Object => open.extend(value.members().map(|(_, member)| member)),
            _ => assert!(serde_json::from_str::<&serde_json::value::RawValue>(value.raw()).is_ok()),
        }
    }
}
