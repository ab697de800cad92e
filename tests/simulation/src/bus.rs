//! A bus in memory that does what the traits of a bus promise, as late and as badly as they allow.

use crate::bug::Bug;
use crate::fault::{Faults, Hit, Kind, Side};
use crate::reference::Sent;
use crate::scenario::Spec;
use crate::sim::{Shared, Sim};
use crate::store::{LaneState, cloud_event, kinds};
use aev_bus::{
    Bus, BusError, BusStatus, Commit, CommitError, DeadId, DeadLetter, Delivery, Guarantee, Kept, Key, Lane,
    LaneSpec, Outgoing, Pending, Publish, Published, Record, Revision, Span, Stored,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The bus as one process sees it.
#[derive(Clone)]
pub struct SimBus {
    shared: Arc<Shared>,
    process: u32,
}

fn away() -> BusError {
    BusError::Away { reason: "the simulated connection is down".to_owned() }
}

fn full() -> BusError {
    BusError::DiskFull { dir: "sim".into(), free: 0, needed: 1 }
}

impl Sim {
    /// How long the bus takes.
    fn latency(&mut self) -> Duration {
        if Faults::on(self.faults.slow, Instant::now()) {
            Duration::from_millis(self.random.below(4000))
        } else if self.random.percent(70) {
            Duration::ZERO
        } else {
            Duration::from_millis(self.random.below(8))
        }
    }

    /// The bus is away, and whoever asks is left without an answer.
    fn hides_outage(&self) -> bool {
        self.is_away() && self.has(Bug::HidesOutage)
    }

    fn is_away(&self) -> bool {
        Faults::on(self.faults.away, Instant::now())
    }
}

impl SimBus {
    /// That of a process.
    pub fn new(shared: Arc<Shared>, process: u32) -> SimBus {
        SimBus { shared, process }
    }

    async fn pause(&self) {
        let pause = self.shared.sim().latency();
        if pause > Duration::ZERO {
            sleep(pause).await;
        }
    }

    /// Publishes what the simulator sends.
    ///
    /// # Errors
    /// The bus is away or full, or its answer was lost.
    pub async fn send(&self, sent: &Sent) -> Result<Published, BusError> {
        self.pause().await;
        self.shared.pass(self.process, &[Kind::Publish], Side::Before).await;
        let stored = {
            let mut sim = self.shared.sim();
            let full = Faults::on(sim.faults.full, Instant::now());
            if sim.is_away() || full {
                sim.coverage.hit(Kind::Publish, Hit::Refused);
                return Err(if full { self::full() } else { away() });
            }
            let (event, _) = cloud_event(sent, &sim.now().to_string());
            let duplicate = sim.store_event(&self.shared.scenario, sent, &event);
            let lost = sim.faults.lost_answers > 0;
            sim.faults.lost_answers -= u64::from(lost);
            sim.coverage.hit(Kind::Publish, if lost { Hit::AnswerLost } else { Hit::Fine });
            sim.say(format_args!(
                "p{} publishes {} {} {:?}",
                self.process, sent.subject, sent.id, sent.number
            ));
            if lost { Err(away()) } else { Ok(Published { duplicate }) }
        };
        self.shared.pass(self.process, &[Kind::Publish], Side::After).await;
        stored
    }
}

impl Publish for SimBus {
    fn publish(&self, _: Outgoing) -> Pending<'_, Result<Published, BusError>> {
        Box::pin(async { Err(away()) })
    }

    fn max_event_bytes(&self) -> usize {
        1 << 20
    }
}

impl Bus for SimBus {
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>> {
        Box::pin(async move {
            self.pause().await;
            self.shared.pass(self.process, &[Kind::Open], Side::Before).await;
            let Some(trigger) = self.shared.scenario.of_lane(&spec.name()) else { return Err(away()) };
            let opened = {
                let mut sim = self.shared.sim();
                if sim.is_away() {
                    sim.coverage.hit(Kind::Open, Hit::Refused);
                    return Err(away());
                }
                let name = spec.name();
                // Another process, with another version of the file, has renamed it: whoever starts anew gives it its name.
                let renamed = |lane: &LaneState| lane.name != name && lane.process != self.process;
                if sim.store.lanes.get(&trigger).is_some_and(renamed) {
                    sim.coverage.hit(Kind::Open, Hit::Refused);
                    return Err(away());
                }
                let epoch = sim.open_lane(self.process, trigger, &name);
                sim.coverage.hit(Kind::Open, Hit::Fine);
                sim.say(format_args!("p{} opens {name} as {epoch}", self.process));
                SimLane { bus: self.clone(), trigger, epoch, ready: None }
            };
            self.shared.pass(self.process, &[Kind::Open], Side::After).await;
            Ok(Box::new(opened) as Box<dyn Lane>)
        })
    }

    fn rename_lane<'a>(&'a self, old: &'a str, new: LaneSpec) -> Pending<'a, Result<bool, BusError>> {
        Box::pin(async move {
            self.pause().await;
            self.shared.pass(self.process, &[Kind::Rename], Side::Before).await;
            let renamed = {
                let mut sim = self.shared.sim();
                if sim.is_away() {
                    sim.coverage.hit(Kind::Rename, Hit::Refused);
                    return Err(away());
                }
                let lost = sim.faults.lost_answers > 0;
                sim.faults.lost_answers -= u64::from(lost);
                let renamed = sim.rename_lane(self.process, old, &new.name());
                sim.coverage.hit(Kind::Rename, if lost { Hit::AnswerLost } else { Hit::Fine });
                sim.say(format_args!("p{} renames {old} to {}: {renamed}", self.process, new.name()));
                if lost { Err(away()) } else { Ok(renamed) }
            };
            self.shared.pass(self.process, &[Kind::Rename], Side::After).await;
            renamed
        })
    }

    fn lanes(&self) -> Pending<'_, Result<Vec<String>, BusError>> {
        Box::pin(async move {
            self.pause().await;
            let sim = self.shared.sim();
            if sim.is_away() {
                return Err(away());
            }
            Ok(sim.store.lanes.values().map(|lane| lane.name.clone()).collect())
        })
    }

    fn forget_lane<'a>(&'a self, _: &'a str) -> Pending<'a, Result<u64, BusError>> {
        Box::pin(async { Err(away()) })
    }

    fn dead_letters<'a>(
        &'a self,
        _: Option<&'a str>,
        _: Option<DeadId>,
        _: usize,
    ) -> Pending<'a, Result<Vec<(DeadId, DeadLetter)>, BusError>> {
        Box::pin(async { Err(away()) })
    }

    fn drop_dead_letters<'a>(&'a self, ids: &'a [DeadId]) -> Pending<'a, Result<(), BusError>> {
        Box::pin(async move {
            self.pause().await;
            self.shared.pass(self.process, &[Kind::Discard], Side::Before).await;
            let dropped = {
                let mut sim = self.shared.sim();
                if sim.is_away() {
                    sim.coverage.hit(Kind::Discard, Hit::Refused);
                    return Err(away());
                }
                let lost = sim.faults.lost_answers > 0;
                sim.faults.lost_answers -= u64::from(lost);
                for id in ids {
                    sim.discard(&self.shared.scenario.triggers, self.process, *id);
                }
                sim.coverage.hit(Kind::Discard, if lost { Hit::AnswerLost } else { Hit::Fine });
                sim.say(format_args!("p{} drops the dead letters {ids:?}", self.process));
                if lost { Err(away()) } else { Ok(()) }
            };
            self.shared.pass(self.process, &[Kind::Discard], Side::After).await;
            dropped
        })
    }

    fn history(&self, _: Span) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(async { Err(BusError::NoHistory) })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtLeastOnce
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {})
    }

    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>> {
        Box::pin(async { Err(away()) })
    }
}

struct SimLane {
    bus: SimBus,
    trigger: usize,
    epoch: u64,
    /// When the bus answers the question that is open. Whoever asks again does not wait longer for it.
    ready: Option<Instant>,
}

impl SimLane {
    fn spec(&self) -> Option<&Spec> {
        self.bus.shared.scenario.triggers.get(self.trigger)
    }

    async fn pass(&self, kinds: &[Kind], side: Side) {
        self.bus.shared.pass(self.bus.process, kinds, side).await;
    }

    /// What a commit meets, and what it changes.
    fn stored(&self, spec: &Spec, commit: &Commit, kinds: &[Kind]) -> Result<Vec<Revision>, CommitError> {
        let mut sim = self.bus.shared.sim();
        let mut stored = Ok(Vec::new());
        let fenced = sim.store.lanes.get(&self.trigger).is_none_or(|lane| lane.epoch != self.epoch);
        let mut hit = Hit::Refused;
        if fenced {
            stored = Err(CommitError::Fenced);
        } else if sim.is_away() {
            stored = Err(CommitError::Bus(away()));
        } else if sim.faults.refusals > 0 {
            sim.faults.refusals -= 1;
            stored = Err(CommitError::Bus(full()));
        } else if sim.faults.rejections > 0 {
            sim.faults.rejections -= 1;
            let (server, reason) = ("sim".to_owned(), "it has changed its mind".to_owned());
            stored = Err(CommitError::Bus(BusError::Refused { server, reason }));
        }
        if stored.is_ok() {
            let lost = sim.faults.lost_answers > 0;
            stored = sim.store_commit(spec, (self.bus.process, self.trigger), commit, lost);
            if stored.is_ok() {
                hit = Hit::Fine;
                if lost {
                    sim.faults.lost_answers -= 1;
                    hit = Hit::AnswerLost;
                    stored = Err(CommitError::Bus(away()));
                }
            }
        }
        match &stored {
            Err(CommitError::Bus(error)) if error.passes() => {}
            // The trigger begins anew, and does not know what became of what it had begun.
            Err(_) => sim.ledger.broken(self.epoch),
            Ok(_) => {}
        }
        for kind in kinds {
            sim.coverage.hit(*kind, hit);
        }
        let acks: Vec<u64> = commit.ack.iter().map(|position| position.0).collect();
        let (process, lane) = (self.bus.process, &spec.lane);
        sim.say(format_args!("  p{process} {lane} commits {kinds:?} {acks:?}: {:?}", stored.as_ref().err()));
        stored
    }
}

impl Lane for SimLane {
    fn next(&mut self, max: usize) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(async move {
            loop {
                let latency = || Instant::now() + self.bus.shared.sim().latency();
                let at = *self.ready.get_or_insert_with(latency);
                if Instant::now() < at {
                    sleep_until(at).await;
                }
                self.pass(&[Kind::Take], Side::Before).await;
                let Some(spec) = self.spec() else { return Err(away()) };
                let (taken, bell) = {
                    let mut sim = self.bus.shared.sim();
                    if sim.is_away() && !sim.hides_outage() {
                        self.ready = None;
                        sim.coverage.hit(Kind::Take, Hit::Refused);
                        return Err(away());
                    }
                    let taken = if sim.hides_outage() {
                        Err(Instant::now() + Duration::from_secs(3600))
                    } else {
                        sim.hand_out(spec, self.trigger, self.epoch, max)
                    };
                    if taken.is_ok() {
                        sim.coverage.hit(Kind::Take, Hit::Fine);
                    }
                    let lane = sim.store.lanes.get(&self.trigger).filter(|lane| lane.epoch == self.epoch);
                    (taken, lane.map(|lane| lane.bell.clone()).unwrap_or_default())
                };
                match taken {
                    Ok(events) => {
                        self.ready = None;
                        self.pass(&[Kind::Take], Side::After).await;
                        return Ok(events);
                    }
                    Err(until) => tokio::select! {
                        biased;
                        () = bell.notified() => {}
                        () = sleep_until(until) => {}
                    },
                }
            }
        })
    }

    fn load<'a>(&'a self, key: &'a Key) -> Pending<'a, Result<(Option<Record>, Revision), BusError>> {
        Box::pin(async move {
            self.bus.pause().await;
            let sim = self.bus.shared.sim();
            if sim.is_away() {
                return Err(away());
            }
            let found = sim.records(self.trigger).into_iter().find(|(candidate, _, _)| candidate == key);
            Ok(found.map_or((None, Revision(0)), |(_, record, revision)| (Some(record), revision)))
        })
    }

    fn records(&self) -> Pending<'_, Result<Vec<Stored>, BusError>> {
        Box::pin(async move {
            self.bus.pause().await;
            self.pass(&[Kind::Read], Side::Before).await;
            let records = {
                let mut sim = self.bus.shared.sim();
                let hit = if sim.is_away() { Hit::Refused } else { Hit::Fine };
                sim.coverage.hit(Kind::Read, hit);
                if sim.is_away() { Err(away()) } else { Ok(sim.records(self.trigger)) }
            };
            self.pass(&[Kind::Read], Side::After).await;
            records
        })
    }

    fn kept(&self) -> Pending<'_, Result<Option<Vec<Kept>>, BusError>> {
        Box::pin(async move {
            self.bus.pause().await;
            self.pass(&[Kind::ReadKept], Side::Before).await;
            let kept = {
                let mut sim = self.bus.shared.sim();
                let hit = if sim.is_away() { Hit::Refused } else { Hit::Fine };
                sim.coverage.hit(Kind::ReadKept, hit);
                let foreign = sim.store.lanes.get(&self.trigger).and_then(|lane| lane.foreign.clone());
                if sim.is_away() { Err(away()) } else { Ok(foreign) }
            };
            self.pass(&[Kind::ReadKept], Side::After).await;
            kept
        })
    }

    fn commit(&mut self, commit: Commit) -> Pending<'_, Result<Vec<Revision>, CommitError>> {
        Box::pin(async move {
            let Some(spec) = self.spec() else { return Err(CommitError::Fenced) };
            let kinds = kinds(&commit, spec);
            self.bus.pause().await;
            if self.bus.shared.sim().has(Bug::AcknowledgesFirst) {
                self.bus.shared.sim().acknowledge(self.trigger, &commit);
                self.bus.pause().await;
            }
            while self.bus.shared.sim().hides_outage() {
                sleep(Duration::from_secs(1)).await;
            }
            self.pass(&kinds, Side::Before).await;
            let stored = self.stored(spec, &commit, &kinds);
            self.pass(&kinds, Side::After).await;
            stored
        })
    }
}
