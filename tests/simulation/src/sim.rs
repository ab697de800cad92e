//! What everything in a history shares: chance, trace, what is stored, what is wrong, and what was found.

use crate::bug::Bug;
use crate::calls::Call;
use crate::fault::{Armed, Coverage, Faults, Hit, Kind, Side};
use crate::ledger::Ledger;
use crate::random::Random;
use crate::scenario::{Scenario, Spec};
use crate::store::Store;
use crate::trace::Trace;
use aev_engine::Timestamp;
use aev_host::Clock;
use aev_host::runner::Command;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Arguments;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// The wall clock at the beginning of every history.
const BEGINNING: i64 = 1_800_000_000_000_000_000;

/// Processes have numbers from 1 on; this one stands for everybody else, and never ends.
pub const OUTSIDE: u32 = 0;

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// Nothing accepted is lost.
    Lost,
    /// An effect is repeated only after an unknown outcome or by who tries it again or replays it, and under the documented id;
    /// at most once is at most once.
    Repeated,
    /// A join fires once per match.
    Join,
    /// Memory is bounded.
    Bounded,
    /// Every stuck thing is visible.
    Visible,
    /// A rate is never exceeded.
    Rate,
}

/// A law was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub law: Law,
    /// How.
    pub what: String,
}

/// How the targets of actions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// They do what they are asked to.
    Well,
    /// They take their time.
    Slow,
    /// They refuse for now.
    Busy,
    /// They refuse for good.
    Refusing,
    /// They do not answer, and some have done it all the same.
    Silent,
    /// Each as it likes.
    Mixed,
}

/// The state of a history.
pub struct Sim {
    /// Chance.
    pub random: Random,
    /// What happened.
    pub trace: Trace,
    /// What was met.
    pub coverage: Coverage,
    /// What the bus has stored.
    pub store: Store,
    /// What was done.
    pub ledger: Ledger,
    /// What is wrong with the bus.
    pub faults: Faults,
    /// How targets are.
    pub mood: Mood,
    /// A crash that waits for its place.
    pub armed: Option<Armed>,
    /// Processes that have not ended.
    pub alive: BTreeSet<u32>,
    /// By how much the wall clock is wrong, in nanoseconds.
    pub skew: i64,
    /// The wall clock was never further ahead, in nanoseconds.
    pub latest: i64,
    /// The version of each trigger that its file has.
    pub wanted: Vec<usize>,
    /// The version of each trigger that each process runs, and the how-manieth that is.
    pub running: BTreeMap<(u32, usize), (usize, u64)>,
    /// By which each trigger is asked, and in which process.
    pub commands: BTreeMap<usize, (u32, mpsc::Sender<Command>)>,
    /// Triggers that are asked something.
    pub asked: BTreeSet<usize>,
    /// What was asked of triggers.
    pub calls: Vec<Call>,
    /// When attempts of a running trigger began, within its span.
    pub paces: BTreeMap<(u32, usize, u64), VecDeque<Instant>>,
    /// What was found first.
    pub violation: Option<Violation>,
    /// What is done wrongly on purpose.
    pub bug: Option<Bug>,
    began: Instant,
}

/// Handed to everything that takes part.
pub struct Shared {
    /// The triggers.
    pub scenario: Scenario,
    /// A process has crashed by itself.
    pub crashed: Notify,
    sim: Mutex<Sim>,
}

impl Shared {
    /// A history begins.
    pub fn new(scenario: Scenario, random: Random, bug: Option<Bug>, show: bool) -> Arc<Shared> {
        let sim = Sim {
            random,
            trace: Trace::new(show),
            coverage: Coverage::default(),
            store: Store::default(),
            ledger: Ledger::default(),
            faults: Faults::default(),
            mood: Mood::Well,
            armed: None,
            alive: BTreeSet::from([OUTSIDE]),
            skew: 0,
            latest: 0,
            wanted: vec![0; scenario.triggers.len()],
            running: BTreeMap::new(),
            commands: BTreeMap::new(),
            asked: BTreeSet::new(),
            calls: Vec::new(),
            paces: BTreeMap::new(),
            violation: None,
            bug,
            began: Instant::now(),
        };
        Arc::new(Shared { scenario, crashed: Notify::new(), sim: Mutex::new(sim) })
    }

    /// The state. It is never held over a pause.
    pub fn sim(&self) -> MutexGuard<'_, Sim> {
        self.sim.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process comes to an effect. Gives whether it ends there; then nothing of it may happen any more.
    pub fn ends(&self, process: u32, kinds: &[Kind], side: Side) -> bool {
        let mut sim = self.sim();
        if !sim.alive.contains(&process) {
            return true;
        }
        let Some(armed) = &mut sim.armed else { return false };
        if process == OUTSIDE || armed.side != side || !kinds.contains(&armed.kind) {
            return false;
        }
        if armed.skip > 0 {
            armed.skip -= 1;
            return false;
        }
        sim.armed = None;
        for kind in kinds {
            sim.coverage.hit(*kind, Hit::Crash(side));
        }
        sim.say(format_args!("p{process} crashes {side:?} {kinds:?}"));
        sim.end(process);
        drop(sim);
        self.crashed.notify_one();
        true
    }

    /// The place of an effect: waits for ever when the process ends there.
    pub async fn pass(&self, process: u32, kinds: &[Kind], side: Side) {
        if self.ends(process, kinds, side) {
            std::future::pending::<()>().await;
        }
    }
}

impl Sim {
    /// Since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// What the wall clock says.
    pub fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.elapsed().as_nanos()).unwrap_or(i64::MAX);
        Timestamp(BEGINNING + elapsed + self.skew)
    }

    /// The wall clock is set.
    pub fn jump(&mut self, nanos: i64) {
        self.latest = self.latest.max(self.now().0);
        self.skew += nanos;
    }

    /// The version that a process runs of a trigger.
    pub fn version(&self, process: u32, trigger: usize) -> usize {
        self.running.get(&(process, trigger)).map_or(0, |(version, _)| *version)
    }

    /// A process runs a version of a trigger from now on.
    pub fn runs(&mut self, process: u32, trigger: usize, version: usize) {
        let entry = self.running.entry((process, trigger)).or_default();
        *entry = (version, entry.1 + 1);
        self.say(format_args!("p{process} runs version {version} of trigger {trigger}"));
    }

    /// An attempt begins, which a rate may not let.
    pub fn paced(&mut self, spec: &Spec, process: u32, trigger: usize) {
        let Some((count, span)) = spec.rate else { return };
        let (now, run) = (Instant::now(), self.running.get(&(process, trigger)).map_or(0, |(_, run)| *run));
        let begun = self.paces.entry((process, trigger, run)).or_default();
        while begun.front().is_some_and(|first| *first + Duration::from_secs(span) <= now) {
            begun.pop_front();
        }
        begun.push_back(now);
        let begun = begun.len() as u64;
        if begun > count {
            self.violate(Law::Rate, format!("{} began {begun} attempts within {span} s", spec.lane));
        }
    }

    /// Something happened.
    pub fn say(&mut self, what: Arguments<'_>) {
        let at = self.began.elapsed();
        self.trace.say(at, what);
    }

    /// A law is broken. The first one counts.
    pub fn violate(&mut self, law: Law, what: String) {
        self.say(format_args!("!! {law:?}: {what}"));
        self.violation.get_or_insert(Violation { law, what });
    }

    /// A process is no more, and its outcomes are unknown.
    pub fn end(&mut self, process: u32) {
        self.alive.remove(&process);
        self.ledger.broken_by(process);
        self.coverage.faults += 1;
    }

    /// This is planted.
    pub fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}

/// The wall clock of a process.
pub struct SimClock(pub Arc<Shared>);

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.0.sim().now()
    }
}
