//! Events that every lane has acknowledged. They stay in the log for a while, so that they can be sent again.

use super::store::{Logged, Store, corrupt, log_key, logged, split_number, subject_key};
use crate::bus::Span;
use crate::event::{CloudEvent, Subject};
use crate::lane::{Delivery, Position};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is noted about one of them.
pub(super) struct Past {
    /// Milliseconds since 1970: when the last lane acknowledged it.
    pub(super) since: u64,
    /// Number of its subject.
    pub(super) subject: u32,
    /// Its bytes in the log.
    pub(super) size: u64,
}

impl Past {
    pub(super) fn encode(&self) -> Vec<u8> {
        [&self.since.to_be_bytes()[..], &self.subject.to_be_bytes(), &self.size.to_be_bytes()].concat()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Past> {
        let (since, rest) = split_number(bytes)?;
        let (subject, rest) = rest.split_first_chunk::<4>()?;
        let (size, _) = split_number(rest)?;
        Some(Past { since, subject: u32::from_be_bytes(*subject), size })
    }
}

impl Store {
    /// Events of a span of time, in order: those of the past and those that a lane still needs.
    pub(super) fn history(&self, span: &Span) -> fjall::Result<Vec<Delivery>> {
        let millis = |time: SystemTime| {
            time.duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
        };
        let (since, until) = (millis(span.since), millis(span.until));
        let mut found: Vec<(Subject, Logged)> = Vec::new();
        for subject in &span.subjects {
            let Some(number) = self.subjects.get(subject_key(subject))? else { continue };
            let number = <[u8; 4]>::try_from(&*number).map_err(|_| corrupt("a subject"))?;
            let number = u32::from_be_bytes(number);
            let after = span.after.map_or(0, |after| after.0.saturating_add(1));
            let start = self.first_since(number, since)?.max(after);
            let mut room = span.max;
            for entry in self.log.range(log_key(number, start)..=log_key(number, u64::MAX)) {
                let (key, value) = entry.into_inner()?;
                let event = logged(&key, &value)?;
                if room == 0 || event.time >= until {
                    break;
                }
                // A clock that was set back lets older ones follow.
                if event.time >= since {
                    found.push((subject.clone(), event));
                    room -= 1;
                }
            }
        }
        found.sort_by_key(|(_, event)| event.position);
        found.truncate(span.max);
        let delivery = |(subject, event): (Subject, Logged)| Delivery {
            position: Position(event.position),
            subject,
            taken: UNIX_EPOCH + Duration::from_millis(event.time),
            event: CloudEvent::decode(&event.wire).map(Arc::new),
            wire: event.wire.into(),
        };
        Ok(found.into_iter().map(delivery).collect())
    }

    /// The position of the first event of a subject that was taken at a time or later, by halving; or one behind all of them.
    fn first_since(&self, subject: u32, since: u64) -> fjall::Result<u64> {
        let (mut low, mut high) = (0, self.counters()?.last.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            let mut later = self.log.range(log_key(subject, middle)..log_key(subject, high));
            let next = later.next().map(|entry| {
                let (key, value) = entry.into_inner()?;
                logged(&key, &value)
            });
            match next.transpose()? {
                Some(event) if event.time < since => low = event.position + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }
}
