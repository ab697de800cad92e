//! What the writer knows, and what each request changes. Changes are made here first and then stored in one batch; when
//! that fails the whole state is read again from the disk.

use super::Options;
use super::cursor::Cursor;
use super::past::Past;
use super::recent::{Recent, Seen, fingerprint};
use super::store::{
    Counters, Store, StoredDead, StoredLane, corrupt, log_key, record_key, split_number, subject_key,
};
use crate::dead::{DeadId, DeadLetter};
use crate::error::{BusError, CommitError};
use crate::event::Subject;
use crate::lane::{Commit, Key, LaneSpec, Revision};
use crate::publish::{Outgoing, Published};
use fjall::OwnedWriteBatch;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Events that are removed from the log with one batch at most, so that no batch becomes long.
const TRIM: usize = 2048;

pub(super) struct State {
    counters: Counters,
    subjects: HashMap<Subject, u32>,
    lanes: BTreeMap<String, StoredLane>,
    recent: Recent,
    /// Up to where the log of each subject was looked through for what no lane needs.
    trimmed: BTreeMap<u32, u64>,
    /// Events up to there that a lane still needed: position and subject.
    kept: BTreeMap<u64, u32>,
    /// Subjects with more to remove than fits into one batch.
    untrimmed: BTreeSet<u32>,
    /// The last position when the store was opened. Up to there the log may hold events that are known to be past.
    opened: u64,
    /// Before there nothing is past any more.
    oldest_past: u64,
}

/// One batch that is being put together.
pub(super) struct Group<'a> {
    pub(super) store: &'a Store,
    pub(super) options: &'a Options,
    pub(super) batch: OwnedWriteBatch,
    /// Milliseconds since 1970.
    pub(super) now: u64,
    /// The disk has too little room for new events.
    pub(super) disk_full: Option<BusError>,
    /// Revisions that this batch gives; the store does not show them yet.
    pub(super) revisions: HashMap<Vec<u8>, Revision>,
    /// The last position before this batch: what it adds does not show in the store yet.
    pub(super) start: u64,
    /// Subjects that have new events.
    pub(super) fed: BTreeSet<u32>,
    /// Subjects in whose logs something may have become free.
    pub(super) freed: BTreeSet<u32>,
    /// Positions that were acknowledged.
    pub(super) acked: BTreeSet<u64>,
}

impl State {
    pub(super) fn load(store: &Store) -> fjall::Result<State> {
        let counters = store.counters()?;
        Ok(State {
            opened: counters.last,
            oldest_past: 0,
            counters,
            subjects: store.all_subjects()?.into_iter().collect(),
            lanes: store.lanes()?.into_iter().collect(),
            recent: store.recent()?,
            trimmed: BTreeMap::new(),
            kept: BTreeMap::new(),
            untrimmed: BTreeSet::new(),
        })
    }

    /// The last position that was given away.
    pub(super) fn last(&self) -> u64 {
        self.counters.last
    }

    fn next(&mut self) -> u64 {
        self.counters.last += 1;
        self.counters.last
    }

    fn subject(&mut self, group: &mut Group<'_>, subject: &Subject) -> u32 {
        if let Some(&number) = self.subjects.get(subject) {
            return number;
        }
        let number = self.subjects.len() as u32;
        group.batch.insert(&group.store.subjects, subject_key(subject), number.to_be_bytes());
        self.subjects.insert(subject.clone(), number);
        number
    }

    /// Why new events are refused, if they are.
    fn refusal(&self, group: &Group<'_>, size: usize) -> Option<BusError> {
        let used = self.counters.event_bytes + self.counters.dead_bytes;
        if used + size as u64 > group.options.max_bytes {
            return Some(BusError::Full { used, limit: group.options.max_bytes, unit: "bytes" });
        }
        group.disk_full.clone()
    }

    pub(super) fn publish(&mut self, group: &mut Group<'_>, event: &Outgoing) -> Result<Published, BusError> {
        event.check(group.options.max_event_bytes)?;
        let fingerprint = fingerprint(&event.subject, &event.id);
        if self.recent.knows(&fingerprint) {
            return Ok(Published { duplicate: true });
        }
        if let Some(refusal) = self.refusal(group, event.wire.len()) {
            return Err(refusal);
        }
        let subject = self.subject(group, &event.subject);
        let position = self.next();
        let value = [&group.now.to_be_bytes(), &*event.wire].concat();
        self.counters.events += 1;
        self.counters.event_bytes += value.len() as u64;
        group.batch.insert(&group.store.log, log_key(subject, position), value);
        let seen = Seen { time: group.now, position, fingerprint };
        let value = [group.now.to_be_bytes().as_slice(), &fingerprint].concat();
        group.batch.insert(&group.store.recent, position.to_be_bytes(), value);
        self.recent.add(seen);
        group.fed.insert(subject);
        if !self.lanes.values().any(|lane| lane.subjects.contains(&subject)) {
            group.freed.insert(subject);
        }
        Ok(Published { duplicate: false })
    }

    pub(super) fn open(&mut self, group: &mut Group<'_>, spec: &LaneSpec) -> StoredLane {
        let last = self.counters.last;
        let subjects: Vec<u32> =
            spec.distinct().into_iter().map(|reads| self.subject(group, &reads.subject)).collect();
        let name = spec.name();
        let lane = self.lanes.entry(name.clone()).or_insert_with(|| StoredLane {
            cursor: Cursor { last, holes: BTreeSet::new() },
            ..StoredLane::default()
        });
        group.freed.extend(&lane.subjects);
        // What came before the lane read a subject is not its business.
        lane.from.retain(|subject, _| subjects.contains(subject));
        for subject in &subjects {
            if !lane.subjects.contains(subject) && lane.cursor.last < last {
                lane.from.insert(*subject, last);
            }
        }
        lane.subjects = subjects;
        let lane = lane.clone();
        group.store_lane(&name, &lane);
        lane
    }

    /// Gives whether the old lane was there and the new name free.
    pub(super) fn rename(
        &mut self,
        group: &mut Group<'_>,
        old: &str,
        new: &LaneSpec,
    ) -> Result<bool, BusError> {
        let name = new.name();
        if self.lanes.contains_key(&name) {
            return Ok(false);
        }
        let Some(lane) = self.lanes.remove(old) else { return Ok(false) };
        group.batch.remove(&group.store.lanes, old);
        for (key, record, revision) in group.store.records(old).map_err(|error| super::store::away(&error))? {
            group.store_record(record_key(old, &key), Revision(0), None);
            group.store_record(record_key(&name, &key), revision, Some(&record));
        }
        self.lanes.insert(name, lane);
        self.open(group, new);
        Ok(true)
    }

    pub(super) fn forget(&mut self, group: &mut Group<'_>, name: &str) -> Result<(), BusError> {
        let Some(lane) = self.lanes.remove(name) else { return Ok(()) };
        group.freed.extend(&lane.subjects);
        group.acked.extend(&lane.cursor.holes);
        group.batch.remove(&group.store.lanes, name);
        for (key, ..) in group.store.records(name).map_err(|error| super::store::away(&error))? {
            group.batch.remove(&group.store.records, record_key(name, &key));
        }
        Ok(())
    }

    /// All of a commit or, with an error, nothing of it.
    pub(super) fn commit(
        &mut self,
        group: &mut Group<'_>,
        name: &str,
        cursor: &Cursor,
        commit: &Commit,
    ) -> Result<Vec<Revision>, CommitError> {
        for (key, revision, _) in &commit.records {
            if group.revision(name, key)? != *revision {
                return Err(CommitError::Conflict { key: key.clone() });
            }
        }
        let size = commit.publish.iter().map(Outgoing::size).sum();
        for event in &commit.publish {
            event.check(group.options.max_event_bytes)?;
        }
        if let Some(refusal) = self.refusal(group, size).filter(|_| size > 0) {
            return Err(refusal.into());
        }
        let Some(lane) = self.lanes.get_mut(name) else { return Err(CommitError::Fenced) };
        lane.cursor = cursor.clone();
        let lane = lane.clone();
        if !commit.ack.is_empty() {
            group.store_lane(name, &lane);
            group.freed.extend(&lane.subjects);
            group.acked.extend(commit.ack.iter().map(|position| position.0));
        }
        let revisions = commit.records.iter().map(|(key, _, record)| {
            let revision = if record.is_some() { Revision(self.next()) } else { Revision(0) };
            group.store_record(record_key(name, key), revision, record.as_deref());
            revision
        });
        let revisions = revisions.collect();
        for event in &commit.publish {
            self.publish(group, event)?;
        }
        for letter in &commit.dead {
            self.bury(group, name, letter);
        }
        Ok(revisions)
    }

    fn bury(&mut self, group: &mut Group<'_>, lane: &str, letter: &DeadLetter) {
        let stored = StoredDead { lane: lane.to_owned(), letter: letter.clone() };
        let value = serde_json::to_vec(&stored).unwrap_or_default();
        *self.counters.dead.entry(lane.to_owned()).or_default() += 1;
        self.counters.dead_bytes += value.len() as u64;
        let id = self.next();
        group.batch.insert(&group.store.dead, id.to_be_bytes(), value);
    }

    pub(super) fn drop_dead(&mut self, group: &mut Group<'_>, ids: &[DeadId]) -> Result<(), BusError> {
        for id in ids.iter().collect::<BTreeSet<_>>() {
            let found =
                group.store.dead.get(id.0.to_be_bytes()).map_err(|error| super::store::away(&error))?;
            let Some(value) = found else { continue };
            if let Ok(stored) = serde_json::from_slice::<StoredDead>(&value) {
                if let Some(count) = self.counters.dead.get_mut(&stored.lane) {
                    *count = count.saturating_sub(1);
                }
                self.counters.dead.retain(|_, count| *count > 0);
            }
            self.counters.dead_bytes = self.counters.dead_bytes.saturating_sub(value.len() as u64);
            group.batch.remove(&group.store.dead, id.0.to_be_bytes());
        }
        Ok(())
    }

    /// What follows from the requests of a group: what no lane needs goes, old ids go, the counters are stored.
    pub(super) fn finish(&mut self, group: &mut Group<'_>) -> fjall::Result<()> {
        let before = self.counters.clone();
        let oldest = group.now.saturating_sub(group.options.duplicate_window.as_millis() as u64);
        while let Some(seen) = self.recent.expire(oldest, group.options.duplicate_ids) {
            group.batch.remove(&group.store.recent, seen.position.to_be_bytes());
        }
        let freed = std::mem::take(&mut group.freed).into_iter().chain(std::mem::take(&mut self.untrimmed));
        for subject in freed.collect::<BTreeSet<_>>() {
            self.trim(group, subject)?;
        }
        for position in std::mem::take(&mut group.acked) {
            if let Some(&subject) = self.kept.get(&position)
                && !self.needed(subject, position)
            {
                self.kept.remove(&position);
                if let Some((position, size)) = group.store.sizes(subject, position - 1, position, 1)?.first()
                {
                    self.retire(group, subject, *position, *size)?;
                }
            }
        }
        self.let_go(group)?;
        if !group.batch.is_empty() || before != self.counters {
            let counters = serde_json::to_vec(&self.counters).unwrap_or_default();
            group.batch.insert(&group.store.meta, "counters", counters);
        }
        Ok(())
    }

    fn trim(&mut self, group: &mut Group<'_>, subject: u32) -> fjall::Result<()> {
        let after = self.trimmed.get(&subject).copied().unwrap_or_default();
        let readers = self.lanes.values().filter(|lane| lane.subjects.contains(&subject));
        let upto = readers.map(|lane| lane.cursor.last).min().unwrap_or(u64::MAX).min(group.start);
        let found = group.store.sizes(subject, after, upto, TRIM)?;
        let reached =
            if found.len() < TRIM { upto } else { found.last().map_or(upto, |(position, _)| *position) };
        if reached < upto {
            self.untrimmed.insert(subject);
        }
        for (position, size) in found {
            if self.needed(subject, position) {
                self.kept.insert(position, subject);
            } else {
                self.retire(group, subject, position, size)?;
            }
        }
        self.trimmed.insert(subject, reached.max(after));
        Ok(())
    }

    fn needed(&self, subject: u32, position: u64) -> bool {
        self.lanes.values().any(|lane| lane.needs(subject, position))
    }

    /// No lane needs an event any more: from now on it is kept for a replay at most.
    fn retire(&mut self, group: &mut Group<'_>, subject: u32, position: u64, size: u64) -> fjall::Result<()> {
        if position <= self.opened && group.store.past.contains_key(position.to_be_bytes())? {
            return Ok(());
        }
        self.counters.events = self.counters.events.saturating_sub(1);
        self.counters.event_bytes = self.counters.event_bytes.saturating_sub(size);
        if group.options.keep.is_zero() {
            group.batch.remove(&group.store.log, log_key(subject, position));
            return Ok(());
        }
        self.counters.past_bytes += size;
        let past = Past { since: group.now, subject, size };
        group.batch.insert(&group.store.past, position.to_be_bytes(), past.encode());
        Ok(())
    }

    /// Lets go of past events: those that are too old, and as many as there is no room for.
    fn let_go(&mut self, group: &mut Group<'_>) -> fjall::Result<()> {
        let keep = u64::try_from(group.options.keep.as_millis()).unwrap_or(u64::MAX);
        let before = group.now.saturating_sub(keep);
        let quarter = group.options.max_bytes / 4;
        let needed = self.counters.event_bytes + self.counters.dead_bytes;
        let room = group.options.max_bytes.saturating_sub(needed).min(quarter);
        let room = if group.disk_full.is_some() { 0 } else { room };
        for entry in group.store.past.range(self.oldest_past.to_be_bytes()..).take(TRIM) {
            let (key, value) = entry.into_inner()?;
            let (Some((position, _)), Some(past)) = (split_number(&key), Past::decode(&value)) else {
                return Err(corrupt("an event of the past"));
            };
            if past.since >= before && self.counters.past_bytes <= room {
                break;
            }
            group.batch.remove(&group.store.log, log_key(past.subject, position));
            group.batch.remove(&group.store.past, key);
            self.counters.past_bytes = self.counters.past_bytes.saturating_sub(past.size);
            self.oldest_past = position + 1;
        }
        Ok(())
    }
}

impl Group<'_> {
    fn store_lane(&mut self, name: &str, lane: &StoredLane) {
        self.batch.insert(&self.store.lanes, name, serde_json::to_vec(lane).unwrap_or_default());
    }

    fn store_record(&mut self, key: Vec<u8>, revision: Revision, record: Option<&[u8]>) {
        match record {
            Some(record) => {
                self.batch.insert(
                    &self.store.records,
                    key.clone(),
                    [&revision.0.to_be_bytes(), record].concat(),
                );
            }
            None => self.batch.remove(&self.store.records, key.clone()),
        }
        self.revisions.insert(key, revision);
    }

    fn revision(&self, lane: &str, key: &Key) -> Result<Revision, BusError> {
        match self.revisions.get(&record_key(lane, key)) {
            Some(revision) => Ok(*revision),
            None => Ok(self.store.record(lane, key).map_err(|error| super::store::away(&error))?.1),
        }
    }
}
