//! What people ask of running triggers: events of the past again, and dead letters tried again; as often as it takes.

use crate::bug::Bug;
use crate::ledger::Ledger;
use crate::reference::{self, Given};
use crate::scenario::Spec;
use crate::sim::{Law, Shared, Sim};
use aev_bus::dead::DeadId;
use aev_bus::{DeadLetter, Delivery};
use aev_host::runner::Command;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::time::{sleep, timeout};

/// So long somebody waits until a trigger can be asked.
const PATIENCE: Duration = Duration::from_secs(120);

/// Something that was asked of a trigger of a process.
pub struct Call {
    process: u32,
    trigger: usize,
    commands: mpsc::Sender<Command>,
    answer: Answer,
    /// The events of a replay, as the trigger is given them.
    replayed: Vec<Given>,
    /// The commit that stores it was seen.
    stored: bool,
    /// The answer was that it cannot be, or that nobody knows.
    refused: bool,
}

/// What the trigger says to it.
enum Answer {
    Replay(oneshot::Receiver<usize>),
    Redrive(oneshot::Receiver<Result<String, String>>),
    Given,
    Broken,
}

impl Call {
    /// Looks whether it was answered.
    fn look(&mut self) {
        let answered = match &mut self.answer {
            Answer::Replay(reply) => reply.try_recv().map(|_| ()),
            Answer::Redrive(reply) => reply.try_recv().map(|answer| self.refused = answer.is_err()),
            Answer::Given | Answer::Broken => return,
        };
        match answered {
            Ok(()) => self.answer = Answer::Given,
            Err(TryRecvError::Closed) => self.answer = Answer::Broken,
            Err(TryRecvError::Empty) => {}
        }
    }

    /// The trigger works on it at this moment.
    fn is_under_way(&mut self) -> bool {
        self.look();
        let waits = matches!(self.answer, Answer::Replay(_) | Answer::Redrive(_));
        waits && self.commands.capacity() == self.commands.max_capacity()
    }
}

impl Sim {
    /// The events of the replay that a trigger stores with this commit.
    pub fn replayed(&mut self, process: u32, trigger: usize) -> Option<Vec<Given>> {
        let of_it = |call: &&mut Call| (call.process, call.trigger, call.stored) == (process, trigger, false);
        let mut calls = self.calls.iter_mut().filter(of_it);
        let call = calls.find_map(|call| call.is_under_way().then_some(call))?;
        call.stored = true;
        Some(call.replayed.clone())
    }
}

/// A trigger that can be asked.
struct Reached {
    process: u32,
    /// Which of its versions runs.
    version: usize,
    commands: mpsc::Sender<Command>,
}

fn reach(shared: &Shared, trigger: usize) -> Option<Reached> {
    let sim = shared.sim();
    let (process, commands) = sim.commands.get(&trigger)?;
    let version = sim.version(*process, trigger);
    sim.alive.contains(process).then(|| Reached { process: *process, version, commands: commands.clone() })
}

/// Asks, and waits for the answer. Gives whether there was one. A trigger is asked one thing at a time, so that it can be told
/// what it works on.
async fn ask(
    shared: &Shared,
    trigger: usize,
    reached: Reached,
    command: Command,
    answer: Answer,
    replayed: Vec<Given>,
) -> bool {
    while !shared.sim().asked.insert(trigger) {
        sleep(Duration::from_millis(50)).await;
    }
    let answered = ask_now(shared, trigger, reached, command, answer, replayed).await;
    shared.sim().asked.remove(&trigger);
    answered
}

async fn ask_now(
    shared: &Shared,
    trigger: usize,
    reached: Reached,
    command: Command,
    answer: Answer,
    replayed: Vec<Given>,
) -> bool {
    let Ok(Ok(place)) = timeout(PATIENCE, reached.commands.reserve()).await else { return false };
    let number = {
        let mut sim = shared.sim();
        let (process, commands) = (reached.process, reached.commands.clone());
        sim.calls.push(Call { process, trigger, commands, answer, replayed, stored: false, refused: false });
        sim.calls.len() - 1
    };
    place.send(command);
    loop {
        sleep(Duration::from_millis(20)).await;
        let mut sim = shared.sim();
        let Some(call) = sim.calls.get_mut(number) else { return false };
        call.look();
        match call.answer {
            Answer::Given => return true,
            Answer::Broken => return false,
            Answer::Replay(_) | Answer::Redrive(_) => {}
        }
    }
}

/// Firings that were over when they were asked for, with how often they had begun anew.
type Over = BTreeMap<String, u32>;

/// Events of the past are sent through a trigger again, under this number, until it says that it has taken them or patience is
/// at an end.
pub async fn replay(shared: Arc<Shared>, trigger: usize, positions: Vec<u64>, run: u32) {
    let Some(spec) = shared.scenario.triggers.get(trigger) else { return };
    for attempt in 0..4 {
        sleep(Duration::from_millis(500 * attempt)).await;
        let Some(reached) = reach(&shared, trigger) else { continue };
        // The same ids are only asked for while the join knows them: later they are joined anew.
        if spec.joins && run == 0 && !shared.sim().remembers(trigger, &positions) {
            return;
        }
        let (process, version) = (reached.process, reached.version);
        let (events, given, over) =
            shared.sim().looks_back(spec, (process, trigger), &positions, (run, attempt > 0));
        let (reply, answer) = oneshot::channel();
        let bug = shared.sim().bug;
        let run = if bug == Some(Bug::RenumbersReplay) { run + 1 } else { run };
        let command = Command::Replay { events, run, reply };
        let taken = bug == Some(Bug::ClaimsReplay)
            || ask(&shared, trigger, reached, command, Answer::Replay(answer), given.clone()).await;
        shared.sim().say(format_args!("  p{process} replays {positions:?} as {run}: {taken}"));
        if taken {
            shared.sim().was_replayed(spec, (version, trigger), &given, &over);
            return;
        }
    }
}

impl Sim {
    /// The join knows that it has taken these events.
    fn remembers(&self, trigger: usize, positions: &[u64]) -> bool {
        let lane = self.store.lanes.get(&trigger);
        let known = |position| {
            let logged = self.store.log.get(position);
            lane.zip(logged).is_some_and(|(lane, logged)| lane.join.remembers(&logged.given.sent.id))
        };
        positions.iter().all(known)
    }

    /// The events of a replay, as the history has them and as the trigger is given them, and the ids that were over before, with how often they
    /// had begun anew.
    fn looks_back(
        &mut self,
        spec: &Spec,
        (process, trigger): (u32, usize),
        positions: &[u64],
        (run, again): (u32, bool),
    ) -> (Vec<Delivery>, Vec<Given>, Over) {
        let logged = positions.iter().filter_map(|position| self.store.log.get(position));
        let (mut events, mut given) = (Vec::new(), Vec::new());
        for logged in logged {
            events.push(logged.delivery.clone());
            given.push(logged.given.replayed(run));
        }
        let mut over = Over::new();
        if !spec.joins {
            let epoch = self.ledger.epoch(process, trigger);
            let name =
                spec.version(self.version(process, trigger)).map_or("", |version| version.name.as_str());
            for given in &given {
                self.ledger.allow_all(spec, trigger, given);
                let all = reference::ids(spec, given).into_iter().flat_map(|(place, ids, _)| {
                    // What it had under another name is not asked for.
                    let now = reference::id(spec, name, &[(place, given.clone())]);
                    ids.into_iter().map(move |id| (id == now, id))
                });
                for (now, id) in all {
                    // Whoever sends the same number again has the same ids.
                    if run == 0 || again {
                        self.ledger.license(&id);
                    }
                    if spec.once && now {
                        self.ledger.entrusted_anew(&id, epoch);
                    }
                    if let Some(firing) = self.ledger.firing(&id).filter(|firing| firing.closed) {
                        over.insert(id, firing.anew());
                    }
                }
            }
        }
        (events, given, over)
    }

    /// This version of a trigger says that it has taken a replay: what it begins is stored, or has begun.
    fn was_replayed(
        &mut self,
        spec: &Spec,
        (version, trigger): (usize, usize),
        given: &[Given],
        over: &Over,
    ) {
        if spec.joins {
            let Some(lane) = self.store.lanes.get(&trigger) else { return };
            let mut join = lane.join.clone();
            for given in given {
                let before = join.clone();
                join.take(spec, version, given);
                if join != before {
                    let (lane, id) = (&spec.lane, &given.sent.id);
                    return self.violate(Law::Lost, format!("{lane} took {id} again and has not stored it"));
                }
            }
            return;
        }
        let name = spec.version(version).map_or("", |version| version.name.as_str());
        for given in given {
            for place in reference::passes(spec, version, &given.sent) {
                let id = reference::id(spec, name, &[(place, given.clone())]);
                let begun = |ledger: &Ledger| {
                    let firing = ledger.firing(&id);
                    firing.is_some_and(|firing| {
                        over.get(&id).map_or(firing.has_begun(), |before| firing.anew() > *before)
                    })
                };
                if spec.once {
                    self.ledger.require(&id);
                } else if !begun(&self.ledger) {
                    let what = format!("{} took {} again, and {id} has not begun", spec.lane, given.sent.id);
                    self.violate(Law::Lost, what);
                }
            }
        }
    }

    /// A process drops a dead letter. What was in it must be under way by then, but for what acts at most once.
    pub fn discard(&mut self, specs: &[Spec], process: u32, id: DeadId) {
        let Some((trigger, letter)) = self.store.dead.remove(&id.0) else { return };
        let Some(spec) = specs.get(trigger) else { return };
        let epoch = self.ledger.epoch(process, trigger);
        self.ledger.discarded(spec, &letter.firing, epoch);
        let dead = self.ledger.firing(&letter.firing).is_some_and(|firing| firing.is_dead());
        let another = self.store.dead.values().any(|(_, other)| other.firing == letter.firing);
        if dead && !another {
            let what = format!("the dead letter of {} is dropped, and nobody tries it again", letter.firing);
            self.violate(Law::Lost, what);
        }
    }
}

/// A dead letter is tried again, until somebody says that it is or patience is at an end.
pub async fn redrive(shared: Arc<Shared>, trigger: usize, id: u64) {
    let Some(spec) = shared.scenario.triggers.get(trigger) else { return };
    for attempt in 0..3 {
        sleep(Duration::from_millis(500 * attempt)).await;
        let Some(reached) = reach(&shared, trigger) else { continue };
        let Some((_, letter)) = shared.sim().store.dead.get(&id).cloned() else { return };
        let firing = letter.firing.clone();
        shared.sim().tried_again(trigger, &letter);
        let process = reached.process;
        if shared.sim().has(Bug::DropsLetterFirst) {
            shared.sim().discard(&shared.scenario.triggers, process, DeadId(id));
            return;
        }
        let (reply, answer) = oneshot::channel();
        let command = Command::Redrive { id: DeadId(id), letter: Box::new(letter), reply };
        let taken = ask(&shared, trigger, reached, command, Answer::Redrive(answer), Vec::new()).await;
        shared.sim().say(format_args!("  p{process} tries the letter {id} again: {taken}"));
        if taken {
            shared.sim().was_tried(trigger, spec, &firing);
            return;
        }
    }
}

impl Sim {
    /// The trigger has answered. What acts at most once may be lost when it does not know what became of its letter, which it
    /// says.
    fn was_tried(&mut self, trigger: usize, spec: &Spec, firing: &str) {
        let last = self.calls.iter().rev().find(|call| call.trigger == trigger && call.replayed.is_empty());
        if spec.once && last.is_some_and(|call| call.refused) {
            self.ledger.excuse(firing);
        }
    }

    fn tried_again(&mut self, trigger: usize, letter: &DeadLetter) {
        self.ledger.license(&letter.firing);
        if let Some(lane) = self.store.lanes.get_mut(&trigger) {
            lane.join.tried_again();
        }
    }
}
