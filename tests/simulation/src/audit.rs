//! What is checked when a commit is stored: that nothing is let go of which was neither done nor put aside, and that a join
//! has kept and fired what the reference says.

use crate::reference::{self, Given};
use crate::scenario::{NAME, Spec};
use crate::sim::{Law, Sim};
use crate::store::state_key;
use aev_bus::Commit;
use aev_engine::Record;
use aev_engine::firing::{Firing, State};
use std::collections::{BTreeMap, BTreeSet};

/// Begins the key of the record of a firing.
const FIRING: &str = "firing/";

impl Sim {
    /// Checks a commit that is about to be stored.
    pub fn audit(&mut self, spec: &Spec, (process, trigger): (u32, usize), commit: &Commit, lost: bool) {
        let mut unread: BTreeSet<u64> = BTreeSet::new();
        let version = self.version(process, trigger);
        let Some(lane) = self.store.lanes.get(&trigger) else { return };
        let epoch = lane.epoch;
        let fresh: Vec<u64> =
            commit.ack.iter().map(|ack| ack.0).filter(|ack| lane.unacknowledged.contains(ack)).collect();
        let mut events: BTreeMap<u64, Given> = BTreeMap::new();
        if let Some(replayed) = self.replayed(process, trigger).filter(|_| spec.joins) {
            for given in replayed {
                self.joined(spec, trigger, version, &given);
            }
        }
        for position in fresh {
            let Some(given) = self.store.log.get(&position).map(|logged| logged.given.clone()) else {
                continue;
            };
            if events.insert(position, given.clone()).is_some() {
                continue;
            }
            if !given.sent.readable {
                unread.insert(position);
            } else if spec.joins {
                self.joined(spec, trigger, version, &given);
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
        for given in events.values().filter(|given| given.sent.readable && !spec.joins) {
            self.released(spec, version, given, epoch);
        }
        let unreadable = commit.dead.iter().filter(|letter| letter.firing.is_empty()).count();
        if unreadable < unread.len() {
            self.violate(Law::Lost, format!("{} acknowledges what it cannot read: {unread:?}", spec.lane));
        }
        if !spec.joins {
            self.records_of_firings(spec, commit);
        } else if !(commit.records.is_empty() && events.is_empty()) {
            self.compare(spec, trigger, commit);
        }
    }

    /// Firings that are stored one by one: each is one that may be, and ends only when it is done or put aside.
    fn records_of_firings(&mut self, spec: &Spec, commit: &Commit) {
        for (key, _, record) in &commit.records {
            let Some(id) = key.0.strip_prefix(FIRING) else { continue };
            let over = |record: &Vec<u8>| {
                let firing = serde_json::from_slice::<Firing>(record);
                firing.is_ok_and(|firing| matches!(firing.state, State::Over(_)))
            };
            let found = match record {
                Some(record) if self.ledger.stored(id, !over(record)) => Ok(()),
                Some(_) => {
                    Err((Law::Repeated, format!("{} stores the firing {id}, which is none", spec.lane)))
                }
                None => self.ledger.close(spec, id),
            };
            if let Err((law, what)) = found {
                self.violate(law, what);
            }
        }
    }

    /// An event of a trigger without a join is acknowledged: its firings are over, under whichever of the trigger's names
    /// they were begun.
    fn released(&mut self, spec: &Spec, version: usize, given: &Given, epoch: u64) {
        let passed = reference::passes(spec, version, &given.sent);
        let name = spec.version(version).map_or("", |version| version.name.as_str());
        for (place, ids, _) in reference::ids(spec, given) {
            let id = reference::id(spec, name, &[(place, given.clone())]);
            if spec.once {
                if passed.contains(&place) {
                    self.ledger.require(&id);
                    self.ledger.entrusted(&id, epoch);
                }
                continue;
            }
            let over = ids.iter().find(|id| self.ledger.is_settled(spec, id)).unwrap_or(&id).clone();
            if passed.contains(&place)
                && let Err((law, what)) = self.ledger.close(spec, &over)
            {
                self.violate(law, what);
            }
        }
    }

    /// A join takes an event in.
    fn joined(&mut self, spec: &Spec, trigger: usize, version: usize, given: &Given) {
        let Some(lane) = self.store.lanes.get_mut(&trigger) else { return };
        let name = spec.version(version).map_or("", |version| version.name.as_str());
        for found in lane.join.take(spec, version, given) {
            let id = reference::id(spec, name, &found);
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
        let latest = self.latest.max(self.now().0);
        let Some(lane) = self.store.lanes.get_mut(&trigger) else { return };
        let keeps = |stream: &str, id: &str| {
            record.kept().iter().any(|taken| *taken.stream == *stream && taken.event.id == id)
        };
        lane.join.reset(spec, latest, keeps);
        let place = |name: &str| spec.streams.iter().position(|stream| stream.name == name);
        let mut kept: Vec<(&str, &str)> =
            record.kept().iter().map(|taken| (&*taken.stream, taken.event.id.as_str())).collect();
        kept.sort_by_key(|(name, _)| place(name));
        let wanted = lane.join.kept(spec);
        let differs = (kept != wanted)
            .then(|| format!("{NAME}: {} has kept {kept:?} and should have kept {wanted:?}", spec.lane));
        let mut told: Vec<(&str, u64)> =
            lane.told.iter().map(|kept| (kept.dependency.as_str(), kept.position.0)).collect();
        told.sort_by_key(|(name, _)| place(name));
        let shown = lane.join.told(spec);
        let hidden = (told != shown).then(|| {
            format!("{NAME}: others find that {} keeps {told:?}, and it keeps {shown:?}", spec.lane)
        });
        let flying: BTreeSet<&str> = record.in_flight().iter().map(|firing| firing.id.as_str()).collect();
        let mut found: Vec<(Law, String)> =
            differs.into_iter().chain(hidden).map(|what| (Law::Join, what)).collect();
        for id in &flying {
            self.ledger.stored(id, true);
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
