//! A payload of full size is parsed once; then a filter is decided, and a trigger takes a step.

#![expect(clippy::expect_used, reason = "a benchmark of what does not compile measures nothing")]

use aev_engine::filter::Stream;
use aev_engine::{Arrival, Event, Input, NoScripts, Position, Record, Timestamp, Trigger, step};
use aev_language::compile::{Options, compile};
use aev_plan::document::Document;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;

const PIPELINE: &str = include_str!("../../../examples/pull-request/pull-request.aev");
const PAYLOAD: &str = include_str!("../../../examples/pull-request/fixtures/opened.json");

fn decision(c: &mut Criterion) {
    let data = format!("{{\"headers\":{{\"X-Github-Event\":[\"pull_request\"]}},\"body\":{PAYLOAD}}}");
    let mut group = c.benchmark_group("decision");
    group.throughput(Throughput::Bytes(data.len() as u64));
    group.bench_function("parse the payload", |b| b.iter(|| Document::parse(black_box(data.clone()))));
    group.throughput(Throughput::Elements(1));

    let plan = compile("pull-request.aev", PIPELINE, &Options { target: None }).plan.expect("it compiles");
    let sensor = plan.sensors.first().expect("it has a sensor");
    let event = Arc::new(Event {
        id: "7a2e3b41-c5b1-11f0-9a7f-5e2d8bac3f66".to_owned(),
        source: "github".to_owned(),
        kind: "github".to_owned(),
        subject: "github".to_owned(),
        time: Timestamp::default(),
        datacontenttype: "application/json".to_owned(),
        extensions: Vec::new(),
        data: Document::parse(data).expect("it is JSON"),
    });
    let stream = Stream::prepare(sensor, "opened", &NoScripts).expect("it can be decided");
    group.bench_function("decide a filter", |b| b.iter(|| stream.pass(black_box(&event))));

    let model = sensor.triggers.first().expect("it has a trigger");
    let trigger = Trigger::prepare(sensor, model, &NoScripts).expect("it can be executed");
    group.bench_function("take a step", |b| {
        b.iter(|| {
            let arrival = Arrival { event: event.clone(), position: Some(Position(0)), taken: None, run: 0 };
            step(&trigger, &mut Record::default(), Timestamp::default(), Input::Arrived(arrival))
        })
    });
    group.finish();
}

criterion_group!(benches, decision);
criterion_main!(benches);
