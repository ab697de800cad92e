//! What the bus of a history has stored: it outlives every process.

use crate::bug::Bug;
use crate::fault::{Faults, Kind};
use crate::reference::{Given, Join, Sent};
use crate::scenario::{Scenario, Spec};
use crate::sim::{Law, Sim, Violation};
use aev_bus::{
    CloudEvent, Commit, CommitError, DeadLetter, Delivery, Kept, Key, Outgoing, Position, Revision, Stored,
    Subject,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Unacknowledged events that a lane may hold at most.
pub const OUTSTANDING: usize = 1000;

/// An event on the bus.
pub struct Logged {
    /// What was sent, as lanes are given it.
    pub given: Given,
    /// The same as it is handed out.
    pub delivery: Delivery,
}

/// A lane as it is stored, and the state of its handle.
pub struct LaneState {
    /// Its trigger.
    pub trigger: usize,
    /// Changes whenever it is opened.
    pub epoch: u64,
    /// Whoever opened it last.
    pub process: u32,
    /// Not acknowledged, handed out or not.
    pub unacknowledged: BTreeSet<u64>,
    /// Handed out by the handle of this epoch.
    pub out: BTreeSet<u64>,
    /// Handed out by an earlier handle: these come again from a certain time on.
    pub again: BTreeSet<u64>,
    again_at: Instant,
    /// The records with their revisions.
    pub records: BTreeMap<Key, (Vec<u8>, u64)>,
    /// What the record of a join was before its last change.
    earlier: Option<Vec<u8>>,
    /// Rings when something has changed.
    pub bell: Arc<Notify>,
    /// What a join must have kept.
    pub join: Join,
    /// What other programs find that it has kept.
    pub told: Vec<Kept>,
    /// What another program keeps of it now, while nobody has taken that over.
    pub foreign: Option<Vec<Kept>>,
    /// Its name on the bus.
    pub name: String,
    /// Counts everything that has happened to it.
    pub moves: u64,
}

/// The whole bus.
#[derive(Default)]
pub struct Store {
    /// By position.
    pub log: BTreeMap<u64, Logged>,
    /// By trigger.
    pub lanes: BTreeMap<usize, LaneState>,
    /// By id, with the lane of each.
    pub dead: BTreeMap<u64, (usize, DeadLetter)>,
    ids: BTreeSet<(Subject, String)>,
    counter: u64,
}

/// The record of a join.
pub fn state_key() -> Key {
    Key("state".to_owned())
}

impl Store {
    /// Positions, revisions and epochs: none is given twice.
    pub fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Everybody looks again.
    pub fn ring(&self) {
        self.lanes.values().for_each(|lane| lane.bell.notify_one());
    }
}

impl Sim {
    /// An event is stored. Gives whether it was there already.
    pub fn store_event(&mut self, scenario: &Scenario, sent: &Sent, event: &CloudEvent) -> bool {
        let subject = event.address();
        if !self.store.ids.insert((subject.clone(), event.id.clone())) {
            return true;
        }
        let position = self.store.count();
        let mut wire = event.encode();
        if sent.number == Some(0) && !sent.readable {
            wire.truncate(wire.len() / 2);
        }
        let since = u64::try_from(self.now().0).unwrap_or(0);
        let delivery = Delivery {
            position: Position(position),
            subject,
            taken: UNIX_EPOCH + Duration::from_nanos(since),
            event: CloudEvent::decode(&wire).map(Arc::new),
            wire: wire.into(),
        };
        let time = self.now().0;
        let given = Given { sent: sent.clone(), run: 0, position: Some(position), time };
        self.store.log.insert(position, Logged { given: given.clone(), delivery });
        for (trigger, lane) in &mut self.store.lanes {
            let Some(spec) = scenario.triggers.get(*trigger) else { continue };
            if !spec.streams.iter().any(|stream| stream.subject == sent.subject) {
                continue;
            }
            lane.unacknowledged.insert(position);
            lane.moves += 1;
            lane.bell.notify_one();
            if !spec.joins {
                self.ledger.allow_all(spec, *trigger, &given);
            }
        }
        false
    }

    /// A lane is opened; an older handle is fenced off.
    pub fn open_lane(&mut self, process: u32, trigger: usize, name: &str) -> u64 {
        let epoch = self.store.count();
        // As long as a bus waits for an acknowledgement until it hands out again.
        let wait =
            if self.random.percent(50) { Duration::ZERO } else { Duration::from_secs(self.random.below(8)) };
        let lane = self.store.lanes.entry(trigger).or_insert_with(|| LaneState {
            trigger,
            epoch: 0,
            process,
            unacknowledged: BTreeSet::new(),
            out: BTreeSet::new(),
            again: BTreeSet::new(),
            again_at: Instant::now(),
            records: BTreeMap::new(),
            earlier: None,
            bell: Arc::default(),
            join: Join::default(),
            told: Vec::new(),
            foreign: None,
            name: name.to_owned(),
            moves: 0,
        });
        if lane.name != name {
            let what = format!("{name} begins anew beside {}, which has its events", lane.name);
            self.violation.get_or_insert(Violation { law: Law::Lost, what });
        }
        let (older, owner) = (lane.epoch, lane.process);
        lane.again.append(&mut lane.out);
        lane.again_at = Instant::now() + wait;
        lane.epoch = epoch;
        lane.process = process;
        lane.moves += 1;
        lane.bell.notify_waiters();
        lane.bell = Arc::default();
        if self.bug == Some(Bug::SkipsRedelivery) {
            let skipped = std::mem::take(&mut lane.again);
            lane.unacknowledged.retain(|position| !skipped.contains(position));
        }
        if self.bug == Some(Bug::ReturnsOldRecords)
            && let (Some(earlier), Some(record)) = (lane.earlier.take(), lane.records.get_mut(&state_key()))
        {
            record.0 = earlier;
        }
        if owner != process && self.alive.contains(&owner) {
            self.ledger.broken(older);
        }
        self.ledger.opened(process, trigger, epoch);
        epoch
    }

    /// A lane gets another name; an older handle is fenced off. Gives whether there was such a lane.
    pub fn rename_lane(&mut self, process: u32, old: &str, new: &str) -> bool {
        let epoch = self.store.count();
        let loses = self.has(Bug::LosesPlaceOnRename);
        let taken = self.store.lanes.values().any(|lane| lane.name == new);
        let found = self.store.lanes.values_mut().find(|lane| lane.name == old && !taken);
        let Some(lane) = found else { return false };
        new.clone_into(&mut lane.name);
        if loses {
            lane.unacknowledged.clear();
            lane.records.clear();
        }
        let (older, owner, trigger) = (lane.epoch, lane.process, lane.trigger);
        lane.again.append(&mut lane.out);
        lane.epoch = epoch;
        lane.process = process;
        lane.moves += 1;
        lane.bell.notify_waiters();
        if self.alive.contains(&owner) {
            self.ledger.broken(older);
        }
        self.ledger.opened(process, trigger, epoch);
        true
    }

    /// Events that the handle of this epoch is given now; or when there may be some.
    pub fn hand_out(
        &mut self,
        spec: &Spec,
        trigger: usize,
        epoch: u64,
        max: usize,
    ) -> Result<Vec<Delivery>, Instant> {
        let now = Instant::now();
        let never = now + Duration::from_secs(3600);
        let (repeats, reorders) =
            (Faults::on(self.faults.repeats, now), Faults::on(self.faults.reorders, now));
        let max = if self.bug == Some(Bug::HandsOutTooMany) { max * 8 } else { max };
        let (random, store) = (&mut self.random, &mut self.store);
        let Some(lane) = store.lanes.get_mut(&trigger) else { return Err(never) };
        if lane.epoch != epoch {
            return Err(never);
        }
        if self.bug == Some(Bug::HidesStall) && lane.moves > 60 {
            return Err(never);
        }
        let waits = !lane.again.is_empty() && now < lane.again_at;
        let ready =
            |position: &&u64| !(lane.out.contains(position) || waits && lane.again.contains(position));
        let room = max.min(OUTSTANDING.saturating_sub(lane.out.len()));
        let room = if self.bug == Some(Bug::HandsOutTooMany) { max } else { room };
        let wanted = usize::try_from(random.between(1, room.max(1) as u64)).unwrap_or(1);
        let wanted = if random.percent(60) { room } else { wanted.min(room) };
        let ready: Vec<u64> = lane.unacknowledged.iter().filter(ready).copied().take(1024).collect();
        let mut queues: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for position in ready.iter().rev() {
            let subject = store.log.get(position).map_or("", |logged| logged.given.sent.subject);
            queues.entry(if reorders { subject } else { "" }).or_default().push(*position);
        }
        let mut taken = Vec::new();
        while taken.len() < wanted && !queues.is_empty() {
            let subjects: Vec<&str> = queues.keys().copied().collect();
            let Some(subject) = random.pick(&subjects) else { break };
            match queues.get_mut(subject).and_then(Vec::pop) {
                Some(position) => taken.push(position),
                None => drop(queues.remove(subject)),
            }
        }
        if repeats && max > taken.len() && random.percent(30) {
            let out: Vec<u64> = lane.out.iter().copied().collect();
            taken.extend(random.pick(&out));
        }
        if taken.is_empty() {
            return Err(if waits { lane.again_at } else { never });
        }
        lane.out.extend(&taken);
        lane.moves += 1;
        let (out, limit) = (lane.out.len(), if spec.joins || spec.once { 64 } else { OUTSTANDING });
        self.say(format_args!("  {} takes {taken:?}", spec.lane));
        if out > limit {
            self.violate(Law::Bounded, format!("{} holds {out} unacknowledged events", spec.lane));
        }
        Ok(taken
            .iter()
            .filter_map(|position| self.store.log.get(position))
            .map(|logged| logged.delivery.clone())
            .collect())
    }

    /// Stores a commit, after it was audited. `lost` says that the answer will not arrive.
    pub fn store_commit(
        &mut self,
        spec: &Spec,
        (process, trigger): (u32, usize),
        commit: &Commit,
        lost: bool,
    ) -> Result<Vec<Revision>, CommitError> {
        let Some(lane) = self.store.lanes.get(&trigger) else { return Err(CommitError::Fenced) };
        for (key, revision, _) in &commit.records {
            if lane.records.get(key).map_or(0, |(_, revision)| *revision) != revision.0 {
                return Err(CommitError::Conflict { key: key.clone() });
            }
        }
        let forgets_kept = self.has(Bug::ForgetsKept);
        if let (Some(kept), Some(lane)) = (&commit.kept, self.store.lanes.get_mut(&trigger)) {
            if !forgets_kept {
                lane.told.clone_from(kept);
            }
            lane.foreign = None;
        }
        self.audit(spec, (process, trigger), commit, lost);
        let forgets = self.has(Bug::ForgetsRecords) && self.random.percent(10);
        let drops = self.has(Bug::DropsDeadLetters) && self.random.percent(20);
        let mut revisions = Vec::new();
        for (key, _, record) in &commit.records {
            let revision = if record.is_some() { self.store.count() } else { 0 };
            revisions.push(Revision(revision));
            let Some(lane) = self.store.lanes.get_mut(&trigger) else { continue };
            match record {
                Some(record) => {
                    let mut record = record.clone();
                    let known = lane.records.get(key).map(|(record, _)| record.clone());
                    if self.bug == Some(Bug::GrowsRecords) {
                        let before = known.as_ref().map_or(0, Vec::len);
                        record.resize(before.max(record.len()) + 1024, b' ');
                    }
                    if forgets {
                        record = known.clone().unwrap_or_else(|| record.clone());
                    }
                    lane.earlier = known;
                    lane.records.insert(key.clone(), (record, revision));
                }
                None => drop(lane.records.remove(key)),
            }
        }
        for letter in commit.dead.iter().filter(|_| !drops) {
            let id = self.store.count();
            self.store.dead.insert(id, (trigger, letter.clone()));
        }
        self.acknowledge(trigger, commit);
        Ok(revisions)
    }

    /// Takes events off a lane.
    pub fn acknowledge(&mut self, trigger: usize, commit: &Commit) {
        let Some(lane) = self.store.lanes.get_mut(&trigger) else { return };
        lane.moves += 1;
        for Position(position) in &commit.ack {
            lane.unacknowledged.remove(position);
            lane.out.remove(position);
            lane.again.remove(position);
        }
        lane.bell.notify_one();
    }

    /// Somebody else writes all records of a lane anew, as they are.
    pub fn touch(&mut self, trigger: usize) {
        let revision = self.store.count();
        if let Some(lane) = self.store.lanes.get_mut(&trigger) {
            lane.records.values_mut().for_each(|record| record.1 = revision);
        }
    }

    /// All records of a lane.
    pub fn records(&self, trigger: usize) -> Vec<Stored> {
        let Some(lane) = self.store.lanes.get(&trigger) else { return Vec::new() };
        let record = |(key, (record, revision)): (&Key, &(Vec<u8>, u64))| {
            (key.clone(), record.clone(), Revision(*revision))
        };
        lane.records.iter().map(record).collect()
    }
}

/// What a commit does.
pub fn kinds(commit: &Commit, spec: &Spec) -> Vec<Kind> {
    let mut kinds = Vec::new();
    let stores = commit.records.iter().any(|(_, _, record)| record.is_some());
    let deletes = commit.records.iter().any(|(_, _, record)| record.is_none());
    let parts = [
        (stores && spec.joins, Kind::StoreJoin),
        (stores && !spec.joins, Kind::StoreFiring),
        (deletes, Kind::DeleteFiring),
        (!commit.dead.is_empty(), Kind::Bury),
        (!commit.ack.is_empty(), Kind::Acknowledge),
    ];
    kinds.extend(parts.into_iter().filter(|(there, _)| *there).map(|(_, kind)| kind));
    kinds
}

/// The event as it goes onto the bus.
pub fn cloud_event(sent: &Sent, now: &str) -> (CloudEvent, Outgoing) {
    let number = sent.number.map(|number| format!(r#","n":{number}"#)).unwrap_or_default();
    let mut data = format!(r#"{{"body":{{"id":"{}"{number}}}}}"#, sent.id);
    if !sent.readable {
        data.truncate(data.len() / 2);
    }
    let event = CloudEvent {
        id: sent.id.clone(),
        source: sent.subject.to_owned(),
        kind: "webhook".to_owned(),
        subject: sent.subject.to_owned(),
        datacontenttype: "application/json".to_owned(),
        time: now.to_owned(),
        extensions: Vec::new(),
        data: data.into_bytes(),
    };
    let outgoing = Outgoing::new(&event);
    (event, outgoing)
}
