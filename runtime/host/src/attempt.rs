//! The attempts of a trigger, a bounded number at a time.

use crate::decision::Attempted;
use crate::perform::Perform;
use crate::rate::Pace;
use aev_engine::effect::Act;
use aev_engine::{FiringId, Input, Outcome, Trigger};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

/// Attempts of one trigger that are under way at once, unless its file says another number.
const IN_FLIGHT: usize = 32;

/// The attempts of one trigger.
pub(crate) struct Attempts {
    pipeline: Arc<str>,
    world: Arc<dyn Perform>,
    /// Name of the trigger. What its `on-failure` does has no rate.
    trigger: Arc<str>,
    pace: Arc<Mutex<Pace>>,
    /// So many may be under way at once.
    limit: usize,
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
    pub(crate) fn new(
        pipeline: Arc<str>,
        world: Arc<dyn Perform>,
        trigger: &Trigger,
        pace: Arc<Mutex<Pace>>,
    ) -> Attempts {
        Attempts {
            pipeline,
            world,
            trigger: trigger.name.clone(),
            pace,
            limit: trigger.max_running.map_or(IN_FLIGHT, |limit| limit.max(1) as usize),
            queue: VecDeque::new(),
            running: JoinSet::new(),
            tasks: HashMap::new(),
        }
    }

    /// How many may be under way at once.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The beginnings of the last span: it is held for no pause.
    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those under way and those that wait for their turn.
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.running.len()
    }

    /// How many more the rate lets begin, after those that wait for their turn.
    pub(crate) fn free(&mut self) -> usize {
        let free = self.pace().free(Instant::now());
        // Most triggers have no rate.
        if free == usize::MAX {
            return free;
        }
        let waiting = self.queue.iter().filter(|(act, look)| paced(&self.trigger, act, *look)).count();
        free.saturating_sub(waiting)
    }

    /// When the rate lets the next begin, while it lets none.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.pace().next()
    }

    /// Nothing is under way, and what is left waits for the rate.
    pub(crate) fn rest(&mut self) -> bool {
        self.running.is_empty() && (self.queue.is_empty() || self.pace().free(Instant::now()) == 0)
    }

    /// Takes an attempt on; a look only finds out how an object is.
    pub(crate) fn take_on(&mut self, act: Box<Act>, look: bool) {
        self.queue.push_back((act, look));
    }

    /// Begins as many as may be under way.
    pub(crate) fn begin(&mut self) {
        while self.running.len() < self.limit {
            let now = Instant::now();
            let free = self.pace().free(now) > 0;
            let ready = |(act, look): &(Box<Act>, bool)| free || !paced(&self.trigger, act, *look);
            let Some(at) = self.queue.iter().position(ready) else { return };
            let Some((act, look)) = self.queue.remove(at) else { return };
            if paced(&self.trigger, &act, look) {
                self.pace().take(now);
            }
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

/// Whether it counts for the rate: each attempt does, and neither a look nor what an `on-failure` does.
fn paced(trigger: &str, act: &Act, look: bool) -> bool {
    !look && *act.trigger == *trigger
}

async fn carry_out(pipeline: Arc<str>, world: Arc<dyn Perform>, act: Box<Act>, look: bool) -> Ended {
    if look {
        let outcome = world.look(&pipeline, &act).await;
        return Ended {
            input: Input::Done { firing: act.firing, attempt: act.attempt, outcome },
            shown: None,
        };
    }
    let begun = Instant::now();
    let performed = world.perform(&pipeline, &act).await;
    let Act { firing, trigger, attempt, action, .. } = *act;
    let shown = Attempted {
        firing: firing.clone(),
        action: trigger,
        attempt,
        finished: Arc::new(action),
        result: performed.shown,
        took: begun.elapsed(),
    };
    let input = Input::Done { firing, attempt, outcome: performed.outcome };
    Ended { input, shown: Some(Box::new(shown)) }
}
