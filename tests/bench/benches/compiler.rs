//! Parse, check and build, for a small pipeline, 1,000 lines and 10,000 lines. The time per line must not grow.

#![expect(clippy::expect_used, reason = "a benchmark of what does not compile measures nothing")]

use aev_language::compile::{Options, compile};
use aev_language::syntax::parse;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

/// A pipeline of about that many lines: a GitHub source, and filters and triggers on it.
fn pipeline(lines: usize) -> String {
    let mut text = String::from(
        "pipeline many\n\nsource github: github {\n  organizations: [\"northwind-labs\"]\n  events: [\"pull_request\"]\n  \
         webhook: { endpoint: \"/github\", port: 12000, method: \"POST\" }\n}\n",
    );
    for n in 0..lines.saturating_sub(7) / 13 {
        let _ = write!(
            text,
            "\nfilter opened-{n} from github as pr\n  where pr.body.action in [\"opened\", \"reopened\"]\n    and \
             pr.body.repository.name == \"repository-{n}\"\n\ntrigger build-{n} on opened-{n} as pr {{\n  workflow.run \
             \"build-{n}\" {{\n    number: pr.body.number\n    sha: pr.body.pull_request.head.sha\n  }}\n  retry: {{ steps: 5, \
             duration: 1s, factor: 2 }}\n}}\n"
        );
    }
    text
}

fn compiler(c: &mut Criterion) {
    for lines in [100, 1_000, 10_000] {
        let text = pipeline(lines);
        let options = Options { target: None };
        let plan = compile("many.aev", &text, &options).plan.expect("it compiles");
        let mut group = c.benchmark_group("compiler");
        group.throughput(Throughput::Elements(text.lines().count() as u64));
        group.sample_size(20);
        group.bench_function(BenchmarkId::new("parse", lines), |b| b.iter(|| parse(black_box(&text))));
        group.bench_function(BenchmarkId::new("check", lines), |b| {
            b.iter(|| compile("many.aev", black_box(&text), &options))
        });
        // Beyond this an object is too large for Argo Events, and there is nothing to emit.
        if aev_argo::emit(&plan).is_ok() {
            group.bench_function(BenchmarkId::new("build", lines), |b| {
                b.iter(|| {
                    let plan = compile("many.aev", black_box(&text), &options).plan.expect("it compiles");
                    aev_argo::emit(&plan).expect("it can be built").to_yaml()
                })
            });
        }
        group.finish();
    }
}

criterion_group!(benches, compiler);
criterion_main!(benches);
