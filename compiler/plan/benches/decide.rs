//! Parsing a payload of GitHub's size, and deciding a simple filter on it.

#![expect(clippy::unwrap_used, reason = "a benchmark, built from known texts")]

use aev_plan::document::Document;
use aev_plan::eval::{Predicate, Truth};
use aev_plan::event::Event;
use aev_plan::expr::{Comparator, Compare, Expr, In, Path, Step};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const PAYLOAD: &str = include_str!("../../../examples/pull-request/fixtures/opened.json");

fn path(steps: &str) -> Expr {
    let steps = ["body"].into_iter().chain(steps.split('.')).map(|step| Step::Key(step.into())).collect();
    Expr::Path(Path { event: "pr".into(), steps, certain: false, origin: Default::default() })
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("payload");
    group.throughput(Throughput::Bytes(PAYLOAD.len() as u64));
    group.bench_function("parse", |bencher| bencher.iter(|| Document::parse(black_box(PAYLOAD)).unwrap()));
    group.finish();

    let event = Event {
        id: "1".into(),
        source: "github".into(),
        kind: "github".into(),
        subject: "github".into(),
        time: "2026-01-31T09:30:00Z".parse().unwrap(),
        datacontenttype: "application/json".into(),
        data: Document::parse(format!("{{\"headers\":{{}},\"body\":{PAYLOAD}}}")).unwrap(),
    };
    let opened = In {
        value: path("action"),
        members: vec!["synchronize".into(), "reopened".into(), "opened".into()],
        negated: false,
    };
    let main =
        Compare { op: Comparator::Equal, left: path("pull_request.base.ref"), right: Expr::text("main") };
    let simple = Expr::All(vec![Expr::In(Box::new(opened)), Expr::Compare(Box::new(main))]);
    let predicate = Predicate::prepare(&simple).unwrap();
    let scope = [Some(&event)];
    assert_eq!(predicate.decide(&scope), Truth::True, "the benchmark measures the passing path");
    criterion.bench_function("filter", |bencher| bencher.iter(|| predicate.decide(black_box(&scope))));
}

criterion_group!(benches, bench);
criterion_main!(benches);
