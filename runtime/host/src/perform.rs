//! What triggers act with: the world, or a test's idea of it.

use crate::convert;
use crate::decision::Outcome as Shown;
use crate::trace::Tracer;
use aev_bus::Pending;
use aev_connect::actions::{Actions, Done, Job, Outcome as Attempted};
use aev_connect::secrets::Secrets;
use aev_connect::trace::hex;
use aev_engine::Outcome;
use aev_engine::effect::Act;
use aev_plan::finished::Finished;
use std::sync::Arc;
use std::time::SystemTime;

/// Carries out attempts. One serves all triggers of a process.
pub trait Perform: Send + Sync {
    /// Makes one attempt. If the future is dropped, it is unknown whether the action has happened.
    fn perform<'a>(&'a self, pipeline: &'a str, act: &'a Act) -> Pending<'a, Performed>;

    /// Looks at what an attempt has created.
    fn look<'a>(&'a self, pipeline: &'a str, act: &'a Act) -> Pending<'a, Outcome>;
}

/// What became of an attempt: for the engine, and for the user.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    /// What the engine decides on.
    pub outcome: Outcome,
    /// What the user is shown.
    pub shown: Shown,
}

/// Calls, files and secrets as they are.
pub struct World {
    /// What carries out actions.
    pub actions: Actions,
    /// Where it finds secrets.
    pub secrets: Arc<dyn Secrets>,
    /// What traces attempts, if anything does.
    pub tracer: Option<Tracer>,
}

impl Perform for World {
    fn perform<'a>(&'a self, pipeline: &'a str, act: &'a Act) -> Pending<'a, Performed> {
        Box::pin(async move {
            let firing = act.firing.as_str();
            let placed = self.tracer.as_ref().and_then(|tracer| Some((tracer, tracer.attempting(act)?)));
            let begun = SystemTime::now();
            let trace = match &placed {
                Some((_, placed)) => Some(placed.context.clone()),
                None => act.cause.as_deref().and_then(convert::trace),
            };
            let job =
                Job { pipeline, trigger: &act.trigger, firing, action: &act.action, trace: trace.as_ref() };
            let attempted = self.actions.perform(job, &*self.secrets).await;
            let outcome = convert::outcome(&attempted);
            let shown = match attempted {
                Attempted::Done(Done::Answered { status, .. }) => Shown::Answered { status },
                Attempted::Done(Done::Written { path, .. }) => Shown::Written { path },
                Attempted::Done(Done::Published) => Shown::Published,
                Attempted::Done(Done::Executed { doubted }) => Shown::Executed { doubted },
                Attempted::Done(Done::Logged(events)) => Shown::Logged(events),
                Attempted::Failed { error, .. } => Shown::Failed(error.to_string()),
                Attempted::Unknown { error } => Shown::Unknown(error.to_string()),
            };
            if let Some((tracer, placed)) = placed {
                tracer.attempted(pipeline, act, &placed, begun, &shown);
            }
            if let Shown::Failed(error) | Shown::Unknown(error) = &shown {
                let (trigger, attempt) = (&*act.trigger, act.attempt);
                let trace = trace.map(|context| hex(&context.trace));
                tracing::debug!(pipeline, trigger, firing, attempt, trace, "an attempt failed: {error}");
            }
            Performed { outcome, shown }
        })
    }

    /// An object in a file has the labels that it was written with.
    fn look<'a>(&'a self, _: &'a str, act: &'a Act) -> Pending<'a, Outcome> {
        let outcome = match &act.action {
            Finished::K8sCreate { object } => Outcome::Observed { labels: convert::labels(object) },
            _ => Outcome::Done,
        };
        Box::pin(std::future::ready(outcome))
    }
}
