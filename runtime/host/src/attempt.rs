//! The attempts of a trigger, a bounded number at a time.

use crate::decision::Attempted;
use crate::perform::Perform;
use aev_engine::effect::Act;
use aev_engine::{FiringId, Input, Outcome};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::task::{Id, JoinSet};

/// Attempts of one trigger that are under way at once.
pub(crate) const IN_FLIGHT: usize = 32;

/// The attempts of one trigger.
pub(crate) struct Attempts {
    pipeline: Arc<str>,
    world: Arc<dyn Perform>,
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
    pub(crate) fn new(pipeline: Arc<str>, world: Arc<dyn Perform>) -> Attempts {
        Attempts { pipeline, world, queue: VecDeque::new(), running: JoinSet::new(), tasks: HashMap::new() }
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
            let (pipeline, world) = (self.pipeline.clone(), self.world.clone());
            let task = self.running.spawn(carry_out(pipeline, world, act, look));
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

async fn carry_out(pipeline: Arc<str>, world: Arc<dyn Perform>, act: Box<Act>, look: bool) -> Ended {
    if look {
        let outcome = world.look(&pipeline, &act).await;
        return Ended {
            input: Input::Done { firing: act.firing, attempt: act.attempt, outcome },
            shown: None,
        };
    }
    let performed = world.perform(&pipeline, &act).await;
    let Act { firing, trigger, attempt, action } = *act;
    let shown = Attempted {
        firing: firing.to_string(),
        action: trigger,
        attempt,
        finished: Arc::new(action),
        result: performed.shown,
    };
    let input = Input::Done { firing, attempt, outcome: performed.outcome };
    Ended { input, shown: Some(Box::new(shown)) }
}
