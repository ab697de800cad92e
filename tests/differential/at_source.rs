//! What a source keeps from the bus: aev decides by the plan, and Argo Events' own code by the expression of the manifest. It
//! must never be an error. The conditions are those of random filters, put to the source that they read.
//!
//! `AEV_DIFFERENTIAL_SEED` and `AEV_DIFFERENTIAL_ASKED` are those of the other decisions.

use crate::agree::{event, number};
use crate::pipeline;
use aev_engine::source::SourceFilter;
use aev_language::compile::{Options, compile};
use aev_oracle::{Oracle, program};
use aev_plan::Plan;
use aev_plan::model::{Event, From, Predicate};
use serde_json::json;
use std::collections::BTreeMap;

/// A filter at a source.
struct AtSource {
    /// The names of the source and the event.
    place: (String, String),
    filter: SourceFilter,
    expression: String,
}

/// Why a pipeline has none: what Argo Events cannot do is counted.
type Refused = BTreeMap<String, u64>;

/// The filters of a plan, each at the source that it reads.
fn at_sources(plan: &Plan, refused: &mut Refused) -> Vec<AtSource> {
    let mut found = Vec::new();
    for stream in plan.sensors.iter().flat_map(|sensor| &sensor.streams) {
        let (From::Event { source, event }, Predicate::Aev(condition)) = (&stream.from, &stream.predicate)
        else {
            continue;
        };
        let mut plan = Plan { sensors: Vec::new(), ..plan.clone() };
        let named = plan.sources.iter_mut().find(|known| known.name == *source && !known.external);
        let Some(read) = named.and_then(|source| source.events.iter_mut().find(|known| known.name == *event))
        else {
            continue;
        };
        read.condition = Some(condition.clone());
        let (read, kind): (Event, _) = (read.clone(), read.kind.clone());
        match aev_argo::emit(&plan) {
            Ok(manifests) => {
                let keys = ["spec", &kind, event, "filter", "expression"];
                let text = manifests.objects.iter().find_map(|object| object.node.find(&keys)?.text());
                // What is always true is not written.
                let expression = text.unwrap_or("true").to_owned();
                let filter = SourceFilter::prepare(&read).expect("it can be decided").expect("there is one");
                found.push(AtSource { place: (source.clone(), event.clone()), filter, expression });
            }
            Err(refusals) => {
                let reason = format!("{:?}", refusals.first().expect("it refused something").reason);
                *refused.entry(reason.split(" {").next().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
    }
    found
}

#[test]
fn argo_events_keeps_the_same_from_the_bus() {
    let Some(program) = program("what sources keep from the bus, by Argo Events") else { return };
    let (seed, wanted) = (number("AEV_DIFFERENTIAL_SEED", 1), number("AEV_DIFFERENTIAL_ASKED", 3000));
    let mut oracle = Oracle::start(&program).expect("it starts");
    let (mut asked, mut passed, mut refused, mut failures) = (0, 0, Refused::new(), Vec::new());
    let mut next = seed;
    while asked < wanted && failures.len() < 3 {
        let case = pipeline::generate(next);
        next += 1;
        let Some(plan) = compile("p.aev", &case.text, &Options { target: None }).plan else { continue };
        for AtSource { place, filter, expression } in at_sources(&plan, &mut refused) {
            for (name, data) in &case.events {
                let event = event(&plan, name, data);
                if (&event.source, &event.subject) != (&place.0, &place.1) {
                    continue;
                }
                let passes = filter.rejects(&event).is_none();
                let question = json!({ "ask": "source", "expression": expression, "data": data });
                let answer = oracle.ask(&question).expect("it answers");
                asked += 1;
                passed += u64::from(passes);
                if answer != json!({ "passed": passes }) {
                    failures.push(format!(
                        "AEV_DIFFERENTIAL_SEED={} AEV_DIFFERENTIAL_ASKED=1 brings it back\n{}\n{expression}\n{data}\n\
                         aev: {passes}\nArgo Events: {answer}",
                        next - 1,
                        case.text
                    ));
                }
            }
        }
    }
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    println!("{asked} decisions of {} pipelines, {passed} passed; refused: {refused:?}", next - seed);
    assert!(wanted < 1000 || (passed * 20 > asked && passed * 20 < asked * 19), "{passed} of {asked} passed");
}
