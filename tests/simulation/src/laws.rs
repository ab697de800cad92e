//! What is checked after every step and at the end; what each commit and each attempt is checked for stands in `audit` and
//! `ledger`.

use crate::process::Process;
use crate::scenario::Spec;
use crate::sim::{Law, Shared, Sim};
use crate::store::{OUTSTANDING, state_key};
use aev_engine::firing::{Firing, State};
use aev_engine::{Record, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// A trigger looks at the clock at least once a minute; what does not move for this long is stuck.
const PATIENCE: Duration = Duration::from_secs(90);

/// Bytes of a record at most: 32 firings of three events, and the marks of 128.
const RECORD: usize = 80_000;

/// A reset comes when no event has come for a while, and at the latest after this, in nanoseconds.
const OVERDUE: i64 = 300_000_000_000;

/// When each trigger moved last.
pub struct Watch {
    moved: Vec<(Moves, Instant)>,
}

/// What the lane has answered, to which process, and how the wall clock was then.
type Moves = (u64, u32, i64);

impl Watch {
    /// Nothing has moved.
    pub fn new(shared: &Shared) -> Watch {
        Watch { moved: vec![((0, 0, 0), Instant::now()); shared.scenario.triggers.len()] }
    }

    /// After every step: nothing has grown beyond its bound, and what is stuck says so.
    pub fn step(&mut self, shared: &Shared, process: Option<&Process>) {
        let mut sim = shared.sim();
        let now = Instant::now();
        for (trigger, (spec, moved)) in shared.scenario.triggers.iter().zip(&mut self.moved).enumerate() {
            let Some(lane) = sim.store.lanes.get(&trigger) else { continue };
            let (owner, records, limit) =
                (lane.process, lane.records.len(), if spec.joins { 1 } else { OUTSTANDING });
            let moves = (lane.moves, process.map_or(0, |process| process.number), sim.skew);
            let bytes = lane.records.values().map(|(record, _)| record.len()).max().unwrap_or(0);
            if moved.0 != moves {
                *moved = (moves, now);
            }
            if records > limit {
                sim.violate(Law::Bounded, format!("{} has stored {records} records", spec.lane));
            }
            if bytes > RECORD {
                sim.violate(Law::Bounded, format!("{} has stored a record of {bytes} bytes", spec.lane));
            }
            // Whoever has lost the lane to another learns it with his next commit.
            let Some(process) = process.filter(|process| process.number == owner) else { continue };
            if now.duration_since(moved.1) < PATIENCE || process.world.under_way(trigger) > 0 {
                continue;
            }
            match sim.work(spec, trigger) {
                Some(work) if process.stalled(trigger).is_none() => {
                    let what =
                        format!("{} has not moved for {PATIENCE:?}, says nothing, and has {work}", spec.lane);
                    sim.violate(Law::Visible, what);
                }
                // What there is to do later is not late yet, and what is said is seen.
                _ => moved.1 = now,
            }
        }
    }

    /// There is nothing left to do.
    pub fn is_idle(&self, shared: &Shared, process: &Process) -> bool {
        let sim = shared.sim();
        let mut triggers = (0..shared.scenario.triggers.len()).zip(&shared.scenario.triggers);
        triggers.all(|(trigger, spec)| {
            let lane = sim.store.lanes.get(&trigger);
            let empty =
                lane.is_some_and(|lane| lane.unacknowledged.is_empty() && lane.process == process.number);
            empty && process.world.under_way(trigger) == 0 && sim.flying(spec, trigger).is_empty()
        })
    }

    /// At the end, long after the last fault.
    pub fn end(&self, shared: &Shared, process: &Process) {
        let mut sim = shared.sim();
        let mut found = Vec::new();
        for (trigger, spec) in shared.scenario.triggers.iter().enumerate() {
            let Some(lane) = sim.store.lanes.get(&trigger) else {
                found.push((Law::Lost, format!("{} was never opened", spec.lane)));
                continue;
            };
            if !lane.unacknowledged.is_empty() {
                found
                    .push((Law::Lost, format!("{} never acknowledges {:?}", spec.lane, lane.unacknowledged)));
            }
            for (id, _) in sim.flying(spec, trigger) {
                found.push((Law::Lost, format!("the firing {id} of {} never ends", spec.lane)));
            }
            if lane.join.overdue(spec, sim.now().0 - OVERDUE) {
                found.push((Law::Join, format!("{} keeps what a reset was to forget", spec.lane)));
            }
            if let Some(reason) = process.stalled(trigger) {
                found
                    .push((Law::Visible, format!("{} works and says that it does not: {reason}", spec.lane)));
            }
        }
        for (id, firing) in sim.ledger.all().filter(|(_, firing)| firing.is_required()) {
            let Some(spec) = shared.scenario.triggers.get(firing.trigger) else { continue };
            let allowed = spec.once && sim.ledger.excused(firing);
            if !(allowed || sim.ledger.settled(spec, firing)) {
                found.push((
                    Law::Lost,
                    format!("the firing {id} of {} was neither done nor put aside", spec.lane),
                ));
            }
        }
        for (trigger, letter) in sim.store.dead.values() {
            let known = letter.firing.is_empty() || sim.ledger.firing(&letter.firing).is_some();
            if !known || letter.events.is_empty() {
                found.push((
                    Law::Lost,
                    format!("a dead letter of lane {trigger} says too little: {letter:?}"),
                ));
            }
        }
        let put_aside = |id: &str| sim.store.dead.values().any(|(_, letter)| letter.firing == id);
        for (id, firing) in sim.ledger.all() {
            if firing.is_dead() && !put_aside(id) {
                found.push((Law::Lost, format!("the dead letter of {id} is not there")));
            }
        }
        for (trigger, spec) in shared.scenario.triggers.iter().enumerate().filter(|(_, spec)| !spec.joins) {
            let Some(lane) = sim.store.lanes.get(&trigger).filter(|lane| !lane.records.is_empty()) else {
                continue;
            };
            let what = format!("{} keeps records of what is over: {:?}", spec.lane, lane.records.keys());
            found.push((Law::Bounded, what));
        }
        for (law, what) in found {
            sim.violate(law, what);
        }
    }
}

impl Sim {
    /// Stored firings that are not over, with the time at which they go on.
    fn flying(&self, spec: &Spec, trigger: usize) -> Vec<(String, Option<Timestamp>)> {
        let Some(lane) = self.store.lanes.get(&trigger) else { return Vec::new() };
        let firings: Vec<Firing> = if spec.joins {
            let record = lane.records.get(&state_key()).and_then(|(record, _)| Record::decode(record).ok());
            record.map(|record| record.in_flight().to_vec()).unwrap_or_default()
        } else {
            lane.records.values().filter_map(|(record, _)| serde_json::from_slice(record).ok()).collect()
        };
        let live = firings.into_iter().filter(|firing| !matches!(firing.state, State::Over(_)));
        live.map(|firing| (firing.id.to_string(), firing.state.due())).collect()
    }

    /// What a trigger could do now, in words; none when it waits for a time that is still to come.
    fn work(&self, spec: &Spec, trigger: usize) -> Option<String> {
        let lane = self.store.lanes.get(&trigger)?;
        let flying = self.flying(spec, trigger);
        let now = self.now();
        let waits =
            flying.iter().any(|(_, due)| due.is_some_and(|due| due > now)) || self.ledger.looks(trigger);
        let (open, count) = (lane.unacknowledged.len(), flying.len());
        (!waits && open + count > 0).then(|| format!("{open} events and {count} firings"))
    }
}
