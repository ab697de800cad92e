//! How fast a trigger may act: at most so many attempts in any span, exactly.
//!
//! Argo Events spreads them over the span and lets up to ten more through after a pause; this is stricter: what a span allows
//! may begin at once, and never more in any span of that length. It counts from the start of the trigger.

use aev_plan::model::{Rate, RateUnit};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Beginnings that are remembered. A rate beyond it is kept in a part of its span.
const REMEMBERED: u32 = 10_000;

/// The beginnings of the last span.
pub(crate) struct Pace {
    limit: Option<(usize, Duration)>,
    begun: VecDeque<Instant>,
}

impl Pace {
    pub(crate) fn new(rate: Option<Rate>) -> Pace {
        let limit = rate.map(|rate| {
            let span = Duration::from_secs(match rate.per {
                RateUnit::Second => 1,
                RateUnit::Minute => 60,
                RateUnit::Hour => 3600,
            });
            let count = rate.count.get().min(REMEMBERED);
            (count as usize, span.mul_f64(f64::from(count) / f64::from(rate.count.get())))
        });
        Pace { limit, begun: VecDeque::new() }
    }

    /// How many may begin now.
    pub(crate) fn free(&mut self, now: Instant) -> usize {
        let Some((count, span)) = self.limit else { return usize::MAX };
        while self.begun.front().is_some_and(|first| *first + span <= now) {
            self.begun.pop_front();
        }
        count - self.begun.len().min(count)
    }

    /// One begins.
    pub(crate) fn take(&mut self, now: Instant) {
        if self.limit.is_some() {
            self.begun.push_back(now);
        }
    }

    /// When the next may begin, while none may.
    pub(crate) fn next(&self) -> Option<Instant> {
        let (count, span) = self.limit?;
        if self.begun.len() < count { None } else { self.begun.front().map(|first| *first + span) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn pace(count: u32, per: RateUnit) -> Pace {
        Pace::new(Some(Rate { count: NonZeroU32::new(count).unwrap(), per }))
    }

    /// Begins as often as it may, looking every so many milliseconds; gives when, in milliseconds.
    fn begun(pace: &mut Pace, every: u64, until: u64) -> Vec<u64> {
        let start = Instant::now();
        let mut begun = Vec::new();
        for at in (0..until).step_by(every as usize) {
            let now = start + Duration::from_millis(at);
            while pace.free(now) > 0 && begun.len() < 1_000_000 {
                pace.take(now);
                begun.push(at);
            }
        }
        begun
    }

    #[test]
    fn no_span_has_more_than_the_rate() {
        for (count, per, span) in [(10, RateUnit::Second, 1_000), (7, RateUnit::Minute, 60_000)] {
            let begun = begun(&mut pace(count, per), 13, span * 4);
            let count = count as usize;
            assert_eq!(begun[..count], vec![0; count], "what a span allows may begin at once");
            assert!(begun.windows(count + 1).all(|w| w[count] - w[0] >= span), "{begun:?}");
            assert!(begun.len() >= 4 * count);
        }
    }

    #[test]
    fn a_high_rate_takes_little_memory_and_holds() {
        let mut pace = pace(1_000_000, RateUnit::Second);
        let begun = begun(&mut pace, 1, 100);
        assert!((90_000..=100_000).contains(&begun.len()), "{}", begun.len());
        assert!(pace.begun.len() <= REMEMBERED as usize);
    }

    #[test]
    fn says_when_the_next_may_begin() {
        let mut pace = pace(2, RateUnit::Hour);
        let now = Instant::now();
        pace.take(now);
        assert_eq!((pace.free(now), pace.next()), (1, None));
        pace.take(now + Duration::from_secs(60));
        assert_eq!(
            (pace.free(now + Duration::from_secs(60)), pace.next()),
            (0, Some(now + Duration::from_secs(3600)))
        );
        assert_eq!(pace.free(now + Duration::from_secs(3600)), 1);
        assert_eq!(Pace::new(None).free(now), usize::MAX);
    }
}
