//! One firing of a trigger, and its id.

use crate::input::Position;
use aev_plan::cron::Cron;
use aev_plan::event::Event;
use aev_plan::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// Names a firing: 32 lower-case hexadecimal digits, the same whenever the same events fire the same trigger. It comes
/// from the sensor, the trigger, the stream, source, subject and id of each event, and the number of the replay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FiringId(Arc<str>);

impl FiringId {
    /// Of these events, in any order.
    pub fn new(sensor: &str, trigger: &str, run: u32, events: &[Taken]) -> FiringId {
        let mut events: Vec<&Taken> = events.iter().collect();
        events.sort_by(|a, b| a.stream.cmp(&b.stream));
        let run = run.to_string();
        let mut parts = vec!["aev/firing/1", sensor, trigger, run.as_str()];
        for taken in events {
            let event = &taken.event;
            parts.extend([&taken.stream, event.source.as_str(), event.subject.as_str(), event.id.as_str()]);
        }
        FiringId(digest(&parts, 16).into())
    }

    /// From its digits; none when they are no such id.
    pub fn parse(digits: &str) -> Option<FiringId> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 32 && digits.bytes().all(hex)).then(|| FiringId(digits.into()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FiringId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first `bytes` bytes of a hash over parts that cannot run into one another, in hexadecimal.
pub(crate) fn digest(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut digits = String::with_capacity(2 * bytes);
    for byte in hash.finalize().iter().take(bytes) {
        digits.extend(
            [byte >> 4, byte & 15].iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)),
        );
    }
    digits
}

/// An event that a trigger has taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// The stream of the condition that it came through.
    pub stream: Arc<str>,
    /// The how-manieth it was; of two the newer has the greater.
    pub order: u64,
    /// Which replay brought it; 0 for none.
    #[serde(default)]
    pub run: u32,
    /// Where and when the bus took it. None when it came from none, or was stored before this was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The event.
    pub event: Arc<Event>,
}

/// Where and when the bus took an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its position. Of two events the later has the greater.
    pub position: u64,
    /// When the bus took it.
    pub taken: Timestamp,
}

impl Taken {
    /// When the bus took it; the time of the event when that is not known.
    pub fn time(&self) -> Timestamp {
        self.place.map_or(self.event.time, |place| place.taken)
    }

    /// Whether the bus took this one before the other.
    pub(crate) fn precedes(&self, other: &Taken) -> bool {
        match (self.place, other.place) {
            (Some(place), Some(than)) => place.position < than.position,
            _ => self.order < other.order,
        }
    }

    /// Whether one of these schedules comes between the two.
    pub(crate) fn separated(&self, other: &Taken, resets: &[Cron]) -> bool {
        let (first, then) = if self.precedes(other) { (self, other) } else { (other, self) };
        // A clock that was put back between them separates nothing.
        resets.iter().any(|reset| reset.next(first.time()).is_some_and(|at| at <= then.time()))
    }
}

/// A firing that is not over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// Its id.
    pub id: FiringId,
    /// The id of what is done now: its own, or that of its `on-failure`.
    pub acting: FiringId,
    /// The events, in the order of the condition.
    pub events: Vec<Taken>,
    /// The last attempt that was begun, from 1.
    pub attempt: u32,
    /// Attempts that the trigger itself made before its `on-failure` began.
    pub before: u32,
    /// Where it stands.
    pub state: State,
    /// When it began to wait for the time that its state names. None when it does not wait, or was stored before this was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Why the trigger itself has failed, once its `on-failure` runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Its event stays on the bus until it is over, and comes again after a restart.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_bus: bool,
    /// What is acknowledged when it is over.
    #[serde(skip)]
    pub positions: Vec<Position>,
}

impl Firing {
    /// It stands like this from now on, and waits where the state names a time.
    pub(crate) fn stand(&mut self, state: State, now: Timestamp) {
        self.state = state;
        self.since = state.due().map(|_| now);
    }

    /// When the clock was put back since it began to wait, its time would be further away than it ever was. Then the whole
    /// pause begins again.
    pub(crate) fn follow(&mut self, now: Timestamp) {
        let Some(since) = self.since.filter(|since| *since > now) else { return };
        if let State::Waiting(at) | State::Looking { at: Some(at), .. } = &mut self.state {
            *at = Timestamp(now.0.saturating_add(at.0.saturating_sub(since.0).max(0)));
            self.since = Some(now);
        }
    }
}

/// Where a firing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// An attempt was begun and has not ended.
    Acting,
    /// The next attempt begins at this time.
    Waiting(Timestamp),
    /// An object is there and does not count as done yet; the look with this number begins at this time.
    Looking {
        /// From 1.
        look: u32,
        /// When; none while it is being looked at.
        at: Option<Timestamp>,
    },
    /// It was over at this time, but its event is not acknowledged yet: another firing of the event is not over, or the event
    /// has not come again since the start.
    Over(Timestamp),
}

impl State {
    /// When the clock has to move it.
    pub fn due(&self) -> Option<Timestamp> {
        match self {
            State::Acting | State::Over(_) => None,
            State::Waiting(at) => Some(*at),
            State::Looking { at, .. } => *at,
        }
    }
}
