//! Deciding events without bus, network or clock: what `aev try` and the tests of the language do.
//!
//! It runs the same steps as production. Every action that fires counts as done at once.

mod headers;
mod sent;

pub use sent::{Sent, TrialError};

use crate::effect::Effect;
use crate::filter::Stream;
use crate::input::{Arrival, Input, Outcome, Position};
use crate::note::{Decision, Note};
use crate::record::Record;
use crate::script::Scripts;
use crate::source::SourceFilter;
use crate::step::step;
use crate::trigger::{Trigger, TriggerError};
use aev_plan::eval::Reason;
use aev_plan::event::Event;
use aev_plan::finished::Finished;
use aev_plan::model::{self, Plan};
use aev_plan::time::Timestamp;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A plan that events are tried on. Joins keep what came before.
#[derive(Debug)]
pub struct Trial {
    sources: Vec<model::Source>,
    /// Those of events that have one, by the names of the source and the event.
    source_filters: BTreeMap<(String, String), SourceFilter>,
    filters: Vec<(Owner, Stream)>,
    triggers: Vec<(Owner, Trigger, Record)>,
    sent: u64,
}

/// The sensor of a filter or trigger, unless it is called like the pipeline.
type Owner = Option<Arc<str>>;

/// What became of an event. Filters and triggers of a sensor of another name than the pipeline's are called `SENSOR/NAME`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// As it was sent.
    pub event: String,
    /// Why its source keeps it from the bus; then nothing else is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<Reason>,
    /// Every filter of the file that begins with this event.
    pub filters: Vec<FilterVerdict>,
    /// Triggers that fired, in the order of the file.
    pub fired: Vec<String>,
    /// Triggers that would take it and are suspended, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<String>,
    /// What they do.
    pub actions: Vec<Tried>,
    /// Every decision on the way.
    #[serde(skip)]
    pub notes: Vec<Note>,
}

/// What a filter says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FilterVerdict {
    /// Its name.
    pub name: String,
    /// The event passes.
    pub passed: bool,
    /// Why not.
    pub reason: Option<Reason>,
}

/// An action that would happen: `{"trigger", "action"}`, or `{"trigger", "error"}` when it cannot.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The trigger, or its `on-failure`.
    pub trigger: String,
    /// The finished action, or why there is none.
    pub action: Result<Finished, String>,
}

impl Serialize for Tried {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            trigger: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            action: Option<&'a Finished>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a String>,
        }
        let form = Form {
            trigger: &self.trigger,
            action: self.action.as_ref().ok(),
            error: self.action.as_ref().err(),
        };
        form.serialize(serializer)
    }
}

impl Trial {
    /// Prepares every filter and trigger of a plan.
    ///
    /// # Errors
    /// A script is wrong, or the plan is not one of the compiler's.
    pub fn new(plan: &Plan, scripts: &dyn Scripts) -> Result<Trial, TriggerError> {
        let mut source_filters = BTreeMap::new();
        for source in &plan.sources {
            for event in &source.events {
                let filter = SourceFilter::prepare(event)?;
                let name = (source.name.clone(), event.name.clone());
                source_filters.extend(filter.map(|filter| (name, filter)));
            }
        }
        let sources = plan.sources.clone();
        let mut trial = Trial { sources, source_filters, filters: Vec::new(), triggers: Vec::new(), sent: 0 };
        for sensor in &plan.sensors {
            let owner: Owner = (sensor.name != plan.name).then(|| sensor.name.as_str().into());
            for stream in sensor.streams.iter().filter(|stream| stream.declared) {
                trial.filters.push((owner.clone(), Stream::prepare(sensor, &stream.name, scripts)?));
            }
            for trigger in &sensor.triggers {
                let prepared = Trigger::prepare(sensor, trigger, scripts)?;
                trial.triggers.push((owner.clone(), prepared, Record::default()));
            }
        }
        Ok(trial)
    }

    /// Decides one event. `now` is its time when it has none of its own.
    ///
    /// # Errors
    /// No source has it.
    pub fn send(&mut self, sent: &Sent, now: Timestamp) -> Result<Verdict, TrialError> {
        let event = Arc::new(self.event(sent, now)?);
        let source_filter = self.source_filters.get(&(event.source.clone(), event.subject.clone()));
        let kept = source_filter.and_then(|filter| filter.rejects(&event));
        let on_the_bus = kept.is_none();
        let read = self.filters.iter().filter(|(_, stream)| on_the_bus && stream.reads(&event));
        let mut verdict = Verdict {
            event: sent.event.clone(),
            kept,
            filters: read.map(|(owner, filter)| verdict_of(owner, filter, &event)).collect(),
            fired: Vec::new(),
            suspended: Vec::new(),
            actions: Vec::new(),
            notes: Vec::new(),
        };
        for (owner, trigger, record) in &mut self.triggers {
            let reads = on_the_bus && trigger.streams.iter().any(|stream| stream.reads(&event));
            if reads && trigger.suspended {
                verdict.suspended.push(called(owner, &trigger.name));
            } else if reads {
                run(owner, (trigger, record), now, event.clone(), &mut verdict);
            }
        }
        Ok(verdict)
    }

    /// The kind of the event that is sent under this name, such as `webhook`; none when no source has it.
    pub fn kind(&self, name: &str) -> Option<&str> {
        self.find(name).map(|(_, event)| event.kind.as_str())
    }

    fn event(&mut self, sent: &Sent, now: Timestamp) -> Result<Event, TrialError> {
        let (source, event) = self.find(&sent.event).ok_or_else(|| {
            let events =
                self.sources.iter().flat_map(|source| source.events.iter().map(move |event| (source, event)));
            let known = events.map(|(source, event)| full_name(source, event)).collect();
            TrialError::UnknownEvent(sent.event.clone(), known)
        })?;
        let (kind, source, subject) = (type_of(&event.kind), source.name.clone(), event.name.clone());
        let data = headers::made_canonical(&event.kind, sent.data.clone());
        self.sent += 1;
        Ok(Event {
            id: sent.id.clone().unwrap_or_else(|| format!("try-{}", self.sent)),
            source,
            kind,
            subject,
            time: sent.time.unwrap_or(now),
            datacontenttype: "application/json".to_owned(),
            extensions: Vec::new(),
            data,
        })
    }

    fn find(&self, name: &str) -> Option<(&model::Source, &model::Event)> {
        let by_name = |name: &str| self.sources.iter().find(|source| source.name == name);
        if let Some(source) = by_name(name)
            && let [event] = source.events.as_slice()
        {
            return Some((source, event));
        }
        let (source, event) = name.split_once('.')?;
        let source = by_name(source)?;
        Some((source, source.events.iter().find(|candidate| candidate.name == event)?))
    }
}

fn full_name(source: &model::Source, event: &model::Event) -> String {
    if source.events.len() == 1 { source.name.clone() } else { format!("{}.{}", source.name, event.name) }
}

/// Argo writes two kinds in lower case on the bus.
fn type_of(kind: &str) -> String {
    match kind {
        "pubSub" | "storageGrid" => kind.to_ascii_lowercase(),
        other => other.to_owned(),
    }
}

/// A name with the sensor that it is one of.
fn called(owner: &Owner, name: &str) -> String {
    match owner {
        Some(sensor) => format!("{sensor}/{name}"),
        None => name.to_owned(),
    }
}

fn verdict_of(owner: &Owner, filter: &Stream, event: &Arc<Event>) -> FilterVerdict {
    let reason = filter.pass(event).err().map(|reason| *reason);
    FilterVerdict { name: called(owner, &filter.name), passed: reason.is_none(), reason }
}

fn run(
    owner: &Owner,
    (trigger, record): (&Trigger, &mut Record),
    now: Timestamp,
    event: Arc<Event>,
    verdict: &mut Verdict,
) {
    let mut inputs =
        vec![Input::Arrived(Arrival { event, position: Some(Position(0)), taken: None, run: 0 })];
    while let Some(input) = inputs.pop() {
        for effect in step(trigger, record, now, input) {
            match effect {
                Effect::Note(note) => {
                    match &note.decision {
                        Decision::Fired { .. } => verdict.fired.push(called(owner, &trigger.name)),
                        Decision::Failed { action, error, .. } => {
                            verdict
                                .actions
                                .push(Tried { trigger: called(owner, action), action: Err(error.clone()) });
                        }
                        _ => {}
                    }
                    verdict.notes.push(*note);
                }
                Effect::Act(act) => {
                    let done =
                        Input::Done { firing: act.firing, attempt: act.attempt, outcome: Outcome::Done };
                    inputs.push(done);
                    verdict
                        .actions
                        .push(Tried { trigger: called(owner, &act.trigger), action: Ok(act.action) });
                }
                // Nothing is stored and no time passes; a look never comes, since every action is done at once.
                Effect::Persist
                | Effect::DeadLetter(_)
                | Effect::Acknowledge(_)
                | Effect::Look(_)
                | Effect::Wake(_) => {}
            }
        }
    }
}
