//! What core NATS itself keeps of nothing: the records and dead letters of this process, in memory and bounded.

use crate::bus::LaneStatus;
use crate::dead::{DeadId, DeadLetter};
use crate::error::{BusError, CommitError};
use crate::lane::{Commit, Key, Record, Revision, Stored};
use std::collections::{BTreeMap, VecDeque};

/// Dead letters beyond these push the oldest out, which is counted.
const DEAD: usize = 10_000;
/// So many records may be kept for all lanes.
const RECORDS: usize = 100_000;

/// Records and dead letters.
#[derive(Default)]
pub(super) struct Memory {
    lanes: BTreeMap<String, Lane>,
    dead: VecDeque<(DeadId, String, DeadLetter)>,
    /// The last revision or id that was given away.
    last: u64,
    records: usize,
}

#[derive(Default)]
struct Lane {
    /// Which opening is the current one.
    epoch: u64,
    records: BTreeMap<Key, (Record, Revision)>,
}

impl Memory {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// A lane was opened: gives which opening it is.
    pub(super) fn open(&mut self, name: &str) -> u64 {
        let epoch = self.next();
        self.lanes.entry(name.to_owned()).or_default().epoch = epoch;
        epoch
    }

    pub(super) fn is_current(&self, name: &str, epoch: u64) -> bool {
        self.lanes.get(name).is_some_and(|lane| lane.epoch == epoch)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.lanes.keys().cloned().collect()
    }

    pub(super) fn forget(&mut self, name: &str) {
        if let Some(lane) = self.lanes.remove(name) {
            self.records -= lane.records.len();
        }
    }

    pub(super) fn rename(&mut self, old: &str, new: &str) -> bool {
        if self.lanes.contains_key(new) {
            return false;
        }
        let Some(lane) = self.lanes.remove(old) else { return false };
        // Nobody has it open under the new name.
        self.lanes.insert(new.to_owned(), Lane { epoch: 0, ..lane });
        true
    }

    pub(super) fn load(&self, name: &str, key: &Key) -> (Option<Record>, Revision) {
        match self.lanes.get(name).and_then(|lane| lane.records.get(key)) {
            Some((record, revision)) => (Some(record.clone()), *revision),
            None => (None, Revision(0)),
        }
    }

    pub(super) fn records(&self, name: &str) -> Vec<Stored> {
        let records = self.lanes.get(name).into_iter().flat_map(|lane| &lane.records);
        records.map(|(key, (record, revision))| (key.clone(), record.clone(), *revision)).collect()
    }

    /// Stores the records and dead letters of a commit, all of them or none.
    pub(super) fn commit(
        &mut self,
        name: &str,
        epoch: u64,
        commit: &Commit,
    ) -> Result<Vec<Revision>, CommitError> {
        if !self.is_current(name, epoch) {
            return Err(CommitError::Fenced);
        }
        for (key, revision, _) in &commit.records {
            if self.load(name, key).1 != *revision {
                return Err(CommitError::Conflict { key: key.clone() });
            }
        }
        if self.records + commit.records.len() > RECORDS {
            let (used, limit) = (self.records as u64, RECORDS as u64);
            return Err(BusError::Full { used, limit, unit: "records" }.into());
        }
        let mut revisions = Vec::with_capacity(commit.records.len());
        for (key, _, record) in &commit.records {
            let revision = Revision(self.next());
            let Some(lane) = self.lanes.get_mut(name) else { return Err(CommitError::Fenced) };
            match record {
                Some(record) => {
                    let before = lane.records.insert(key.clone(), (record.clone(), revision));
                    self.records += usize::from(before.is_none());
                    revisions.push(revision);
                }
                None => {
                    self.records -= usize::from(lane.records.remove(key).is_some());
                    revisions.push(Revision(0));
                }
            }
        }
        for letter in &commit.dead {
            let id = DeadId(self.next());
            self.dead.push_back((id, name.to_owned(), letter.clone()));
        }
        let over = self.dead.len().saturating_sub(DEAD);
        if over > 0 {
            self.dead.drain(..over);
            tracing::error!(
                letters = over,
                "there is no room for more dead letters in memory; the oldest were dropped"
            );
        }
        Ok(revisions)
    }

    pub(super) fn dead_letters(
        &self,
        lane: Option<&str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Vec<(DeadId, DeadLetter)> {
        let wanted = self.dead.iter().filter(|(id, of, _)| {
            after.is_none_or(|after| *id > after) && lane.is_none_or(|lane| lane == of)
        });
        wanted.take(max).map(|(id, _, letter)| (*id, letter.clone())).collect()
    }

    pub(super) fn drop_dead(&mut self, ids: &[DeadId]) {
        self.dead.retain(|(id, ..)| !ids.contains(id));
    }

    pub(super) fn dead(&self) -> u64 {
        self.dead.len() as u64
    }

    pub(super) fn status(&self) -> Vec<LaneStatus> {
        let status = |name: &String| LaneStatus {
            name: name.clone(),
            lag: 0,
            dead: self.dead.iter().filter(|(_, of, _)| of == name).count() as u64,
            lost: 0,
        };
        self.lanes.keys().map(status).collect()
    }
}
