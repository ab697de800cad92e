//! One trigger on its lane: it takes events, decides, stores what was decided with one commit, and only then acts.

mod command;
mod kept;
mod steps;
mod stored;

pub use command::Command;

use crate::attempt::Attempts;
use crate::clock::{Clock, timestamp};
use crate::convert;
use crate::decision::{Attempted, Decided, Speaker, What};
use crate::health::Health;
use crate::parsed::Parsed;
use crate::perform::Perform;
use crate::rate::Pace;
use crate::trace::Came;
use aev_bus::dead::{DeadEvent, DeadLetter};
use aev_bus::{Bus, BusError, Commit, CommitError, Delivery, Key, Lane, LaneSpec, Position, Reads, Revision, Subject};
use aev_engine::firing::Firing;
use aev_engine::note::EventRef;
use aev_engine::record::InvalidRecord;
use aev_engine::{Arrival, Effect, FiringId, Input, Record, Timestamp, Trigger};
use base64::Engine as _;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stored::{Change, Place, StoredFiring};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// Events that are decided with one commit at most.
const BATCH: usize = 256;
/// Under which the record of a trigger with a join is stored.
const STATE: &str = "state";
/// Under which a firing of a trigger without one is stored while it waits to be tried again.
const FIRING: &str = "firing/";
/// Firings of a trigger without a join at which no more events are taken: those that wait to be tried again are in memory.
const FIRINGS: usize = 512;

/// Between two looks whether the bus is there again.
const AWAY: Duration = Duration::from_millis(500);
/// So long no event must have come before a join forgets: those that the bus took before the reset come first.
const QUIET: Duration = Duration::from_millis(200);

/// What a process wants of a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Work.
    Run,
    /// Take no more events, bring to an end what has begun.
    Drain,
    /// Stop at once.
    Abort,
}

/// What a trigger works with.
#[derive(Clone)]
pub struct Around {
    /// The bus of its lane.
    pub bus: Arc<dyn Bus>,
    /// Events of that bus which other triggers have parsed already.
    pub parsed: Arc<Parsed>,
    /// What it acts with.
    pub world: Arc<dyn Perform>,
    /// What it tells the time by.
    pub clock: Arc<dyn Clock>,
    /// Where it says what it decides.
    pub speaker: Speaker,
}

/// A trigger that can be run, with its surroundings.
pub struct Runner {
    pipeline: Arc<str>,
    lane: Arc<str>,
    trigger: Arc<Trigger>,
    around: Around,
    health: Arc<Health>,
    phase: watch::Receiver<Phase>,
    commands: (mpsc::Sender<Command>, mpsc::Receiver<Command>),
    /// What its rate has let begin, also before it began anew.
    pace: Arc<Mutex<Pace>>,
}

/// Why a trigger stopped working on its lane.
enum Stop {
    /// It was told to.
    Told,
    /// Somebody else has the lane; that is final.
    Fenced,
    /// What is in memory is no longer what is stored: it begins anew from there.
    Again(String),
}

impl Runner {
    /// A trigger of a pipeline, and what tells it to stop.
    pub fn new(pipeline: Arc<str>, trigger: Arc<Trigger>, around: Around) -> (Runner, watch::Sender<Phase>) {
        let (stop, phase) = watch::channel(Phase::Run);
        let lane = format!("{pipeline}/{}/{}", trigger.sensor, trigger.name).into();
        let commands = mpsc::channel(1);
        let pace = Arc::new(Mutex::new(Pace::new(trigger.rate)));
        (Runner { pipeline, lane, trigger, around, health: Arc::default(), phase, commands, pace }, stop)
    }

    /// How it is, from now on.
    pub fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// The trigger that it runs.
    pub fn trigger(&self) -> &Arc<Trigger> {
        &self.trigger
    }

    /// By which it is told to take what does not come from its lane.
    pub fn commands(&self) -> mpsc::Sender<Command> {
        self.commands.0.clone()
    }

    /// The name of its lane.
    pub fn lane_name(&self) -> String {
        self.lane.to_string()
    }

    /// What its lane reads.
    pub fn spec(&self) -> LaneSpec {
        let reads = self.trigger.streams.iter().map(|stream| Reads {
            subject: Subject::new(&stream.source, &stream.event),
            dependency: stream.name.clone(),
        });
        LaneSpec {
            pipeline: self.pipeline.to_string(),
            sensor: self.trigger.sensor.clone(),
            trigger: self.trigger.name.clone(),
            subjects: reads.collect(),
        }
    }

    /// Works until it is told to stop, on this lane or on one that it opens itself.
    pub async fn run(mut self, lane: Option<Box<dyn Lane>>) {
        let mut opened = lane;
        let mut pause = Duration::from_millis(100);
        loop {
            let lane = match opened.take() {
                Some(lane) => Ok(lane),
                None => {
                    self.around.bus.lane(self.spec()).await.map_err(|error| Stop::Again(error.to_string()))
                }
            };
            let stop = match lane {
                Err(stop) => stop,
                Ok(lane) => match Work::begin(&mut self, lane).await {
                    Err(stop) => stop,
                    Ok(mut work) => {
                        pause = Duration::from_millis(100);
                        work.run().await
                    }
                },
            };
            match stop {
                Stop::Told => return,
                Stop::Fenced => {
                    self.health.stalled("its lane was taken over by another process");
                    tracing::error!(
                        lane = self.lane_name(),
                        "the lane was taken over; this trigger has stopped"
                    );
                    return;
                }
                Stop::Again(reason) => {
                    self.health.stalled(&reason);
                    tracing::error!(
                        lane = self.lane_name(),
                        reason,
                        "the trigger begins anew from what is stored"
                    );
                }
            }
            tokio::select! {
                biased;
                () = told(&mut self.phase) => return,
                () = sleep(pause) => pause = (pause * 2).min(Duration::from_secs(10)),
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    fn say(&self, what: What) {
        self.around.speaker.say(|| Decided {
            pipeline: self.pipeline.to_string(),
            sensor: self.trigger.sensor.clone(),
            trigger: self.trigger.name.clone(),
            what,
        });
    }
}

/// Ready when the process no longer wants events to be taken.
async fn told(phase: &mut watch::Receiver<Phase>) {
    // Without a sender the host is gone.
    let _ = phase.wait_for(|phase| *phase != Phase::Run).await;
}

/// A trigger with an open lane.
struct Work<'r> {
    runner: &'r mut Runner,
    lane: Box<dyn Lane>,
    record: Record,
    /// Of the record of a join.
    revision: Revision,
    /// Firings that are stored one by one, without a join.
    firings: BTreeMap<FiringId, StoredFiring>,
    attempts: Attempts,
    /// When the clock is looked at for what waits. A clock that is set moves that by a minute at most.
    wake: Option<Instant>,
    /// Somebody else has the lane: what is under way is brought to an end, and nothing else is done.
    taken_over: bool,
    told: kept::Told,
    /// Events that are to be traced and are not decided yet, in their order.
    came: VecDeque<Came>,
}

/// What one round of inputs comes to.
#[derive(Default)]
struct Round {
    commit: Commit,
    persist: bool,
    said: Vec<What>,
    /// What became of the attempts that the inputs tell of, in their order.
    shown: VecDeque<Option<Box<Attempted>>>,
    begun: Vec<(Box<aev_engine::effect::Act>, bool)>,
}

impl<'r> Work<'r> {
    /// Loads what is stored, takes in what was handed out before, and takes up what had begun.
    async fn begin(runner: &'r mut Runner, lane: Box<dyn Lane>) -> Result<Work<'r>, Stop> {
        let stored = lane.records().await.map_err(|error| Stop::Again(error.to_string()))?;
        let (pipeline, world, pace) =
            (runner.pipeline.clone(), runner.around.world.clone(), runner.pace.clone());
        let attempts = Attempts::new(pipeline, world, &runner.trigger, pace);
        let mut work = Work {
            runner,
            lane,
            record: Record::default(),
            revision: Revision::default(),
            firings: BTreeMap::new(),
            attempts,
            wake: None,
            taken_over: false,
            told: kept::Told::default(),
            came: VecDeque::new(),
        };
        let unreadable = |error: InvalidRecord| Stop::Again(error.to_string());
        let mut firings = Vec::new();
        for (key, bytes, revision) in stored {
            if key.0 == STATE {
                work.record = Record::decode(&bytes).map_err(unreadable)?;
                work.revision = revision;
            } else if key.0.starts_with(FIRING) {
                let firing: Firing =
                    serde_json::from_slice(&bytes).map_err(|error| Stop::Again(error.to_string()))?;
                work.firings.insert(firing.id.clone(), StoredFiring { revision, place: Place::of(&firing) });
                firings.push(firing);
            }
        }
        if !work.runner.trigger.joins() && !firings.is_empty() {
            work.record = Record::of_firings(firings);
        }
        let mut inputs = vec![Input::Resumed];
        if work.runner.trigger.joins() {
            let foreign = work.lane.kept().await.map_err(|error| Stop::Again(error.to_string()))?;
            if let Some(parts) = foreign {
                let (lane, parts) = (work.runner.lane_name(), kept::parts(parts));
                tracing::info!(
                    lane,
                    parts = parts.len(),
                    "another program has worked on this join; it is taken over"
                );
                inputs.insert(0, Input::TakenOver(parts));
            }
        }
        work.decide(inputs, Round::default()).await?;
        work.runner.health.works();
        Ok(work)
    }

    async fn run(&mut self) -> Stop {
        loop {
            self.attempts.begin();
            self.runner.health.in_flight(self.attempts.len(), self.record.in_flight().len());
            self.runner.health.alive();
            let phase = *self.runner.phase.borrow_and_update();
            match phase {
                Phase::Abort => return Stop::Told,
                _ if self.taken_over && self.attempts.len() == 0 => return Stop::Fenced,
                Phase::Drain if self.attempts.len() == 0 => return Stop::Told,
                // What was not begun begins after the next start; at most once it would be lost.
                Phase::Drain if self.attempts.rest() && !self.runner.trigger.at_most_once() => {
                    return Stop::Told;
                }
                _ => {}
            }
            let room = if phase == Phase::Run && !self.taken_over { self.room() } else { 0 };
            let (paced, reset) = (self.attempts.next(), self.reset().filter(|_| room > 0));
            let wake = self.wake.filter(|_| phase == Phase::Run);
            let done = tokio::select! {
                biased;
                changed = self.runner.phase.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return Stop::Told,
                },
                ended = self.attempts.ended() => {
                    let mut round = Round::default();
                    let inputs = ended.into_iter().map(|ended| {
                        round.shown.push_back(ended.shown);
                        ended.input
                    });
                    let inputs = inputs.collect();
                    self.decide(inputs, round).await
                }
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                    self.wake = None;
                    self.decide(vec![Input::Due], Round::default()).await
                }
                () = self.runner.health.asked() => Ok(()),
                Some(command) = self.runner.commands.1.recv(), if room > 0 => self.command(command).await,
                events = self.lane.next(room), if room > 0 => match events {
                    Ok(events) => self.arrived(events).await,
                    Err(BusError::Fenced) => { self.taken_over = true; Ok(()) }
                    Err(error) => self.wait_for_bus(&error.to_string()).await,
                },
                () = sleep_until(paced.unwrap_or_else(Instant::now)), if paced.is_some() => continue,
                () = sleep(reset.map_or(QUIET, |(_, wait)| wait)), if reset.is_some() => {
                    let resets = reset.map(|(before, _)| (before <= self.runner.now()).then_some(Input::Reset { before }));
                    self.decide(resets.flatten().into_iter().collect(), Round::default()).await
                }
            };
            if let Err(stop) = done {
                return stop;
            }
        }
    }

    /// The bus is away. It comes back by itself, and then this trigger works again.
    async fn wait_for_bus(&mut self, reason: &str) -> Result<(), Stop> {
        self.runner.health.stalled(reason);
        tracing::warn!(lane = self.runner.lane_name(), reason, "no events can be read");
        let mut phase = self.runner.phase.clone();
        loop {
            tokio::select! {
                biased;
                () = told(&mut phase) => return Ok(()),
                () = sleep(AWAY) => {}
            }
            // A trigger without events would otherwise not learn that it works again.
            if self.lane.load(&Key(STATE.to_owned())).await.is_ok() {
                self.runner.health.works();
                return Ok(());
            }
        }
    }

    /// What its join has kept is to be forgotten as of this time, after this long.
    fn reset(&self) -> Option<(Timestamp, Duration)> {
        let at = self.runner.trigger.resets_at(&self.record)?;
        Some((at, wait(at, self.runner.now()).max(QUIET)))
    }

    /// How many events may be taken. What waits for its turn waits on the bus, not here.
    fn room(&mut self) -> usize {
        let (limit, busy, free) = (self.attempts.limit(), self.attempts.len(), self.attempts.free());
        let room = if self.runner.trigger.joins() {
            // Its firings are in its record, also those that wait to be tried again.
            limit.saturating_sub(busy.max(self.record.in_flight().len()))
        } else if self.runner.trigger.at_most_once() {
            // They are acknowledged before they are acted on, so as few as possible are taken.
            limit.saturating_sub(busy)
        } else if busy < limit && self.record.in_flight().len() < FIRINGS {
            BATCH
        } else {
            0
        };
        room.min(free)
    }

    async fn arrived(&mut self, events: Vec<Delivery>) -> Result<(), Stop> {
        let mut round = Round::default();
        let mut inputs = Vec::with_capacity(events.len());
        let traced = self.runner.around.speaker.tracer().is_some();
        self.runner.health.event(self.runner.now());
        for delivery in events {
            match self.runner.around.parsed.event(&delivery) {
                Ok(event) => {
                    self.came.extend(traced.then(|| Came::now(&event)));
                    inputs.push(Input::Arrived(Arrival {
                        event,
                        position: Some(aev_engine::Position(delivery.position.0)),
                        taken: Some(timestamp(delivery.taken)),
                        run: 0,
                    }));
                }
                Err(reason) => {
                    let (trigger, now) = (&self.runner.trigger.name, self.runner.now());
                    round.bury(trigger, &delivery, reason, now);
                }
            }
        }
        self.decide(inputs, round).await
    }

    /// Stores what was decided, says it, and then acts.
    async fn carry_out(
        &mut self,
        steps: Vec<Vec<Effect>>,
        mut round: Round,
        now: Timestamp,
    ) -> Result<(), Stop> {
        for effects in steps {
            round.said.extend(round.shown.pop_front().flatten().map(What::Result));
            for effect in effects {
                match effect {
                    Effect::Note(note) => round.said.push(What::Note(*note)),
                    Effect::Persist => round.persist = true,
                    Effect::DeadLetter(letter) => round.commit.dead.push(dead_letter(&letter, now)),
                    Effect::Acknowledge(position) => round.commit.ack.push(Position(position.0)),
                    Effect::Act(act) => round.begun.push((act, false)),
                    Effect::Look(act) => round.begun.push((act, true)),
                    Effect::Wake(at) => self.wake = Some(Instant::now() + wait(at, self.runner.now())),
                }
            }
        }
        let stored = self.records(&mut round)?;
        let buried = round.commit.dead.len();
        if !round.commit.is_empty() {
            let revisions = self.commit(round.commit).await?;
            self.stored(stored, revisions);
        }
        self.runner.health.dead(buried);
        if let Some(tracer) = self.runner.around.speaker.tracer() {
            tracer.decided(&self.runner.lane, &mut self.came, &self.record, &mut round.said);
        }
        if let Some(records) = self.runner.around.speaker.records().filter(|_| !round.said.is_empty()) {
            records.keep(&self.runner.lane, now, &round.said);
        }
        for what in round.said {
            self.runner.health.counters.count(&what);
            self.runner.say(what);
        }
        for (act, look) in round.begun {
            self.attempts.take_on(act, look);
        }
        Ok(())
    }

    /// Puts into the commit what is to be stored of the record. Gives what each of its records is.
    fn records(&mut self, round: &mut Round) -> Result<Vec<Change>, Stop> {
        let unwritable = |error: String| Stop::Again(error);
        let mut changes = Vec::new();
        if self.runner.trigger.joins() {
            if round.persist {
                let bytes = self.record.encode().map_err(|error| unwritable(error.to_string()))?;
                round.commit.records.push((Key(STATE.to_owned()), self.revision, Some(bytes)));
                round.commit.kept = self.told.news(&self.record);
                changes.push(Change::State);
            }
            return Ok(changes);
        }
        for firing in self.record.in_flight() {
            let (stored, place) = (self.firings.get(&firing.id), Place::of(firing));
            let known = stored.is_some_and(|known| known.place == place);
            // What acts at most once and was stored before must not begin again after a restart.
            let begins = self.runner.trigger.at_most_once() && stored.is_some();
            if known || !(place.rests() || begins) {
                continue;
            }
            let bytes = serde_json::to_vec(firing).map_err(|error| unwritable(error.to_string()))?;
            let revision = stored.map_or(Revision::default(), |known| known.revision);
            round.commit.records.push((key(&firing.id), revision, Some(bytes)));
            changes.push(Change::Firing(firing.id.clone(), place));
        }
        // Seldom is any stored.
        let live: BTreeSet<&FiringId> = match self.firings.is_empty() {
            true => BTreeSet::new(),
            false => self.record.in_flight().iter().map(|firing| &firing.id).collect(),
        };
        for (id, known) in self.firings.iter().filter(|(id, _)| !live.contains(id)) {
            round.commit.records.push((key(id), known.revision, None));
            changes.push(Change::Over(id.clone()));
        }
        Ok(changes)
    }

    fn stored(&mut self, changes: Vec<Change>, revisions: Vec<Revision>) {
        for (change, revision) in changes.into_iter().zip(revisions) {
            match change {
                Change::State => self.revision = revision,
                Change::Over(id) => drop(self.firings.remove(&id)),
                Change::Firing(id, place) => {
                    self.firings.insert(id, StoredFiring { revision, place });
                }
            }
        }
    }

    /// Stores a commit, as long as it takes.
    async fn commit(&mut self, commit: Commit) -> Result<Vec<Revision>, Stop> {
        let mut pause = Duration::from_millis(50);
        loop {
            match self.lane.commit(commit.clone()).await {
                Ok(revisions) => {
                    self.runner.health.works();
                    return Ok(revisions);
                }
                Err(CommitError::Bus(error)) if error.passes() => {
                    self.runner.health.stalled(&error.to_string());
                    tracing::warn!(lane = self.runner.lane_name(), %error, "what was decided cannot be stored yet");
                }
                Err(CommitError::Fenced) => return Err(Stop::Fenced),
                // After an outcome that was not known, the commit may have been stored; what is on the bus says so.
                Err(error) => return Err(Stop::Again(error.to_string())),
            }
            let mut phase = self.runner.phase.clone();
            tokio::select! {
                biased;
                aborted = phase.wait_for(|phase| *phase == Phase::Abort) => { drop(aborted); return Err(Stop::Told) }
                () = sleep(pause) => pause = (pause * 2).min(Duration::from_secs(5)),
            }
        }
    }
}

impl Round {
    /// A message that is no event becomes a dead letter at once.
    fn bury(&mut self, trigger: &str, delivery: &Delivery, reason: String, now: Timestamp) {
        let event = delivery.event.as_ref().ok();
        let message =
            event.is_none().then(|| base64::engine::general_purpose::STANDARD.encode(&delivery.wire));
        self.commit.ack.push(delivery.position);
        self.commit.dead.push(DeadLetter {
            time: now.to_string(),
            trigger: trigger.to_owned(),
            firing: String::new(),
            reason: reason.clone(),
            attempts: 0,
            events: vec![DeadEvent {
                stream: delivery.subject.to_string(),
                event: event.map(|event| (**event).clone()),
                message_base64: message,
                ..DeadEvent::default()
            }],
        });
        let (source, subject) = (delivery.subject.source.clone(), delivery.subject.event.clone());
        let id = event.map(|event| event.id.clone()).unwrap_or_default();
        self.said.push(What::Unreadable {
            event: EventRef { source, subject, id, trace: None },
            unreadable: reason,
        });
    }
}

fn key(id: &FiringId) -> Key {
    Key(format!("{FIRING}{id}"))
}

fn dead_letter(letter: &aev_engine::effect::DeadLetter, now: Timestamp) -> DeadLetter {
    let events = letter.events.iter().map(|taken| DeadEvent {
        stream: taken.stream.clone(),
        run: taken.run,
        order: taken.order,
        event: Some(convert::dead_event(&taken.event)),
        message_base64: None,
    });
    DeadLetter {
        time: now.to_string(),
        trigger: letter.trigger.clone(),
        firing: letter.firing.to_string(),
        reason: letter.reason.clone(),
        attempts: letter.attempts,
        events: events.collect(),
    }
}

/// Until then; looked at again at least once a minute, since the clock may be set.
fn wait(at: Timestamp, now: Timestamp) -> Duration {
    let nanos = u64::try_from(at.0.saturating_sub(now.0)).unwrap_or(0);
    Duration::from_nanos(nanos).min(Duration::from_secs(60))
}
