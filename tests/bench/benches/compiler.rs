//! Parse, format, check and build, for 100 to 100,000 lines. The time for a line must not grow.

#![expect(clippy::expect_used, reason = "a benchmark of what does not compile measures nothing")]

mod texts;

use aev_language::compile::{Options, compile};
use aev_language::format::format;
use aev_language::syntax::parse;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use texts::FORMS;

/// What the command has, for much of the time goes into allocating.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn compiler(c: &mut Criterion) {
    for (form, text) in FORMS {
        let mut group = c.benchmark_group(format!("compiler/{form}"));
        for lines in [100, 1_000, 10_000, 100_000] {
            let text = text(lines);
            let options = Options { target: None };
            let compiled = || compile("many.aev", black_box(&text), &options).plan.expect("it compiles");
            compiled();
            group.throughput(Throughput::Elements(text.lines().count() as u64));
            group.sample_size(if lines < 100_000 { 20 } else { 10 });
            group.bench_function(BenchmarkId::new("parse", lines), |b| b.iter(|| parse(black_box(&text))));
            group.bench_function(BenchmarkId::new("format", lines), |b| {
                b.iter(|| format(0, black_box(&text)).is_ok())
            });
            group.bench_function(BenchmarkId::new("check", lines), |b| b.iter(compiled));
            // A large Sensor is refused once it is made, for Argo Events could not start it: then no YAML is written.
            group.bench_function(BenchmarkId::new("build", lines), |b| {
                b.iter(|| aev_argo::emit(&compiled()).map(|manifests| manifests.to_yaml()).is_ok())
            });
        }
        group.finish();
    }
}

criterion_group!(benches, compiler);
criterion_main!(benches);
