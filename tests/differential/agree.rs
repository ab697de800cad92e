//! Random pipelines and events on both roads.

use crate::export::Export;
use crate::forms::{Forms, Tally};
use crate::pipeline;
use crate::roads::{Outcome, Roads, Stop, compared};
use aev_engine::{Event, Timestamp};
use aev_plan::document::Document;
use aev_plan::{Plan, model};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// What came of some pipelines.
#[derive(Default)]
pub struct Run {
    pipelines: u64,
    events: u64,
    passed: u64,
    finished: u64,
    failed: u64,
    /// Why pipelines did not reach the second road, with one seed each.
    stops: BTreeMap<String, (u64, u64)>,
    tally: Tally,
    failures: Vec<String>,
}

impl Run {
    pub fn pipeline(&mut self, seed: u64, export: &Export) {
        self.pipelines += 1;
        let case = pipeline::generate(seed);
        let roads = match Roads::build(&case.text) {
            Ok(roads) => roads,
            Err(Stop::Compile(reason) | Stop::Refused(reason)) => {
                self.stops.entry(reason).or_insert((0, seed)).0 += 1;
                return;
            }
        };
        let forms = Forms::of(&roads.lifted);
        let mut pair = roads.start();
        let mut sent = Vec::new();
        for (source, data) in &case.events {
            self.events += 1;
            let (lowered, lifted) = pair.verdicts(source, data);
            let (mut first, mut second) = compared(&lowered, &lifted);
            // What jq has let pass, it has written anew: only what was decided is the same.
            if forms.sifted() {
                first.actions.clear();
                second.actions.clear();
            }
            if first != second {
                self.failures.push(disagreement(
                    seed,
                    &case.text,
                    &roads.yaml,
                    (source, data),
                    &first,
                    &second,
                ));
                return;
            }
            let event = event(&roads.lowered, source, data);
            forms.decide(&event, &first.fired, &mut self.tally);
            forms.passed(&first.filters, &mut self.tally);
            self.passed += first.filters.iter().filter(|(_, passed)| *passed).count() as u64;
            for (trigger, action) in &first.actions {
                self.finished += u64::from(action.is_some());
                self.failed += u64::from(action.is_none());
                forms.acted(trigger, action.is_some(), &mut self.tally);
            }
            sent.push((event, lowered));
        }
        // An oracle is asked about filters and actions, and not about what comes before.
        if !forms.sifted() {
            export.pipeline(seed, &roads, &sent);
        }
    }

    fn add(&mut self, other: Run) {
        self.pipelines += other.pipelines;
        self.events += other.events;
        self.passed += other.passed;
        self.finished += other.finished;
        self.failed += other.failed;
        for (reason, (count, seed)) in other.stops {
            let entry = self.stops.entry(reason).or_insert((0, seed));
            *entry = (entry.0 + count, entry.1.min(seed));
        }
        self.tally.add(other.tally);
        self.failures.extend(other.failures);
    }
}

fn disagreement(
    seed: u64,
    text: &str,
    yaml: &str,
    (source, data): (&str, &str),
    first: &Outcome,
    second: &Outcome,
) -> String {
    format!(
        "AEV_DIFFERENTIAL_SEED={seed} AEV_DIFFERENTIAL_PIPELINES=1 brings it back\n{text}\n{yaml}\n{source}: {data}\n\
         the plan:      {first:?}\nthe manifests: {second:?}\n"
    )
}

/// The event that is sent, for a filter alone.
pub fn event(plan: &Plan, name: &str, data: &str) -> Event {
    let named = |source: &&model::Source| source.name == name.split('.').next().unwrap_or(name);
    let source = plan.sources.iter().find(named).expect("it was sent");
    let event = match name.split_once('.') {
        Some((_, event)) => source.events.iter().find(|other| other.name == event),
        None => source.events.first(),
    };
    let event = event.expect("it was sent");
    Event {
        id: "1".into(),
        source: source.name.clone(),
        kind: event.kind.clone(),
        subject: event.name.clone(),
        time: Timestamp::default(),
        datacontenttype: "application/json".into(),
        extensions: Vec::new(),
        data: Document::parse(data.to_owned()).expect("it was sent"),
    }
}

pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} takes a number")))
}

#[test]
fn the_roads_agree_on_every_event() {
    let first = number("AEV_DIFFERENTIAL_SEED", 1);
    let count = number("AEV_DIFFERENTIAL_PIPELINES", 3000);
    let export = Export::from_environment();
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut run = Run::default();
    std::thread::scope(|scope| {
        let work = || {
            let mut run = Run::default();
            while run.failures.len() < 3 {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + count {
                    break;
                }
                run.pipeline(seed, &export);
            }
            run
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().for_each(|worker| run.add(worker.join().expect("a panic has been shown")));
    });

    run.failures.sort_by_key(String::len);
    assert!(run.failures.is_empty(), "{}", run.failures.join("\n"));
    println!(
        "{} pipelines, {} events; filters passed {} times, {} actions finished, {} could not be",
        run.pipelines, run.events, run.passed, run.finished, run.failed
    );
    for (reason, (count, seed)) in &run.stops {
        println!("{count} not compared, such as seed {seed}: {reason}");
    }
    run.tally.print();
    // A few pipelines, as for a replay, cannot meet every form.
    if count >= 2000 {
        let stopped: u64 = run.stops.values().map(|(count, _)| count).sum();
        assert!(stopped * 3 < run.pipelines, "{stopped} of {} pipelines were not compared", run.pipelines);
        assert_eq!(run.tally.lacking(), [""; 0], "these forms were not met with both answers");
    }
}
