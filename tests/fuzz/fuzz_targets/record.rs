//! Bytes from a bus's store: what is a record comes back as it went, and a trigger that takes it up goes on.

#![no_main]

use aev_engine::firing::FiringId;
use aev_engine::{Input, Record, Timestamp, Trigger};
use aev_language::compile::{Options, compile};
use dead::DeadLetter;
use std::sync::OnceLock;

#[allow(dead_code, reason = "the bus itself has dependencies that take long to build")]
#[path = "../../../runtime/bus/src/dead.rs"]
mod dead;
#[allow(dead_code, reason = "see above")]
#[path = "../../../runtime/bus/src/event.rs"]
mod event;

const PLAN: &str = "external source shop: webhook\nexternal source pay: webhook\n\
    trigger one on shop { http { url: \"http://a/\" }  retry: { steps: 3, duration: 1s } }\n\
    trigger both on shop and pay reset cron \"0 0 * * *\" { http { url: \"http://a/\" }  retry: { steps: 3, duration: 1s } \
    on-failure told { log } }\n\
    trigger once on shop { log  deliver: \"at-most-once\" }\n";

fn triggers() -> &'static [Trigger] {
    static TRIGGERS: OnceLock<Vec<Trigger>> = OnceLock::new();
    TRIGGERS.get_or_init(|| {
        let compiled = compile(fuzz::NAME, PLAN, &Options::default());
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let triggers = fuzz::triggers(&plan);
        assert_eq!(triggers.len(), 3);
        triggers
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(letter) = serde_json::from_slice::<DeadLetter>(bytes) {
        let written = serde_json::to_vec(&letter).expect("a dead letter can be written");
        assert_eq!(serde_json::from_slice::<DeadLetter>(&written).ok(), Some(letter));
    }
    let Ok(record) = Record::decode(bytes) else { return };
    let written = record.encode().expect("a record can be written");
    assert_eq!(Record::decode(&written).as_ref(), Ok(&record));
    for firing in record.in_flight() {
        let id = firing.id.as_str();
        assert!(FiringId::parse(id).is_none_or(|parsed| parsed == firing.id));
    }
    let now = Timestamp(1_800_000_000_000_000_000);
    for trigger in triggers() {
        let mut record = record.clone();
        for input in [Input::Resumed, Input::Due, Input::Reset { before: now }] {
            fuzz::stepped(trigger, &mut record, now, input);
        }
        trigger.resets_at(&record);
    }
});
