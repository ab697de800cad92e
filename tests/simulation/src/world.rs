//! What actions meet: targets that are slow, refuse, half do it, do not answer, or have done it all the same.

use crate::bug::Bug;
use crate::fault::{Hit, Kind, Side};
use crate::ledger::State;
use crate::scenario::{Policy, Spec, Task};
use crate::sim::{Law, Mood, Shared, Sim};
use aev_bus::Pending;
use aev_engine::effect::Act;
use aev_engine::{FiringId, Outcome};
use aev_host::{Perform, Performed};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Actions of one trigger that may be under way.
const AT_ONCE: usize = 32;

/// The world as one process acts on it.
pub struct SimWorld {
    shared: Arc<Shared>,
    process: u32,
    /// Under way, by trigger.
    under_way: std::sync::Mutex<BTreeMap<usize, usize>>,
}

/// What will become of an attempt.
struct Fate {
    /// It happens.
    effect: bool,
    state: State,
    outcome: Outcome,
    pause: Duration,
}

/// Counts down when an attempt ends, however it does.
struct UnderWay<'w>(&'w SimWorld, usize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut under_way = self.0.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.1) {
            *count -= 1;
        }
    }
}

impl SimWorld {
    /// That of a process.
    pub fn new(shared: Arc<Shared>, process: u32) -> SimWorld {
        SimWorld { shared, process, under_way: std::sync::Mutex::default() }
    }

    /// Actions of a trigger that are under way.
    pub fn under_way(&self, trigger: usize) -> usize {
        let under_way = self.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        under_way.get(&trigger).copied().unwrap_or(0)
    }

    fn enter(&self, trigger: usize) -> UnderWay<'_> {
        let mut under_way = self.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = under_way.entry(trigger).or_default();
        *count += 1;
        let count = *count;
        drop(under_way);
        if count > AT_ONCE {
            self.shared.sim().violate(Law::Bounded, format!("{count} actions of one trigger are under way"));
        }
        UnderWay(self, trigger)
    }

    /// One attempt, from its begin to its answer.
    async fn attempt(&self, spec: &Spec, trigger: usize, fallback: bool, act: &Act) -> Outcome {
        let task = spec.fallback.as_ref().filter(|_| fallback).unwrap_or(&spec.task);
        let kind = if fallback { Kind::Fallback } else { Kind::Act };
        let (epoch, fate) = {
            let mut sim = self.shared.sim();
            let epoch = sim.ledger.epoch(self.process, trigger);
            let lane = sim.store.lanes.get_mut(&trigger);
            let stale = lane.as_ref().is_none_or(|lane| lane.epoch != epoch);
            if let Some(lane) = lane {
                lane.moves += 1;
            }
            sim.say(format_args!(
                "  p{} {} begins attempt {} under {}",
                self.process, act.trigger, act.attempt, act.firing
            ));
            let version = sim.version(self.process, trigger);
            if let Err((law, what)) = sim.ledger.begins(spec, version, act, epoch, stale) {
                sim.violate(law, what);
            }
            if !fallback {
                sim.paced(spec, self.process, trigger);
            }
            (epoch, sim.fate(task))
        };
        sleep(fate.pause / 2).await;
        self.shared.pass(self.process, &[kind], Side::Before).await;
        {
            let mut sim = self.shared.sim();
            let hit = match (fate.effect, fate.state) {
                (true, State::Unknown) => Hit::AnswerLost,
                (true, _) => Hit::Fine,
                (false, _) => Hit::Refused,
            };
            sim.coverage.hit(kind, hit);
            if fate.effect
                && let Err((law, what)) = sim.ledger.happens(spec, act.firing.as_str())
            {
                sim.violate(law, what);
            }
        }
        self.shared.pass(self.process, &[kind], Side::After).await;
        sleep(fate.pause / 2).await;
        if self.shared.ends(self.process, &[], Side::After) {
            std::future::pending::<()>().await;
        }
        let mut sim = self.shared.sim();
        sim.ledger.answered(act.firing.as_str(), epoch, fate.state);
        if let Some(lane) = sim.store.lanes.get_mut(&trigger) {
            lane.moves += 1;
        }
        sim.say(format_args!("  p{} {} {:?}: {:?}", self.process, act.firing, fate.state, fate.outcome));
        fate.outcome
    }

    async fn perform_once(&self, act: &Act) -> Outcome {
        let Some((trigger, fallback)) = self.shared.scenario.acting(&act.trigger) else {
            self.shared.sim().violate(Law::Repeated, format!("`{}` acts and is no trigger", act.trigger));
            return Outcome::Done;
        };
        let Some(spec) = self.shared.scenario.triggers.get(trigger) else { return Outcome::Done };
        let _under_way = self.enter(trigger);
        let mut renamed = act.clone();
        if self.shared.sim().has(Bug::RenamesRepetitions) && act.attempt > 1 {
            renamed.firing = FiringId::new("other", &act.trigger, act.attempt, &[]);
        }
        let outcome = self.attempt(spec, trigger, fallback, &renamed).await;
        let bug = self.shared.sim().bug;
        let again = match &outcome {
            Outcome::Unknown { .. } => bug == Some(Bug::InsistsOnUnknown),
            Outcome::Failed { .. } => false,
            _ => bug == Some(Bug::RepeatsDone) && self.shared.sim().random.percent(10),
        };
        if again {
            return self.attempt(spec, trigger, fallback, act).await;
        }
        if bug == Some(Bug::ActsWithoutLimit) {
            // Its place is given away before it has ended.
            let (more, rest) = (self.enter(trigger), self.enter(trigger));
            sleep(Duration::from_secs(1)).await;
            drop((more, rest));
        }
        outcome
    }
}

impl Perform for SimWorld {
    fn perform<'a>(&'a self, _: &'a str, act: &'a Act) -> Pending<'a, Performed> {
        Box::pin(async move {
            let outcome = self.perform_once(act).await;
            Performed { outcome, shown: aev_host::decision::Outcome::Answered { status: 0 } }
        })
    }

    fn look<'a>(&'a self, _: &'a str, act: &'a Act) -> Pending<'a, Outcome> {
        Box::pin(async move {
            let trigger = self.shared.scenario.acting(&act.trigger).map_or(0, |(trigger, _)| trigger);
            let _under_way = self.enter(trigger);
            sleep(Duration::from_millis(5)).await;
            self.shared.pass(self.process, &[Kind::Look], Side::Before).await;
            let outcome = {
                let mut sim = self.shared.sim();
                let ready = sim.mood == Mood::Well || sim.random.percent(40);
                let fails = sim.mood != Mood::Well && sim.random.percent(25);
                if let Some(lane) = sim.store.lanes.get_mut(&trigger) {
                    lane.moves += 1;
                }
                sim.coverage.hit(Kind::Look, if fails { Hit::Refused } else { Hit::Fine });
                let epoch = sim.ledger.epoch(self.process, trigger);
                sim.ledger.looked(act.firing.as_str(), epoch, ready && !fails);
                sim.say(format_args!("  p{} looks at {}: {ready} {fails}", self.process, act.firing));
                if fails {
                    Outcome::Failed {
                        retriable: true,
                        error: "the look failed".to_owned(),
                        retry_after: None,
                    }
                } else {
                    labels(ready)
                }
            };
            self.shared.pass(self.process, &[Kind::Look], Side::After).await;
            outcome
        })
    }
}

fn labels(ready: bool) -> Outcome {
    let ready = ready.then(|| ("state".to_owned(), "ready".to_owned()));
    Outcome::Observed { labels: ready.into_iter().collect() }
}

impl Sim {
    fn fate(&mut self, task: &Task) -> Fate {
        let mood = match self.mood {
            Mood::Mixed => self.random.weighted(
                &[(6, Mood::Well), (1, Mood::Slow), (2, Mood::Busy), (1, Mood::Refusing), (2, Mood::Silent)],
                Mood::Well,
            ),
            mood => mood,
        };
        let most = if mood == Mood::Slow { 20_000 } else { 60 };
        let pause = Duration::from_millis(self.random.below(most));
        let error = |text: &str| format!("the simulated target {text}");
        let (effect, state, outcome) = match mood {
            Mood::Well | Mood::Slow | Mood::Mixed => self.fulfilled(task.policy, task.action),
            Mood::Busy => {
                let retry_after = self.random.percent(20).then(|| Duration::from_secs(self.random.below(90)));
                // A call that is answered counts as done where any answer does.
                let outcome = if task.action == "http" && task.policy != Policy::Any {
                    Outcome::Answered { status: 503, retry_after }
                } else {
                    Outcome::Failed { retriable: true, error: error("is busy"), retry_after }
                };
                (false, State::Failed, outcome)
            }
            Mood::Refusing => {
                let outcome =
                    Outcome::Failed { retriable: false, error: error("refuses"), retry_after: None };
                (false, State::Refused, outcome)
            }
            Mood::Silent => {
                (self.random.percent(50), State::Unknown, Outcome::Unknown { error: error("is silent") })
            }
        };
        Fate { effect, state, outcome, pause }
    }

    /// It is done; what that looks like.
    fn fulfilled(&mut self, policy: Policy, action: &str) -> (bool, State, Outcome) {
        let answered = |status| Outcome::Answered { status, retry_after: None };
        match (action, policy) {
            ("http", Policy::Only409) => (true, State::Done, answered(409)),
            ("http", Policy::Any) => {
                let status = self.random.pick(&[200, 302, 404, 500]).copied().unwrap_or(200);
                (true, State::Done, answered(status))
            }
            ("http", _) => {
                let status = self.random.pick(&[200, 201, 204, 206]).copied().unwrap_or(200);
                (true, State::Done, answered(status))
            }
            ("create", _) => {
                let ready = self.random.percent(40);
                (true, if ready { State::Done } else { State::Created }, labels(ready))
            }
            _ => (true, State::Done, Outcome::Done),
        }
    }
}
