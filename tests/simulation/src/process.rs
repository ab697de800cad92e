//! A process: the triggers of a history on the real runner, until it is told to end or is ended.

use crate::bug::Bug;
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
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// So long a trigger that its file has changed may take to end what it has begun.
const HAND_OVER: Duration = Duration::from_secs(30);

/// Between two tries to give a lane its new name.
const AWAY: Duration = Duration::from_millis(500);

/// One trigger of a process.
struct Running {
    health: Arc<Health>,
    phase: watch::Sender<Phase>,
    task: JoinHandle<()>,
    /// Why its lane cannot get its name yet.
    waits: Arc<Mutex<Option<String>>>,
}

/// A trigger ends when nobody waits for it any more.
impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A process.
pub struct Process {
    /// From 1 on.
    pub number: u32,
    /// What it acts on.
    pub world: Arc<SimWorld>,
    shared: Arc<Shared>,
    around: Around,
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
        let all = 0..shared.scenario.triggers.len();
        let triggers = all.filter_map(|trigger| run(shared, number, trigger, around.clone(), None)).collect();
        Process { number, world, shared: shared.clone(), around, triggers, decisions }
    }

    /// The file of a trigger was changed: it ends what it has begun, and goes on as the file has it now.
    pub fn reload(&mut self, trigger: usize) {
        let Some(running) = self.triggers.get_mut(trigger) else { return };
        let (phase, health) = (watch::channel(Phase::Run).0, Arc::default());
        let ended = Running { health, phase, task: tokio::spawn(async {}), waits: Arc::default() };
        let before = std::mem::replace(running, ended);
        before.phase.send_replace(Phase::Drain);
        if let Some(new) = run(&self.shared, self.number, trigger, self.around.clone(), Some(before)) {
            *running = new;
        }
    }

    /// Why a trigger does not go on, as the process says it.
    pub fn stalled(&self, trigger: usize) -> Option<String> {
        let running = self.triggers.get(trigger)?;
        let waits = running.waits.lock().unwrap_or_else(PoisonError::into_inner).clone();
        waits.or_else(|| running.health.why_stalled())
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
        for mut running in self.triggers {
            panicked(&self.shared, (&mut running.task).await);
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

/// Runs a trigger as its file has it now, after the one before has ended, and on the lane that was that one's.
fn run(
    shared: &Arc<Shared>,
    number: u32,
    trigger: usize,
    around: Around,
    before: Option<Running>,
) -> Option<Running> {
    let spec = shared.scenario.triggers.get(trigger)?;
    let wanted = shared.sim().wanted.get(trigger).copied().unwrap_or(0);
    let old = shared.sim().has(Bug::KeepsOldFilter) && wanted == 1;
    let version = spec.version(if old { 0 } else { wanted })?;
    let (runner, phase) = Runner::new(NAME.into(), version.prepared.clone(), around);
    let (health, waits) = (runner.health().clone(), Arc::new(Mutex::new(None)));
    let (shared, waiting) = (shared.clone(), waits.clone());
    let commands = runner.commands();
    let task = tokio::spawn(async move {
        if let Some(mut before) = before
            && timeout(HAND_OVER, &mut before.task).await.is_err()
        {
            let mut sim = shared.sim();
            sim.say(format_args!("p{number} breaks off a trigger that has changed"));
            sim.ledger.broken_by(number);
        }
        rename(&shared, number, &runner, &waiting).await;
        let reads = (number, commands);
        {
            let mut sim = shared.sim();
            sim.runs(number, trigger, wanted);
            sim.commands.insert(trigger, reads);
        }
        runner.run(None).await;
    });
    Some(Running { health, phase, task, waits })
}

/// Where the bus has the lane under another of the trigger's names, it gets this one, as the host does it before it opens any.
async fn rename(shared: &Arc<Shared>, number: u32, runner: &Runner, waits: &Mutex<Option<String>>) {
    let bus = SimBus::new(shared.clone(), number);
    let (spec, name) = (runner.spec(), runner.lane_name());
    let said = |why: Option<String>| *waits.lock().unwrap_or_else(PoisonError::into_inner) = why;
    loop {
        let renamed = async {
            let known = bus.lanes().await?;
            let trigger = shared.scenario.of_lane(&name);
            let old = known.iter().find(|known| shared.scenario.of_lane(known) == trigger);
            match old.filter(|old| **old != name) {
                Some(old) => bus.rename_lane(old, spec.clone()).await,
                None => Ok(false),
            }
        };
        match renamed.await {
            Ok(_) => return said(None),
            Err(error) => said(Some(error.to_string())),
        }
        sleep(AWAY).await;
    }
}
