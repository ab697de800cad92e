//! What a join keeps, in the form in which a sensor of Argo Events finds it on the bus.

use crate::clock::timestamp;
use crate::convert;
use aev_bus::{Kept, Position};
use aev_engine::{Part, Place, Record, Timestamp};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the bus was told last: stream and position of each part.
#[derive(Default)]
pub(super) struct Told(Option<Vec<(Arc<str>, u64)>>);

impl Told {
    /// What is to be told now; none when it has been. What a replay brought has no place on the bus and is left out.
    pub(super) fn news(&mut self, record: &Record) -> Option<Vec<Kept>> {
        let parts = record.kept().iter().filter_map(|taken| Some((taken, taken.place?)));
        let parts: Vec<_> = parts.collect();
        let now: Vec<_> = parts.iter().map(|(taken, place)| (taken.stream.clone(), place.position)).collect();
        if self.0.as_ref() == Some(&now) {
            return None;
        }
        self.0 = Some(now);
        let kept = parts.into_iter().map(|(taken, place)| Kept {
            dependency: taken.stream.to_string(),
            position: Position(place.position),
            taken: system_time(place.taken),
            event: convert::dead_event(&taken.event),
        });
        Some(kept.collect())
    }
}

/// The parts that another program has left. What is no event is nothing that could join.
pub(super) fn parts(kept: Vec<Kept>) -> Vec<Part> {
    let part = |kept: Kept| {
        let place = Place { position: kept.position.0, taken: timestamp(kept.taken) };
        let event = convert::stored_event(&kept.event).ok()?;
        Some(Part { stream: kept.dependency, place, event: event.into() })
    };
    kept.into_iter().filter_map(part).collect()
}

fn system_time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(u64::try_from(at.0).unwrap_or(0))
}
