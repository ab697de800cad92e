//! Carrying out the actions of a trigger, a bounded number at a time.

use crate::convert;
use crate::decision::{Attempted, Outcome as Shown};
use aev_connect::actions::{Actions, Done, Job, Outcome as Performed};
use aev_connect::secrets::Secrets;
use aev_engine::effect::Act;
use aev_engine::{FiringId, Input, Outcome};
use aev_plan::finished::Finished;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::task::{Id, JoinSet};

/// Attempts of one trigger that are under way at once.
pub(crate) const IN_FLIGHT: usize = 32;

/// What all triggers of a process act with.
#[derive(Clone)]
pub(crate) struct Hands {
    pub(crate) actions: Arc<Actions>,
    pub(crate) secrets: Arc<dyn Secrets>,
}

/// The attempts of one trigger.
pub(crate) struct Attempts {
    pipeline: Arc<str>,
    hands: Hands,
    queue: VecDeque<(Box<Act>, bool)>,
    running: JoinSet<Ended>,
    /// What each task does, for the case that it panics.
    tasks: HashMap<Id, (FiringId, u32)>,
}

/// An attempt that has ended: what the engine is told, and what the user is shown.
pub(crate) struct Ended {
    pub(crate) input: Input,
    pub(crate) shown: Option<Box<Attempted>>,
}

impl Attempts {
    pub(crate) fn new(pipeline: Arc<str>, hands: Hands) -> Attempts {
        Attempts { pipeline, hands, queue: VecDeque::new(), running: JoinSet::new(), tasks: HashMap::new() }
    }

    /// Those under way and those that wait for their turn.
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.running.len()
    }

    /// Takes an attempt on; a look only finds out how an object is.
    pub(crate) fn take_on(&mut self, act: Box<Act>, look: bool) {
        self.queue.push_back((act, look));
    }

    /// Begins as many as may be under way.
    pub(crate) fn begin(&mut self) {
        while self.running.len() < IN_FLIGHT {
            let Some((act, look)) = self.queue.pop_front() else { return };
            let named = (act.firing.clone(), act.attempt);
            let (pipeline, hands) = (self.pipeline.clone(), self.hands.clone());
            let task = self
                .running
                .spawn(async move { if look { see(*act) } else { perform(&pipeline, &hands, *act).await } });
            self.tasks.insert(task.id(), named);
        }
    }

    /// Waits for one to end; for ever when none is under way.
    pub(crate) async fn ended(&mut self) -> Vec<Ended> {
        let Some(first) = self.running.join_next_with_id().await else { return std::future::pending().await };
        let mut next = Some(first);
        let mut ended = Vec::new();
        while let Some(result) = next {
            ended.extend(match result {
                Ok((id, done)) => {
                    self.tasks.remove(&id);
                    Some(done)
                }
                Err(error) => self.tasks.remove(&error.id()).map(|(firing, attempt)| {
                    let outcome = Outcome::Unknown { error: "the action was broken off".to_owned() };
                    Ended { input: Input::Done { firing, attempt, outcome }, shown: None }
                }),
            });
            next = self.running.try_join_next_with_id();
        }
        ended
    }
}

async fn perform(pipeline: &str, hands: &Hands, act: Act) -> Ended {
    let firing = act.firing.to_string();
    let job = Job { pipeline, trigger: &act.trigger, firing: &firing, action: &act.action };
    let performed = hands.actions.perform(job, &*hands.secrets).await;
    let outcome = convert::outcome(&performed);
    let result = match performed {
        Performed::Done(Done::Answered { status, .. }) => Shown::Answered { status },
        Performed::Done(Done::Written { path, .. }) => Shown::Written { path },
        Performed::Done(Done::Logged(events)) => Shown::Logged(events),
        Performed::Failed { error, .. } => Shown::Failed(error.to_string()),
        Performed::Unknown { error } => Shown::Unknown(error.to_string()),
    };
    let (action, attempt, finished) = (act.trigger, act.attempt, Arc::new(act.action));
    let shown = Attempted { firing, action, attempt, finished, result };
    Ended { input: Input::Done { firing: act.firing, attempt, outcome }, shown: Some(Box::new(shown)) }
}

/// An object in a file has the labels that it was written with.
fn see(act: Act) -> Ended {
    let outcome = match &act.action {
        Finished::K8sCreate { object } => Outcome::Observed { labels: convert::labels(object) },
        _ => Outcome::Done,
    };
    Ended { input: Input::Done { firing: act.firing, attempt: act.attempt, outcome }, shown: None }
}
