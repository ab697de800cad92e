//! From what a trigger says it has decided to spans: one for each event, and one more for each further firing of it.

use super::spans::{identity, link, span, text};
use super::{Placed, Tracer, decision};
use crate::decision::What;
use aev_connect::trace::hex;
use aev_engine::note::Decision;
use aev_engine::{Event, Record};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

/// An event that a trigger has taken and not decided yet.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    event: Arc<Event>,
    at: SystemTime,
}

impl Came {
    /// Now.
    pub(crate) fn now(event: &Arc<Event>) -> Came {
        Came { event: event.clone(), at: SystemTime::now() }
    }
}

/// What was decided about one event.
struct Step {
    came: Came,
    verdict: &'static str,
    filtered: Vec<String>,
    /// Each with the events that were joined.
    firings: Vec<(String, Vec<Arc<Event>>)>,
}

impl Tracer {
    /// Records what a trigger has decided. `came` are its events in their order, those before it are taken off; `said` is
    /// told to which trace each belongs.
    pub(crate) fn decided(&self, lane: &str, came: &mut VecDeque<Came>, record: &Record, said: &mut [What]) {
        let mut step: Option<Step> = None;
        for what in said {
            let note = match what {
                What::Note(note) => note,
                _ => {
                    self.end(lane, step.take());
                    continue;
                }
            };
            match &mut note.decision {
                Decision::Received { event } => {
                    self.end(lane, step.take());
                    let Some(came) = came.pop_front() else { continue };
                    let context = self.of_event(&came.event).context;
                    event.trace = Some(hex(&context.trace).into());
                    step =
                        Some(Step { came, verdict: "filtered", filtered: Vec::new(), firings: Vec::new() });
                }
                Decision::Redriven { firing, .. } => {
                    self.end(lane, step.take());
                    let events = parts(record, firing.as_str());
                    let Some(event) = events.last().cloned() else { continue };
                    let firings = vec![(firing.to_string(), events)];
                    let came = Came::now(&event);
                    self.end(lane, Some(Step { came, verdict: "redriven", filtered: Vec::new(), firings }));
                }
                decision => {
                    let Some(step) = &mut step else { continue };
                    match decision {
                        Decision::Filtered { stream, .. } => step.filtered.push(stream.to_string()),
                        Decision::Repeated { .. } => step.verdict = "repeated",
                        Decision::Waiting { .. } => step.verdict = "waiting",
                        Decision::Reset { .. } => step.verdict = "reset",
                        Decision::Fired { firing, events } => {
                            step.verdict = "fired";
                            let joined =
                                if events.len() > 1 { parts(record, firing.as_str()) } else { Vec::new() };
                            step.firings.push((firing.to_string(), joined));
                        }
                        _ => {}
                    }
                }
            }
        }
        self.end(lane, step);
    }

    fn end(&self, lane: &str, step: Option<Step>) {
        let Some(Step { came, verdict, filtered, firings }) = step else { return };
        let placed = self.of_event(&came.event);
        if !placed.context.sampled() {
            return;
        }
        let Placed { context, parent } = placed;
        let mut place = lane.splitn(3, '/');
        let [pipeline, sensor, trigger] = std::array::from_fn(|_| place.next().unwrap_or_default());
        let one = |firing: Option<&(String, Vec<Arc<Event>>)>| {
            let own = firing.map_or(context.span, |(firing, _)| decision(firing));
            let placed = Placed { context: context.at(own, true), parent };
            let mut span = span(&placed, SpanKind::Consumer, [came.at, SystemTime::now()]);
            span.name = format!("decide {trigger}");
            span.attributes = identity(&came.event).to_vec();
            span.attributes.extend([
                text("aev.pipeline", pipeline),
                text("aev.sensor", sensor),
                text("aev.trigger", trigger),
                text("aev.verdict", verdict),
                text("messaging.operation.name", "decide"),
                text("messaging.operation.type", "process"),
            ]);
            if !filtered.is_empty() {
                span.attributes.push(text("aev.filtered", &filtered.join(",")));
            }
            if let Some((firing, joined)) = firing {
                span.attributes.push(text("aev.firing", firing));
                let contexts = joined.iter().map(|event| match crate::convert::trace(event) {
                    Some(context) => context,
                    None => self.of_event(event).context,
                });
                span.links = contexts.map(|context| link(&context)).collect();
            }
            self.record(span);
        };
        match firings.as_slice() {
            [] => one(None),
            firings => firings.iter().for_each(|firing| one(Some(firing))),
        }
    }
}

/// The events of a firing, the newest last.
fn parts(record: &Record, firing: &str) -> Vec<Arc<Event>> {
    let mut firings = record.in_flight().iter();
    let Some(found) = firings.find(|known| known.id.as_str() == firing) else { return Vec::new() };
    let mut events: Vec<_> = found.events.iter().collect();
    events.sort_by_key(|taken| taken.order);
    events.into_iter().map(|taken| taken.event.clone()).collect()
}
