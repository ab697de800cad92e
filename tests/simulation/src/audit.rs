//! What is checked when a commit is stored: that nothing is let go of which was neither done nor put aside, and that a join
//! has kept and fired what the reference says.

use crate::reference::{self, Sent};
use crate::scenario::{NAME, Spec};
use crate::sim::{Law, Sim};
use crate::store::state_key;
use aev_bus::Commit;
use aev_engine::Record;
use std::collections::{BTreeMap, BTreeSet};

impl Sim {
    /// Checks a commit that is about to be stored.
    pub fn audit(&mut self, spec: &Spec, trigger: usize, commit: &Commit, lost: bool) {
        let mut unread: BTreeSet<u64> = BTreeSet::new();
        let Some(lane) = self.store.lanes.get(&trigger) else { return };
        let epoch = lane.epoch;
        let fresh: Vec<u64> =
            commit.ack.iter().map(|ack| ack.0).filter(|ack| lane.unacknowledged.contains(ack)).collect();
        let mut events: BTreeMap<u64, Sent> = BTreeMap::new();
        for position in fresh {
            let Some(sent) = self.store.log.get(&position).map(|logged| logged.sent.clone()) else {
                continue;
            };
            if events.insert(position, sent.clone()).is_some() {
                continue;
            }
            if !sent.readable {
                unread.insert(position);
            } else if spec.joins {
                self.joined(spec, trigger, &sent);
            }
        }
        for letter in &commit.dead {
            if letter.reason.is_empty() {
                self.violate(Law::Visible, format!("a dead letter of {} has no reason", spec.lane));
            }
            if !letter.firing.is_empty()
                && let Err((law, what)) = self.ledger.buried(spec, &letter.firing, lost)
            {
                self.violate(law, what);
            }
        }
        for sent in events.values().filter(|sent| sent.readable && !spec.joins) {
            self.released(spec, sent, epoch);
        }
        let unreadable = commit.dead.iter().filter(|letter| letter.firing.is_empty()).count();
        if unreadable < unread.len() {
            self.violate(Law::Lost, format!("{} acknowledges what it cannot read: {unread:?}", spec.lane));
        }
        if spec.joins && !(commit.records.is_empty() && events.is_empty()) {
            self.compare(spec, trigger, commit);
        }
    }

    /// An event of a trigger without a join is acknowledged: its firings are over.
    fn released(&mut self, spec: &Spec, sent: &Sent, epoch: u64) {
        for place in reference::passes(spec, sent) {
            let id = reference::id(spec, &spec.task.name, &[(place, sent.clone())]);
            if spec.once {
                self.ledger.entrusted(&id, epoch);
            } else if let Err((law, what)) = self.ledger.close(spec, &id) {
                self.violate(law, what);
            }
        }
    }

    /// A join takes an event in.
    fn joined(&mut self, spec: &Spec, trigger: usize, sent: &Sent) {
        let Some(lane) = self.store.lanes.get_mut(&trigger) else { return };
        for found in lane.join.take(spec, sent) {
            let id = reference::id(spec, &spec.task.name, &found);
            let fallback = spec.fallback.as_ref().map(|task| reference::id(spec, &task.name, &found));
            self.ledger.expect(id, fallback, trigger);
        }
    }

    /// The record of a join has what the reference has, and its firings are those that must be.
    fn compare(&mut self, spec: &Spec, trigger: usize, commit: &Commit) {
        let Some(lane) = self.store.lanes.get(&trigger) else { return };
        let key = state_key();
        let new = commit.records.iter().find(|(candidate, _, _)| *candidate == key);
        let bytes = match new {
            Some((_, _, record)) => record.as_deref(),
            None => lane.records.get(&key).map(|(record, _)| record.as_slice()),
        };
        let record = match bytes.map(Record::decode).transpose() {
            Ok(record) => record.unwrap_or_default(),
            Err(error) => return self.violate(Law::Join, format!("the record of {}: {error}", spec.lane)),
        };
        let place = |name: &str| spec.streams.iter().position(|stream| stream.name == name);
        let mut kept: Vec<(&str, &str)> =
            record.kept().iter().map(|taken| (taken.stream.as_str(), taken.event.id.as_str())).collect();
        kept.sort_by_key(|(name, _)| place(name));
        let wanted = lane.join.kept(spec);
        let differs = (kept != wanted)
            .then(|| format!("{NAME}: {} has kept {kept:?} and should have kept {wanted:?}", spec.lane));
        let flying: BTreeSet<&str> = record.in_flight().iter().map(|firing| firing.id.as_str()).collect();
        let mut found: Vec<(Law, String)> = differs.into_iter().map(|what| (Law::Join, what)).collect();
        for id in &flying {
            match self.ledger.firing(id) {
                None => found.push((Law::Join, format!("{} fires {id}, which is no match", spec.lane))),
                Some(firing) if firing.closed => {
                    found.push((Law::Join, format!("{} fires {id} again, which is over", spec.lane)));
                }
                Some(_) => {}
            }
        }
        let over: Vec<String> = self
            .ledger
            .open(trigger)
            .map(|(id, _)| id)
            .filter(|id| !flying.contains(id.as_str()))
            .cloned()
            .collect();
        for id in over {
            found.extend(self.ledger.close(spec, &id).err());
        }
        for (law, what) in found {
            self.violate(law, what);
        }
    }
}
