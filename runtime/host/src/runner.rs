//! One trigger on its lane: it takes events, decides, stores what is to be stored, and then acts.

mod command;
mod kept;
mod settle;
mod steps;
mod stored;

pub use command::Command;

use crate::attempt::Attempts;
use crate::clock::{Clock, timestamp};
use crate::convert;
use crate::decision::{Attempted, By, Speaker, Unread, What};
use crate::health::Health;
use crate::parsed::{Parsed, Reader};
use crate::perform::Perform;
use crate::rate::Pace;
use crate::trace::Came;
use aev_bus::dead::{DeadEvent, DeadLetter};
use aev_bus::{Bus, BusError, Commit, Delivery, Key, Lane, LaneSpec, Position, Reads, Revision, Subject};
use aev_engine::firing::Firing;
use aev_engine::record::InvalidRecord;
use aev_engine::{Arrival, Effect, FiringId, Input, Record, Timestamp, Trigger};
use base64::Engine as _;
use settle::Aside;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stored::{Place, StoredFiring};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// Events that are decided with one commit at most.
const BATCH: usize = 64;
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
    by: Arc<By>,
    trigger: Arc<Trigger>,
    around: Around,
    /// What it reads, and who else does.
    reader: Reader,
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
        let by = Arc::new(By {
            pipeline: pipeline.to_string(),
            sensor: trigger.sensor.clone(),
            trigger: trigger.name.to_string(),
        });
        let subjects = trigger.subjects().into_iter().map(|(source, event)| Subject::new(source, event));
        let reader = around.parsed.reader(subjects);
        let commands = mpsc::channel(1);
        let pace = Arc::new(Mutex::new(Pace::new(trigger.rate)));
        (
            Runner {
                pipeline,
                lane,
                by,
                trigger,
                around,
                reader,
                health: Arc::default(),
                phase,
                commands,
                pace,
            },
            stop,
        )
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
            dependency: stream.name.to_string(),
        });
        LaneSpec {
            pipeline: self.pipeline.to_string(),
            sensor: self.trigger.sensor.clone(),
            trigger: self.trigger.name.to_string(),
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
    aside: Aside,
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
            aside: Aside::default(),
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
                Phase::Drain if self.attempts.len() == 0 => return self.stop(Stop::Told).await,
                // What was not begun begins after the next start; at most once it would be lost.
                Phase::Drain if self.attempts.rest() && !self.runner.trigger.at_most_once() => {
                    return self.stop(Stop::Told).await;
                }
                _ => {}
            }
            let room = if phase == Phase::Run && !self.taken_over { self.room() } else { 0 };
            let (paced, reset) = (self.attempts.next(), self.reset().filter(|_| room > 0));
            let acknowledge = self.aside.due();
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
                () = sleep_until(acknowledge.unwrap_or_else(Instant::now)), if acknowledge.is_some() => {
                    self.acknowledge().await
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
                return self.stop(stop).await;
            }
        }
    }

    /// Before it begins anew or ends, what is done is acknowledged, so that it is not done again.
    async fn stop(&mut self, stop: Stop) -> Stop {
        if !matches!(stop, Stop::Fenced)
            && let Err(worse) = self.acknowledge().await
        {
            return worse;
        }
        stop
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
        // What it has begun goes on; a join stays as it is, also when it should forget: that is made up for.
        if self.runner.trigger.suspended {
            return 0;
        }
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
        for delivery in events.into_iter().filter(|delivery| !self.aside.holds(delivery.position)) {
            match self.runner.reader.event(&delivery) {
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
        if let Some(tracer) = self.runner.around.speaker.tracer() {
            tracer.decided(&self.runner.lane, &mut self.came, &self.record, &mut round.said);
        }
        self.settle(round).await
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
        self.said.push(What::Unreadable { event: Unread { source, subject, id }, unreadable: reason });
    }
}

fn dead_letter(letter: &aev_engine::effect::DeadLetter, now: Timestamp) -> DeadLetter {
    let events = letter.events.iter().map(|taken| DeadEvent {
        stream: taken.stream.to_string(),
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
