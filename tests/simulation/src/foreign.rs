//! Another program that works on the same joins while no process of ours does: it begins with what it finds kept on the bus,
//! takes some events, and leaves what it keeps.

use crate::reference::Given;
use crate::scenario::Spec;
use crate::sim::Sim;
use aev_bus::{Kept, Position};
use std::time::{Duration, UNIX_EPOCH};

impl Sim {
    /// It works on a join for a while, and takes at most so many events.
    pub fn works_elsewhere(&mut self, spec: &Spec, trigger: usize, most: usize) {
        let epoch = self.store.count();
        let version = self.wanted.get(trigger).copied().unwrap_or(0);
        let Some(lane) = self.store.lanes.get_mut(&trigger).filter(|_| spec.joins) else { return };
        let place = |name: &str| spec.streams.iter().position(|stream| stream.name == name);
        let found = |kept: &Kept| {
            let given = self.store.log.get(&kept.position.0)?.given.clone();
            Some((place(&kept.dependency)?, given))
        };
        let parts: Vec<(usize, Given)> = lane.told.iter().filter_map(found).collect();
        // Whoever had the lane has it no more.
        lane.epoch = epoch;
        lane.again.append(&mut lane.out);
        let mut join = lane.join.clone();
        join.take_over(parts);
        let taken: Vec<u64> = lane.unacknowledged.iter().copied().take(most).collect();
        for position in &taken {
            lane.unacknowledged.remove(position);
            lane.again.remove(position);
            if let Some(logged) = self.store.log.get(position) {
                // What fires there is no business of ours.
                join.take(spec, version, &logged.given);
            }
        }
        let parts = join.parts();
        lane.join.take_over(parts.clone());
        let kept = parts.into_iter().filter_map(|(place, given)| {
            let position = given.position?;
            let event = self.store.log.get(&position)?.delivery.event.clone().ok()?;
            Some(Kept {
                dependency: spec.streams.get(place)?.name.clone(),
                position: Position(position),
                taken: UNIX_EPOCH + Duration::from_nanos(u64::try_from(given.time).ok()?),
                event: (*event).clone(),
            })
        });
        let kept: Vec<Kept> = kept.collect();
        lane.told.clone_from(&kept);
        lane.foreign = Some(kept);
        lane.moves += 1;
        self.say(format_args!("  another program takes {taken:?} of {}", spec.lane));
    }
}
