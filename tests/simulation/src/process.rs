//! A process: the triggers of a history on the real runner, until it is told to end or is ended.

use crate::bus::SimBus;
use crate::scenario::NAME;
use crate::sim::{Law, Shared, SimClock};
use crate::world::SimWorld;
use aev_bus::Bus;
use aev_host::decision::{Decisions, Speaker};
use aev_host::health::Health;
use aev_host::parsed::Parsed;
use aev_host::runner::{Around, Phase};
use aev_host::{Perform, Runner};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// One trigger of a process.
struct Running {
    health: Arc<Health>,
    phase: watch::Sender<Phase>,
    task: JoinHandle<()>,
}

/// A process.
pub struct Process {
    /// From 1 on.
    pub number: u32,
    /// What it acts on.
    pub world: Arc<SimWorld>,
    shared: Arc<Shared>,
    triggers: Vec<Running>,
    /// What it says, when somebody reads along.
    pub decisions: Option<Decisions>,
}

impl Process {
    /// Starts it.
    pub fn start(shared: &Arc<Shared>, number: u32) -> Process {
        shared.sim().alive.insert(number);
        shared.sim().say(format_args!("p{number} starts"));
        let world = Arc::new(SimWorld::new(shared.clone(), number));
        let speaker = Speaker::new();
        let decisions = shared.sim().trace.shows().then(|| speaker.listen());
        let around = Around {
            bus: Arc::new(SimBus::new(shared.clone(), number)) as Arc<dyn Bus>,
            parsed: Arc::new(Parsed::default()),
            world: world.clone() as Arc<dyn Perform>,
            clock: Arc::new(SimClock(shared.clone())),
            speaker,
        };
        let triggers = shared.scenario.triggers.iter().map(|spec| {
            let (runner, phase) = Runner::new(NAME.into(), spec.prepared.clone(), around.clone());
            let health = runner.health().clone();
            Running { health, phase, task: tokio::spawn(runner.run(None)) }
        });
        let triggers = triggers.collect();
        Process { number, world, shared: shared.clone(), triggers, decisions }
    }

    /// Why a trigger does not go on, as the process says it.
    pub fn stalled(&self, trigger: usize) -> Option<String> {
        self.triggers.get(trigger).and_then(|running| running.health.why_stalled())
    }

    /// It is gone at once, as after `kill -9`.
    pub async fn kill(self) {
        let crashed = !self.shared.sim().alive.contains(&self.number);
        if !crashed {
            self.shared.sim().say(format_args!("p{} is killed", self.number));
            self.shared.sim().end(self.number);
        }
        for running in &self.triggers {
            running.task.abort();
        }
        for running in self.triggers {
            panicked(&self.shared, running.task.await);
        }
    }

    /// It is told to end. Gives whether it did, and within time; otherwise it is killed.
    pub async fn stop(mut self, phase: Phase) {
        self.shared.sim().say(format_args!("p{} is told to {phase:?}", self.number));
        for running in &self.triggers {
            running.phase.send_replace(phase);
        }
        let ended = async {
            for running in &mut self.triggers {
                panicked(&self.shared, (&mut running.task).await);
            }
        };
        if timeout(Duration::from_secs(60), ended).await.is_err() || phase == Phase::Abort {
            let number = self.number;
            self.shared.sim().say(format_args!("p{number} has not ended, or was told not to finish"));
            self.shared.sim().ledger.broken_by(number);
            for running in self.triggers.iter().filter(|running| !running.task.is_finished()) {
                running.task.abort();
            }
            tokio::task::yield_now().await;
        }
        let mut sim = self.shared.sim();
        if sim.alive.contains(&self.number) {
            sim.alive.remove(&self.number);
            sim.say(format_args!("p{} has ended", self.number));
        }
    }
}

fn panicked(shared: &Shared, ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        shared.sim().violate(Law::Visible, format!("a trigger panicked: {error}"));
    }
}
