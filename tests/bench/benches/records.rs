//! What it costs a trigger to keep records: ten thousand events a second may take well under a tenth of a core.

#![expect(clippy::expect_used, reason = "a benchmark without a disk measures nothing")]

use aev_engine::note::{Decision, EventRef, Note};
use aev_engine::{Event, FiringId, Timestamp};
use aev_host::decision::What;
use aev_host::records::{Options, Records};
use aev_plan::document::Document;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::sync::Arc;

/// What a trigger without a join says of events that fire, a round of the runner at a time.
fn said(events: usize) -> Vec<What> {
    let note = |decision| {
        What::Note(Note { time: Timestamp(1_800_000_000_123_456_789), trigger: "notify".into(), decision })
    };
    let one = |n: usize| {
        let id = format!("7a2e3b41-c5b1-11f0-9a7f-{n:012}");
        let event = EventRef::of(&Arc::new(Event {
            id,
            source: "github".to_owned(),
            kind: "github".to_owned(),
            subject: "github".to_owned(),
            time: Timestamp::default(),
            datacontenttype: "application/json".to_owned(),
            extensions: Vec::new(),
            data: Document::parse("{}").expect("it is JSON"),
        }));
        let firing = FiringId::parse(&format!("{n:032x}")).expect("it is one");
        let action: Arc<str> = "notify".into();
        [
            note(Decision::Received { event: event.clone() }),
            note(Decision::Matched { event: event.clone(), stream: "opened".into() }),
            note(Decision::Fired { firing: firing.clone(), events: vec![event] }),
            note(Decision::Attempt { firing: firing.clone(), action: action.clone(), attempt: 1 }),
            note(Decision::Done { firing, action, attempt: 1 }),
        ]
    };
    (0..events).flat_map(one).collect()
}

fn records(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("there is a disk");
    let records = Records::open(Options { dir: dir.path().to_owned(), max_bytes: 64 << 20 });
    let records = records.expect("records can be kept");
    let mut group = c.benchmark_group("records");
    for events in [1, 64] {
        let said = said(events);
        group.throughput(Throughput::Elements(events as u64));
        group.bench_function(format!("keep what {events} events came to"), |b| {
            b.iter(|| records.keep("pull-request/pull-request/notify", Timestamp::default(), &said))
        });
    }
    group.finish();
}

criterion_group!(benches, records);
criterion_main!(benches);
