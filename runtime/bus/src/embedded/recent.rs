//! Which events were taken a short time ago: an event with the source, subject and id of one of them is the same event.

use crate::event::Subject;
use sha2::{Digest as _, Sha256};
use std::collections::{HashSet, VecDeque};

/// The source, subject and id of an event in sixteen bytes.
pub(super) type Fingerprint = [u8; 16];

/// Ids in the order in which they came, in a bounded number.
#[derive(Default)]
pub(super) struct Recent {
    known: HashSet<Fingerprint>,
    order: VecDeque<Seen>,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// Milliseconds since 1970.
    pub(super) time: u64,
    /// Where the event lies.
    pub(super) position: u64,
    /// Which event it is.
    pub(super) fingerprint: Fingerprint,
}

/// The fingerprint of an event. No part of the text may hold a zero byte.
pub(super) fn fingerprint(subject: &Subject, id: &str) -> Fingerprint {
    let mut hash = Sha256::new();
    for part in [&subject.source, "\0", &subject.event, "\0", id] {
        hash.update(part.as_bytes());
    }
    let mut short = Fingerprint::default();
    short.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    short
}

impl Recent {
    /// It was taken a short time ago.
    pub(super) fn knows(&self, fingerprint: &Fingerprint) -> bool {
        self.known.contains(fingerprint)
    }

    /// It was taken.
    pub(super) fn add(&mut self, seen: Seen) {
        self.known.insert(seen.fingerprint);
        self.order.push_back(seen);
    }

    /// Takes out the oldest when it is older than `before` (milliseconds since 1970), or one of more than `max`.
    pub(super) fn expire(&mut self, before: u64, max: usize) -> Option<Seen> {
        let oldest = *self.order.front()?;
        if oldest.time >= before && self.order.len() <= max {
            return None;
        }
        self.order.pop_front();
        self.known.remove(&oldest.fingerprint);
        Some(oldest)
    }
}
