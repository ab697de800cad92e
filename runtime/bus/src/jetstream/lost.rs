//! Counting the messages that were gone before a lane had read them: those that a stream let go of, and those of a stream that was
//! deleted. Sequence numbers are all there is to count by, and they belong to all subjects, so it is an upper bound.

use super::reader::{Held, Reader, Source};
use std::sync::atomic::Ordering;

impl Reader {
    /// Counts the events that the stream let go of before they came. `first` is its first sequence number, and `tail` its last
    /// one a tick ago: whoever waited since then and got nothing has everything up to there.
    pub(super) fn count_lost(&self, first: u64, tail: u64) {
        let mut held = self.held();
        for source in &mut held.sources {
            if source.idle && !source.pulls.is_empty() {
                source.seen = source.seen.max(tail);
            }
            source.idle = !source.pulls.is_empty() && !source.missing;
        }
        let mut lost = 0;
        let mut counted = held.counted;
        for (from, upto) in std::mem::take(&mut held.jumps) {
            let (from, upto) = (from.max(counted), upto.min(first));
            if from < upto {
                lost += upto - from;
                counted = upto;
            }
        }
        held.counted = counted;
        drop(held);
        if lost > 0 {
            self.lost.fetch_add(lost, Ordering::Relaxed);
            tracing::error!(
                lane = self.lane,
                lost,
                "the stream let go of messages that this lane had not read; at most so many were events of its own"
            );
        }
    }

    /// Counts the messages of a stream that was deleted, of which this lane had not got all. `tail` is its last sequence number
    /// that is known.
    pub(super) fn count_unread(&self, held: &Held, tail: u64) {
        let behind = held.sources.iter().filter(|source| !source.was_served(held));
        let lost = behind.map(|source| tail.saturating_sub(source.seen)).max().unwrap_or(0);
        if lost > 0 {
            self.lost.fetch_add(lost, Ordering::Relaxed);
            tracing::error!(
                lane = self.lane,
                lost,
                "the stream was deleted with messages that this lane had not read; at most so many were events of its own"
            );
        }
    }
}

impl Source {
    /// The server had sent everything: a request for more stood open, and it waited for no acknowledgements.
    fn was_served(&self, held: &Held) -> bool {
        let asked = self.asked || !self.pulls.is_empty();
        let of_this = |source: usize| held.sources.get(source).is_some_and(|of| of.durable == self.durable);
        let in_hand = held.outstanding.values().filter(|known| of_this(known.source)).count();
        asked && in_hand < self.max_in_hand
    }
}
