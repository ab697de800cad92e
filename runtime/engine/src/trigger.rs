//! A trigger of a plan, prepared to be executed.

use crate::action::Action;
use crate::condition;
use crate::filter::Stream;
use crate::firing::Taken;
use crate::record::Record;
use crate::script::Scripts;
use aev_plan::cron::{Cron, InvalidCron, InvalidSchedule};
use aev_plan::eval::PrepareError;
use aev_plan::model::{self, Condition, Delivery, Rate, Retry, ScriptLanguage, Sensor, Success};
use aev_plan::time::Timestamp;
use std::fmt;
use std::sync::Arc;

/// What [`crate::step()`] executes. It has no state: that is in the [`crate::Record`].
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Name of the sensor.
    pub sensor: String,
    /// Name of the trigger.
    pub name: Arc<str>,
    /// The streams of its condition, in their order.
    pub streams: Vec<Stream>,
    pub(crate) condition: Condition,
    pub(crate) joins: bool,
    /// When what a join has kept is forgotten.
    pub(crate) resets: Vec<Cron>,
    /// How many attempts there may be in a span of time.
    pub rate: Option<Rate>,
    /// How many attempts may be under way at once, when the file says it.
    pub max_running: Option<u32>,
    /// It takes no events; what it has begun it brings to an end.
    pub suspended: bool,
    pub(crate) delivery: Delivery,
    pub(crate) task: Task,
    pub(crate) fallback: Option<Task>,
}

/// The trigger's own action or that of its `on-failure`.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) name: Arc<str>,
    pub(crate) action: Action,
    pub(crate) retry: Option<Retry>,
    pub(crate) success: Option<Success>,
}

/// Why a trigger cannot be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerError {
    /// It names a stream that the sensor does not have, or that refines itself.
    UnknownStream(String),
    /// An expression is wrong.
    Expression(PrepareError),
    /// A script is wrong.
    Script {
        /// The stream that has it.
        stream: String,
        /// What it is written in.
        language: ScriptLanguage,
        /// What is wrong with it.
        reason: String,
    },
    /// A schedule is wrong.
    Reset(InvalidCron),
    /// The action is of a kind, or has a part, that is not executed.
    Unsupported(String),
    /// It has a clause or an option that is not executed yet: AEV0402.
    NotYet(&'static str),
}

impl From<PrepareError> for TriggerError {
    fn from(error: PrepareError) -> TriggerError {
        TriggerError::Expression(error)
    }
}

impl fmt::Display for TriggerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TriggerError::UnknownStream(name) => {
                write!(f, "the plan has no stream `{name}`, or it refines itself")
            }
            TriggerError::Expression(error) => error.fmt(f),
            TriggerError::Script { stream, language, reason } => {
                write!(f, "the {} of `{stream}` cannot be run: {reason}", language.name())
            }
            TriggerError::Reset(error) => write!(f, "`reset`: {error}"),
            TriggerError::NotYet(word) => {
                write!(f, "the aev runtime cannot run `{word}` yet; see `aev explain AEV0402`")
            }
            TriggerError::Unsupported(kind) => {
                write!(f, "only Argo Events can do `{kind}` as it is written; the runtime has it not yet")
            }
        }
    }
}

impl std::error::Error for TriggerError {}

impl Trigger {
    /// Prepares a trigger of a sensor. What runs its scripts decides how much they may use.
    ///
    /// # Errors
    /// A script is wrong; or the plan is not one of the compiler's: a name leads nowhere or an expression cannot be executed.
    pub fn prepare(
        sensor: &Sensor,
        trigger: &model::Trigger,
        scripts: &dyn Scripts,
    ) -> Result<Trigger, TriggerError> {
        // Nothing that a trigger says is passed over: without it, it would do something else.
        if let Some((word, _)) = trigger.flow.said().find(|(word, _)| *word != "suspend") {
            return Err(TriggerError::NotYet(word));
        }
        let names = condition::streams(&trigger.on);
        let streams = names.iter().map(|name| Stream::prepare(sensor, name, scripts));
        let streams = streams.collect::<Result<_, _>>()?;
        let task = |name: &str, action, retry: &Option<Retry>, success: &Option<Success>| {
            let action = Action::prepare(action, &trigger.bindings, &sensor.name, name)?;
            Ok::<Task, TriggerError>(Task {
                name: name.into(),
                action,
                retry: retry.clone(),
                success: success.clone(),
            })
        };
        let fallback = trigger.on_failure.as_deref();
        let resets = trigger.resets.iter().filter_map(|reset| {
            match Cron::new(&reset.cron, reset.zone.as_deref()) {
                // A schedule that never comes resets nothing.
                Err(InvalidCron::Schedule(InvalidSchedule::Never { .. })) => None,
                cron => Some(cron.map_err(TriggerError::Reset)),
            }
        });
        Ok(Trigger {
            sensor: sensor.name.clone(),
            name: trigger.name.as_str().into(),
            streams,
            joins: trigger.on.joins(),
            resets: resets.collect::<Result<_, _>>()?,
            rate: trigger.rate,
            max_running: trigger.max_running,
            suspended: trigger.flow.suspend.is_some(),
            condition: trigger.on.clone(),
            delivery: trigger.deliver,
            task: task(&trigger.name, &trigger.action, &trigger.retry, &trigger.success)?,
            fallback: fallback.map(|f| task(&f.name, &f.action, &f.retry, &f.success)).transpose()?,
        })
    }

    /// The events that it reads, as source and event, each once and in order: what its lane subscribes to.
    pub fn subjects(&self) -> Vec<(&str, &str)> {
        let mut subjects: Vec<_> =
            self.streams.iter().map(|s| (s.source.as_str(), s.event.as_str())).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// It keeps events until others have come, and so has a record that is stored.
    pub fn joins(&self) -> bool {
        self.joins
    }

    /// Its streams run scripts: a step that takes events may take long, and blocks the thread.
    pub fn runs_scripts(&self) -> bool {
        self.streams.iter().any(Stream::runs_scripts)
    }

    /// When the first of what its join has kept is to be forgotten, by [`crate::Input::Reset`] with this time; none while
    /// nothing is kept or nothing ever is forgotten. What has been stored through such a time is found too.
    pub fn resets_at(&self, record: &Record) -> Option<Timestamp> {
        let times = record.kept.iter().map(Taken::time);
        times.filter_map(|time| self.resets.iter().filter_map(|reset| reset.next(time)).min()).min()
    }

    /// It acknowledges before it acts, and never acts twice.
    pub fn at_most_once(&self) -> bool {
        self.delivery == Delivery::AtMostOnce
    }
}
