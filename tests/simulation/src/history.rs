//! One history: steps that a seed decides, and the laws after each of them.

use crate::bug::Bug;
use crate::bus::SimBus;
use crate::calls;
use crate::fault::{Armed, Coverage, Kind, Side};
use crate::laws::Watch;
use crate::process::Process;
use crate::random::Random;
use crate::reference::{Given, Sent};
use crate::scenario::{SUBJECTS, Scenario};
use crate::sim::{Mood, OUTSIDE, Shared, Sim, Violation};
use aev_host::decision::Next;
use aev_host::runner::Phase;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Steps of a history unless said.
pub const STEPS: u64 = 200;

/// Faults that every history has at least.
const FAULTS: u64 = 5;

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Decides everything.
    pub seed: u64,
    /// How many steps.
    pub steps: u64,
    /// What is done wrongly on purpose.
    pub bug: Option<Bug>,
    /// Everything is printed as it happens.
    pub show: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// Of everything that happened, in order.
    pub hash: u64,
    /// What was met.
    pub coverage: Coverage,
    /// The step and the law that it broke.
    pub violation: Option<(u64, Violation)>,
}

/// Runs a history.
///
/// # Errors
/// The simulator itself is wrong.
pub fn run(options: Options) -> Result<Report, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut random = Random::new(options.seed);
        let scenario = Scenario::draw(&mut random, options.bug)?;
        let shared = Shared::new(scenario, random, options.bug, options.show);
        let mut history = History {
            watch: Watch::new(&shared),
            shared,
            current: None,
            ousted: Vec::new(),
            clients: JoinSet::new(),
            processes: 0,
            events: 0,
            runs: 0,
            highest: 0,
        };
        let violation = history.run(options.steps).await;
        history.clients.abort_all();
        let sim = history.shared.sim();
        Ok(Report { hash: sim.trace.hash(), coverage: sim.coverage.clone(), violation })
    })
}

struct History {
    shared: Arc<Shared>,
    watch: Watch,
    current: Option<Process>,
    /// Processes whose lanes another has taken over, and who do not know it yet.
    ousted: Vec<Process>,
    /// Whoever sends events, and sends them again when nobody answers.
    clients: JoinSet<()>,
    processes: u32,
    events: u64,
    /// Numbers of replays.
    runs: u32,
    /// The wall clock was never further ahead.
    highest: i64,
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
enum Move {
    Send,
    Burst,
    Wait,
    WaitLong,
    Arm,
    Kill,
    Drain,
    Abort,
    TakeOver,
    Away,
    Slow,
    Full,
    Repeats,
    Reorders,
    LoseAnswers,
    Refuse,
    Reject,
    Touch,
    Feel,
    Jump,
    Replay,
    Redrive,
    Reload,
    Elsewhere,
}

const CALM: [(u64, Move); 3] = [(34, Move::Send), (22, Move::Wait), (3, Move::WaitLong)];

const FAULTY: [(u64, Move); 20] = [
    (12, Move::Arm),
    (1, Move::Kill),
    (2, Move::Drain),
    (1, Move::Abort),
    (2, Move::TakeOver),
    (4, Move::Away),
    (3, Move::Slow),
    (1, Move::Full),
    (2, Move::Repeats),
    (3, Move::Reorders),
    (3, Move::LoseAnswers),
    (2, Move::Refuse),
    (1, Move::Reject),
    (1, Move::Touch),
    (7, Move::Feel),
    (3, Move::Jump),
    (3, Move::Replay),
    (4, Move::Redrive),
    (6, Move::Reload),
    (3, Move::Elsewhere),
];

impl History {
    async fn run(&mut self, steps: u64) -> Option<(u64, Violation)> {
        self.shared.sim().coverage.histories = 1;
        self.start();
        self.pass(Duration::from_millis(50)).await;
        let mut step = 0;
        loop {
            let faults = self.shared.sim().coverage.faults;
            if step >= steps && faults >= FAULTS {
                break;
            }
            step += 1;
            let next = self.choose(step >= steps);
            self.shared.sim().say(format_args!("step {step}: {next:?}"));
            self.make(next).await;
            self.reap().await;
            self.watch.step(&self.shared, self.current.as_ref());
            self.tell();
            let mut sim = self.shared.sim();
            sim.coverage.steps += 1;
            if let Some(violation) = sim.violation.clone() {
                return Some((step, violation));
            }
        }
        self.settle().await;
        self.shared.sim().violation.clone().map(|violation| (step, violation))
    }

    fn choose(&self, late: bool) -> Move {
        let mut sim = self.shared.sim();
        let down = self.current.is_none();
        if self.shared.scenario.heavy && sim.random.percent(2) {
            return Move::Burst;
        }
        if late || sim.random.percent(40) {
            return sim.random.weighted(&FAULTY, Move::Kill);
        }
        if down && sim.random.percent(40) {
            return Move::TakeOver;
        }
        sim.random.weighted(&CALM, Move::Send)
    }

    async fn make(&mut self, next: Move) {
        let now = Instant::now();
        let mut pause = self.below(2_000);
        let span = Duration::from_millis(self.below(30_000));
        match next {
            Move::Send => {
                let count = 1 + self.below(4);
                self.send(count);
                pause = self.below(300);
            }
            Move::Burst => {
                let count = 100 + self.below(300);
                self.send(count);
            }
            Move::Wait => pause = self.below(6_000),
            Move::WaitLong => pause = 30_000 + self.below(150_000),
            Move::Arm => self.arm(),
            Move::Kill => {
                if let Some(process) = self.current.take() {
                    process.kill().await;
                }
            }
            Move::Drain | Move::Abort => {
                if let Some(process) = self.current.take() {
                    process.stop(if matches!(next, Move::Drain) { Phase::Drain } else { Phase::Abort }).await;
                    self.fault(|_| {});
                }
            }
            Move::TakeOver => {
                self.ousted.extend(self.current.take());
                if self.ousted.len() > 1 {
                    self.ousted.remove(0).kill().await;
                }
                self.start();
            }
            Move::Away => {
                let span = span * if self.below(3) == 0 { 8 } else { 1 };
                self.fault(|sim| {
                    sim.faults.away = Some(now + span);
                    sim.store.ring();
                });
            }
            Move::Slow => self.fault(|sim| sim.faults.slow = Some(now + span)),
            Move::Full => self.fault(|sim| sim.faults.full = Some(now + span)),
            Move::Repeats => self.fault(|sim| sim.faults.repeats = Some(now + span)),
            Move::Reorders => self.fault(|sim| sim.faults.reorders = Some(now + span)),
            Move::LoseAnswers => self.fault(|sim| sim.faults.lost_answers += 1 + sim.random.below(2)),
            Move::Refuse => self.fault(|sim| sim.faults.refusals += 1 + sim.random.below(3)),
            Move::Reject => self.fault(|sim| sim.faults.rejections += 1),
            Move::Touch => self.fault(|sim| {
                let lanes: Vec<usize> = sim.store.lanes.keys().copied().collect();
                lanes.into_iter().for_each(|lane| sim.touch(lane));
            }),
            Move::Feel => self.feel(),
            Move::Jump => {
                let hours = i64::try_from(self.below(6 * 3_600_000)).unwrap_or(0) * 1_000_000;
                let back = self.below(2) == 0;
                self.fault(|sim| sim.jump(if back { -hours } else { hours }));
                self.highest = self.highest.max(self.shared.sim().skew);
            }
            Move::Replay => self.replay(),
            Move::Redrive => self.redrive(),
            Move::Reload => self.reload(),
            Move::Elsewhere => {
                for process in std::mem::take(&mut self.ousted) {
                    process.kill().await;
                }
                if let Some(process) = self.current.take() {
                    process.stop(Phase::Drain).await;
                }
                self.elsewhere();
            }
        }
        self.pass(Duration::from_millis(pause)).await;
    }

    fn below(&self, bound: u64) -> u64 {
        self.shared.sim().random.below(bound)
    }

    fn fault(&self, fault: impl FnOnce(&mut Sim)) {
        let mut sim = self.shared.sim();
        sim.coverage.faults += 1;
        fault(&mut sim);
    }

    /// A crash waits for its place; one that has not found it by now gives way.
    fn arm(&self) {
        let mut sim = self.shared.sim();
        let kind = sim.random.pick(&Kind::ALL).copied().unwrap_or(Kind::Act);
        let side = if sim.random.percent(50) { Side::Before } else { Side::After };
        let skip = sim.random.below(4);
        sim.armed = Some(Armed { kind, side, skip });
    }

    /// Somebody sends events of the last time through a trigger again.
    fn replay(&mut self) {
        let trigger = self.below(self.shared.scenario.triggers.len() as u64);
        let Ok(trigger) = usize::try_from(trigger) else { return };
        let mut sim = self.shared.sim();
        self.runs += 2;
        let run = if sim.random.percent(40) { 0 } else { self.runs };
        let (skip, count) = (sim.random.below(6), 1 + sim.random.below(6));
        let Some((spec, lane)) =
            self.shared.scenario.triggers.get(trigger).zip(sim.store.lanes.get(&trigger))
        else {
            return;
        };
        let reads = |given: &Given| spec.streams.iter().any(|stream| stream.subject == given.sent.subject);
        // What a join is still to be given it takes as new, and what it has forgotten it takes again.
        let fits = |position: &u64, given: &Given| {
            let known = || !lane.unacknowledged.contains(position) && lane.join.remembers(&given.sent.id);
            reads(given) && given.sent.readable && (!spec.joins || run != 0 || known())
        };
        let recent = sim.store.log.iter().rev().filter(|(position, logged)| fits(position, &logged.given));
        let recent = recent.map(|(position, _)| *position).skip(usize::try_from(skip).unwrap_or(0));
        let mut positions: Vec<u64> = recent.take(usize::try_from(count).unwrap_or(1)).collect();
        positions.reverse();
        sim.coverage.faults += 1;
        drop(sim);
        self.clients.spawn(calls::replay(self.shared.clone(), trigger, positions, run));
    }

    /// Somebody tries a dead letter again.
    fn redrive(&mut self) {
        let mut sim = self.shared.sim();
        let letters = sim.store.dead.iter().filter(|(_, (_, letter))| !letter.firing.is_empty());
        let letters: Vec<(u64, usize)> = letters.map(|(id, (trigger, _))| (*id, *trigger)).collect();
        let Some((id, trigger)) = sim.random.pick(&letters).copied() else { return };
        sim.coverage.faults += 1;
        drop(sim);
        self.clients.spawn(calls::redrive(self.shared.clone(), trigger, id));
    }

    /// The file of a trigger is changed.
    fn reload(&mut self) {
        let trigger = self.below(self.shared.scenario.triggers.len() as u64);
        let (version, Ok(trigger)) = (self.below(3), usize::try_from(trigger)) else { return };
        self.fault(|sim| {
            if let Some(wanted) = sim.wanted.get_mut(trigger) {
                *wanted = usize::try_from(version).unwrap_or(0);
            }
            sim.say(format_args!("trigger {trigger} gets version {version}"));
        });
        if let Some(process) = &mut self.current {
            process.reload(trigger);
        }
    }

    /// While nobody of ours works, another program does.
    fn elsewhere(&self) {
        for (trigger, spec) in self.shared.scenario.triggers.iter().enumerate() {
            let most = usize::try_from(self.below(5)).unwrap_or(0);
            self.fault(|sim| sim.works_elsewhere(spec, trigger, most));
        }
    }

    fn feel(&self) {
        let moods = [
            (3, Mood::Well),
            (2, Mood::Slow),
            (2, Mood::Busy),
            (1, Mood::Refusing),
            (2, Mood::Silent),
            (5, Mood::Mixed),
        ];
        let mut sim = self.shared.sim();
        let mood = sim.random.weighted(&moods, Mood::Well);
        sim.coverage.faults += u64::from(mood != Mood::Well);
        sim.mood = mood;
        sim.say(format_args!("targets are {mood:?}"));
    }

    fn start(&mut self) {
        self.processes += 1;
        self.current = Some(Process::start(&self.shared, self.processes));
    }

    /// Somebody sends events, by way of the process or past it.
    fn send(&mut self, count: u64) {
        for _ in 0..count {
            self.events += 1;
            let mut sim = self.shared.sim();
            let readable = !sim.random.percent(2);
            let number = if sim.random.percent(90) || !readable { Some(sim.random.below(10)) } else { None };
            let subject = sim.random.pick(&SUBJECTS).copied().unwrap_or("a");
            let inside = sim.random.percent(60);
            drop(sim);
            let sent = Sent { id: format!("e{}", self.events), subject, number, readable };
            let process = self.current.as_ref().map_or(OUTSIDE, |process| process.number);
            let first = if inside { process } else { OUTSIDE };
            self.clients.spawn(client(self.shared.clone(), first, sent));
        }
    }

    /// Time goes by. Processes that have crashed meanwhile are taken away.
    async fn pass(&mut self, pause: Duration) {
        let until = Instant::now() + pause;
        loop {
            tokio::select! {
                biased;
                () = self.shared.crashed.notified() => {}
                () = sleep_until(until) => break,
            }
            self.reap().await;
        }
        self.reap().await;
        while self.clients.try_join_next().is_some() {}
    }

    async fn reap(&mut self) {
        let alive = self.shared.sim().alive.clone();
        if let Some(process) = self.current.take_if(|process| !alive.contains(&process.number)) {
            process.kill().await;
        }
        let (left, gone) = self.ousted.drain(..).partition(|process| alive.contains(&process.number));
        self.ousted = left;
        for process in gone {
            Process::kill(process).await;
        }
    }

    /// Nothing goes wrong any more. Everything must come to its end.
    async fn settle(&mut self) {
        {
            let mut sim = self.shared.sim();
            sim.say(format_args!("from here on nothing goes wrong"));
            sim.faults = Default::default();
            sim.mood = Mood::Well;
            sim.armed = None;
            sim.skew = self.highest + 3_600_000_000_000;
            sim.store.ring();
        }
        self.pass(Duration::from_secs(40)).await;
        self.clients.abort_all();
        for process in std::mem::take(&mut self.ousted) {
            process.kill().await;
        }
        // One that has lost a lane to another says so, and whoever watches its liveness starts it again.
        let owners: Vec<u32> = self.shared.sim().store.lanes.values().map(|lane| lane.process).collect();
        let ousted = |process: &mut Process| owners.iter().any(|owner| *owner != process.number);
        if let Some(process) = self.current.take_if(ousted) {
            process.kill().await;
        }
        if self.current.is_none() {
            self.start();
        }
        for _ in 0..60 {
            self.pass(Duration::from_secs(40)).await;
            self.watch.step(&self.shared, self.current.as_ref());
            self.tell();
            if self.shared.sim().violation.is_some() {
                return;
            }
            if self.current.as_ref().is_some_and(|process| self.watch.is_idle(&self.shared, process)) {
                break;
            }
        }
        if let Some(process) = &self.current {
            self.watch.end(&self.shared, process);
        }
    }

    /// Prints what the triggers have said, for whoever reads along.
    fn tell(&mut self) {
        let Some(process) = &mut self.current else { return };
        let Some(decisions) = &mut process.decisions else { return };
        // Not by waiting: that would count as work of this task, and change what follows.
        while let Some(Next::Decided(decided)) = decisions.ready() {
            for line in decided.lines() {
                let line = serde_json::to_string(&line).unwrap_or_default();
                crate::trace::print(&format!("             {line}"));
            }
        }
    }
}

/// Sends an event until somebody says that it was taken, or patience is at an end.
async fn client(shared: Arc<Shared>, first: u32, sent: Sent) {
    let mut process = first;
    for _ in 0..4 {
        let bus = SimBus::new(shared.clone(), process);
        if let Ok(Ok(_)) = timeout(Duration::from_secs(5), bus.send(&sent)).await {
            return;
        }
        sleep(Duration::from_secs(2)).await;
        // By way of another process.
        process = OUTSIDE;
    }
}
