//! Which events pass a stream.

use crate::trigger::TriggerError;
use aev_dialects::filters;
use aev_plan::eval::{self, Reason, Truth};
use aev_plan::event::Event;
use aev_plan::model::{From, Predicate, Sensor};

/// A stream with everything it refines, prepared.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its name; Argo's dependency.
    pub name: String,
    /// Name of the source at its beginning.
    pub source: String,
    /// Name of the event within that.
    pub event: String,
    /// Each stream on the way with its filter, the outermost first and this one last.
    filters: Vec<(String, Filter)>,
}

#[derive(Clone, Debug)]
enum Filter {
    Always,
    Aev(eval::Predicate),
    Argo(Box<filters::Filter>),
}

impl Stream {
    /// Prepares a stream of a sensor.
    ///
    /// # Errors
    /// A name leads to nothing or in a circle, or an expression cannot be executed.
    pub fn prepare(sensor: &Sensor, name: &str) -> Result<Stream, TriggerError> {
        let mut filters = Vec::new();
        let mut next = name;
        loop {
            let found = sensor.streams.iter().find(|stream| stream.name == next);
            let stream = found.filter(|_| filters.len() < sensor.streams.len());
            let stream = stream.ok_or_else(|| TriggerError::UnknownStream(next.to_owned()))?;
            filters.push((stream.name.clone(), Filter::prepare(&stream.predicate)?));
            match &stream.from {
                From::Stream(parent) => next = parent,
                From::Event { source, event } => {
                    filters.reverse();
                    return Ok(Stream {
                        name: name.to_owned(),
                        source: source.clone(),
                        event: event.clone(),
                        filters,
                    });
                }
            }
        }
    }

    /// The event is one that this stream begins with.
    pub fn reads(&self, event: &Event) -> bool {
        self.source == event.source && self.event == event.subject
    }

    /// Why the event does not pass; none when it does.
    pub fn rejects(&self, event: &Event) -> Option<Reason> {
        for (name, filter) in &self.filters {
            if let Some(reason) = filter.rejects(event) {
                let refined = || Reason::Refined { stream: name.clone(), reason: Box::new(reason.clone()) };
                return Some(if *name == self.name { reason } else { refined() });
            }
        }
        None
    }
}

impl Filter {
    fn prepare(predicate: &Predicate) -> Result<Filter, TriggerError> {
        match predicate {
            Predicate::Always => Ok(Filter::Always),
            Predicate::Aev(expr) => Ok(Filter::Aev(eval::Predicate::prepare(expr)?)),
            Predicate::Argo(filters) => Ok(Filter::Argo(Box::new(filters::Filter::prepare(filters)))),
        }
    }

    fn rejects(&self, event: &Event) -> Option<Reason> {
        match self {
            Filter::Always => None,
            Filter::Aev(predicate) => {
                let scope = [Some(event)];
                (predicate.decide(&scope) != Truth::True).then(|| predicate.explain(&scope))
            }
            Filter::Argo(filter) => {
                let verdict = filter.decide(event);
                (!verdict.passed).then(|| Reason::Argo(verdict.reason.unwrap_or_default()))
            }
        }
    }
}
