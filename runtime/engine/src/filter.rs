//! Which events pass a stream, and as what.

use crate::script::{Scripted, Scripts};
use crate::trigger::TriggerError;
use aev_dialects::filters;
use aev_dialects::foreign::Ported;
use aev_plan::document::Document;
use aev_plan::eval::{self, Reason, Truth};
use aev_plan::event::Event;
use aev_plan::model::{self, From, Predicate, ScriptLanguage, Sensor};
use std::sync::Arc;

/// A stream with everything it refines, prepared.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its name; Argo's dependency.
    pub name: Arc<str>,
    /// Name of the source at its beginning.
    pub source: String,
    /// Name of the event within that.
    pub event: String,
    /// Each stream on the way, the outermost first and this one last.
    stages: Vec<Stage>,
}

/// What one stream on the way does with an event: first the one, then the other.
#[derive(Clone, Debug)]
struct Stage {
    name: String,
    transform: Option<Transform>,
    filter: Filter,
}

#[derive(Clone, Debug)]
enum Transform {
    Script(Arc<dyn Scripted>),
    /// An object, which then takes the form that jq gives it.
    Object(eval::Value, Arc<dyn Scripted>),
}

#[derive(Clone, Debug)]
enum Filter {
    Always,
    Aev(eval::Predicate, Vec<Arc<dyn Scripted>>),
    Argo(Box<filters::Filter>, Option<Arc<dyn Scripted>>),
}

/// What jq does when it does nothing: it writes numbers and members anew.
const AS_IT_IS: &str = ".";

impl Stream {
    /// Prepares a stream of a sensor.
    ///
    /// # Errors
    /// A name leads to nothing or in a circle, or an expression or a script cannot be executed.
    pub fn prepare(sensor: &Sensor, name: &str, scripts: &dyn Scripts) -> Result<Stream, TriggerError> {
        let mut stages = Vec::new();
        let mut next = name;
        loop {
            let found = sensor.streams.iter().find(|stream| stream.name == next);
            let stream = found.filter(|_| stages.len() < sensor.streams.len());
            let stream = stream.ok_or_else(|| TriggerError::UnknownStream(next.to_owned()))?;
            stages.push(Stage::prepare(stream, scripts)?);
            match &stream.from {
                From::Stream(parent) => next = parent,
                From::Event { source, event } => {
                    stages.reverse();
                    return Ok(Stream {
                        name: name.into(),
                        source: source.clone(),
                        event: event.clone(),
                        stages,
                    });
                }
            }
        }
    }

    /// The event is one that this stream begins with.
    pub fn reads(&self, event: &Event) -> bool {
        self.source == event.source && self.event == event.subject
    }

    /// It runs scripts, which takes time and blocks the thread.
    pub fn runs_scripts(&self) -> bool {
        self.stages.iter().any(|stage| {
            stage.transform.is_some()
                || match &stage.filter {
                    Filter::Always => false,
                    Filter::Aev(_, scripts) => !scripts.is_empty(),
                    Filter::Argo(_, script) => script.is_some(),
                }
        })
    }

    /// The event as this stream hands it on.
    ///
    /// # Errors
    /// It does not pass; why.
    pub fn pass(&self, event: &Arc<Event>) -> Result<Arc<Event>, Box<Reason>> {
        let mut event = event.clone();
        for stage in &self.stages {
            event = stage.pass(event).map_err(|reason| match *stage.name == *self.name {
                true => reason,
                false => Box::new(Reason::Refined { stream: stage.name.clone(), reason }),
            })?;
        }
        Ok(event)
    }
}

impl Stage {
    fn prepare(stream: &model::Stream, scripts: &dyn Scripts) -> Result<Stage, TriggerError> {
        let compile = |language: ScriptLanguage, text: &str| {
            scripts.compile(language, text).map_err(|reason| TriggerError::Script {
                stream: stream.name.clone(),
                language,
                reason,
            })
        };
        let transform = match &stream.transform {
            None => None,
            Some(model::Transform::Script(script)) => {
                Some(Transform::Script(compile(script.language, &script.text)?))
            }
            Some(model::Transform::Object(expr)) => {
                let as_it_is = compile(ScriptLanguage::Jq, AS_IT_IS)?;
                Some(Transform::Object(eval::Value::prepare_of_one(expr, &Ported)?, as_it_is))
            }
        };
        let filter = match &stream.predicate {
            Predicate::Always => Filter::Always,
            Predicate::Aev(expr) => Filter::Aev(eval::Predicate::prepare(expr, &Ported)?, Vec::new()),
            Predicate::Scripted(scripted) => {
                let scripts = scripted.scripts.iter().map(|script| compile(script.language, &script.text));
                let scripts = scripts.collect::<Result<_, _>>()?;
                Filter::Aev(eval::Predicate::prepare(&scripted.condition, &Ported)?, scripts)
            }
            Predicate::Argo(filters) => {
                let script = filters.script.as_deref().filter(|script| !script.is_empty());
                let script = script.map(|text| compile(ScriptLanguage::Lua, text)).transpose()?;
                Filter::Argo(Box::new(filters::Filter::prepare(filters)), script)
            }
        };
        Ok(Stage { name: stream.name.clone(), transform, filter })
    }

    fn pass(&self, event: Arc<Event>) -> Result<Arc<Event>, Box<Reason>> {
        let event = match &self.transform {
            None => event,
            Some(transform) => {
                let data = transform.apply(&event)?;
                // Argo says so of everything that it has transformed.
                let datacontenttype = "application/json".to_owned();
                let Event { id, source, kind, subject, time, extensions, .. } = event.as_ref().clone();
                Arc::new(Event { id, source, kind, subject, time, datacontenttype, extensions, data })
            }
        };
        match self.filter.rejects(&event) {
            Some(reason) => Err(Box::new(reason)),
            None => Ok(event),
        }
    }
}

impl Transform {
    fn apply(&self, event: &Event) -> Result<Document, Box<Reason>> {
        let made = match self {
            Transform::Script(script) => script.transform(&event.data),
            Transform::Object(value, as_it_is) => value
                .json_or_null(&[Some(event)])
                .map_err(|missing| missing.to_string())
                .and_then(|json| Document::parse(json.to_string()).map_err(|error| error.to_string()))
                .and_then(|data| as_it_is.transform(&data)),
        };
        made.map_err(|words| Box::new(Reason::Argo(words)))
    }
}

impl Filter {
    fn rejects(&self, event: &Event) -> Option<Reason> {
        match self {
            Filter::Always => None,
            Filter::Aev(predicate, scripts) => {
                let scope = [Some(event)];
                if predicate.decide(&scope) != Truth::True {
                    return Some(predicate.explain(&scope));
                }
                scripts.iter().find_map(|script| match script.decide(&event.data) {
                    Ok(true) => None,
                    Ok(false) => Some(Reason::Argo("the filter in Lua did not return true".to_owned())),
                    Err(failure) => Some(Reason::Argo(failure)),
                })
            }
            Filter::Argo(filter, script) => {
                let verdict = filter
                    .decide(event, &|| script.as_ref().map_or(Ok(true), |script| script.decide(&event.data)));
                (!verdict.passed).then(|| Reason::Argo(verdict.reason.unwrap_or_default()))
            }
        }
    }
}
