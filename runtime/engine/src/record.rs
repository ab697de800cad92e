//! All that is known about one trigger.

use crate::firing::{Firing, Taken, digest};
use aev_plan::event::Event;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;

/// The form of a record that this version writes.
const VERSION: u32 = 1;

/// Used-up events that are still recognised when the bus brings them again. The bus has at most so many unacknowledged
/// ones between a stored record and its acknowledgement.
const REMEMBERED: usize = 128;

/// What a trigger knows. A new one is empty.
///
/// A trigger without join never asks to store it: what it has in flight is on the bus until it is acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    /// Events taken so far.
    pub(crate) taken: u64,
    /// What a join has kept, one for each stream.
    pub(crate) kept: Vec<Taken>,
    /// Marks of the events that were used up last.
    pub(crate) used: VecDeque<String>,
    /// What is in flight.
    pub(crate) firings: Vec<Firing>,
}

impl Default for Record {
    fn default() -> Record {
        Record { version: VERSION, taken: 0, kept: Vec::new(), used: VecDeque::new(), firings: Vec::new() }
    }
}

/// The bytes are no record, or that of a newer version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRecord(String);

impl fmt::Display for InvalidRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stored state of the trigger cannot be read: {}", self.0)
    }
}

impl std::error::Error for InvalidRecord {}

impl Record {
    /// The bytes to store.
    ///
    /// # Errors
    /// None that a record can have; only what serde_json refuses.
    pub fn encode(&self) -> Result<Vec<u8>, InvalidRecord> {
        serde_json::to_vec(self).map_err(|error| InvalidRecord(error.to_string()))
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// They are no record, or that of a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Record, InvalidRecord> {
        #[derive(Deserialize)]
        struct Header {
            version: u32,
        }
        let invalid = |error: serde_json::Error| InvalidRecord(error.to_string());
        let header: Header = serde_json::from_slice(bytes).map_err(invalid)?;
        if header.version > VERSION {
            let found = header.version;
            return Err(InvalidRecord(format!(
                "it has version {found}, this aev knows {VERSION}; use a newer aev"
            )));
        }
        serde_json::from_slice(bytes).map_err(invalid)
    }

    /// A record with these firings in flight: what a caller has stored of a trigger without a join, so that a restart does
    /// not begin its attempts anew. The bus brings their events again; a firing that is over before stays until
    /// then, as [`State::Over`](crate::firing::State::Over).
    pub fn of_firings(firings: Vec<Firing>) -> Record {
        Record { firings, ..Record::default() }
    }

    /// Nothing is kept and nothing is in flight.
    pub fn is_idle(&self) -> bool {
        self.kept.is_empty() && self.firings.is_empty()
    }

    /// Firings that are not over, or whose events are not acknowledged yet.
    pub fn in_flight(&self) -> &[Firing] {
        &self.firings
    }

    /// What a join has kept.
    pub fn kept(&self) -> &[Taken] {
        &self.kept
    }

    pub(crate) fn knows(&self, stream: &str, event: &Event, run: u32) -> bool {
        let same = |taken: &Taken| {
            *taken.stream == *stream
                && taken.run == run
                && taken.event.id == event.id
                && taken.event.source == event.source
                && taken.event.subject == event.subject
        };
        self.kept.iter().any(same)
            || self.firings.iter().any(|firing| firing.events.iter().any(same))
            || self.used.contains(&mark(stream, event, run))
    }

    pub(crate) fn remember(&mut self, taken: &Taken) {
        if self.used.len() == REMEMBERED {
            self.used.pop_front();
        }
        self.used.push_back(mark(&taken.stream, &taken.event, taken.run));
    }
}

fn mark(stream: &str, event: &Event, run: u32) -> String {
    digest(&[stream, &event.source, &event.subject, &event.id, &run.to_string()], 8)
}
