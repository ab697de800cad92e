//! Lines about refused requests: who is turned away comes again, and the log may not grow with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Between two lines about one endpoint and status.
const PAUSE: Duration = Duration::from_secs(10);

/// When a line was written, and how many requests were refused since without one.
struct Said {
    when: Instant,
    silent: u64,
}

/// The last lines of each endpoint and status; both are few.
#[derive(Default)]
pub(super) struct Remarks(Mutex<BTreeMap<(String, u16), Said>>);

impl Remarks {
    /// A request to this place was refused with this status. When a line about it is due, gives how many were refused without
    /// one since the last.
    pub(super) fn due(&self, place: String, status: u16) -> Option<u64> {
        let now = Instant::now();
        // A panic elsewhere leaves at worst a count that is one too low.
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut first = false;
        let last = said.entry((place, status)).or_insert_with(|| {
            first = true;
            Said { when: now, silent: 0 }
        });
        if !first && now < last.when + PAUSE {
            last.silent += 1;
            return None;
        }
        last.when = now;
        Some(std::mem::take(&mut last.silent))
    }
}

#[cfg(test)]
mod tests {
    use super::{PAUSE, Remarks};
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn one_line_and_then_none_for_a_while() {
        let remarks = Remarks::default();
        let due = |status| remarks.due("a".to_owned(), status);
        assert_eq!(due(503), Some(0));
        for _ in 0..5 {
            assert_eq!(due(503), None);
        }
        assert_eq!((due(401), due(401)), (Some(0), None), "each status by itself");
        assert_eq!(remarks.due("b".to_owned(), 503), Some(0), "each place by itself");
        tokio::time::advance(PAUSE - Duration::from_millis(1)).await;
        assert_eq!(due(503), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!((due(503), due(503)), (Some(6), None));
    }
}
