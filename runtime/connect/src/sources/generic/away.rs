//! Why nothing is received, how often that is said, and how long to wait before the next attempt.

use crate::sources::Place;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// At most one outage in this time is said: a server that hangs up after each event would fill the log.
const SAYING: Duration = Duration::from_secs(10);

/// Before the first attempt and before later ones, which come at random between the half and the whole of twice the pause before.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What is known of the stream.
#[derive(Default)]
pub(super) struct Away(Mutex<State>);

#[derive(Default)]
struct State {
    /// Nothing once the stream stands.
    reason: Option<String>,
    /// Since when, and whether it was said.
    since: Option<(Instant, bool)>,
    last_said: Option<Instant>,
    /// Attempts that failed, one after the other.
    failed: u32,
}

impl Away {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reason(&self) -> Option<String> {
        self.state().reason.clone()
    }

    /// A stream was asked for on a connection that stands. Servers answer with their first event, so there is no more to see.
    pub(super) fn connected(&self) {
        self.state().reason = None;
    }

    /// The stream has brought something, or has stood for a while.
    pub(super) fn stands(&self, place: &Place) {
        let mut state = self.state();
        (state.reason, state.failed) = (None, 0);
        if let Some((since, true)) = state.since.take() {
            let seconds = since.elapsed().as_secs();
            tracing::info!(source = %place, seconds, "the source receives from its server again");
        }
    }

    /// The stream has ended. Gives the pause before the next attempt.
    pub(super) fn ended(&self, place: &Place, server: &str, reason: String) -> Duration {
        let mut state = self.state();
        if state.since.is_none() {
            let says = state.last_said.is_none_or(|last| last.elapsed() >= SAYING);
            if says {
                tracing::warn!(source = %place, server, reason, "the source receives nothing from its server");
                state.last_said = Some(Instant::now());
            }
            state.since = Some((Instant::now(), says));
        }
        state.reason = Some(reason);
        let (first, longest) = PAUSE;
        let pause = first.saturating_mul(1 << state.failed.min(5)).min(longest);
        state.failed = state.failed.saturating_add(1);
        let [byte, ..] = uuid::Uuid::new_v4().into_bytes();
        pause.mul_f64(0.5 + f64::from(byte) / 510.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_until_the_stream_stands() {
        let place = Place { pipeline: "p".into(), source: "s".into(), event: "e".into() };
        let away = Away::default();
        let between = |pause: Duration, whole: u64| {
            let whole = Duration::from_secs(whole);
            assert!(pause >= whole / 2 && pause <= whole, "{pause:?} of {whole:?}");
        };
        for whole in [1, 2, 4, 8, 16, 30, 30] {
            between(away.ended(&place, "a:1", "gone".into()), whole);
        }
        assert_eq!(away.reason().as_deref(), Some("gone"));
        // A connection alone does not make the next pause short.
        away.connected();
        assert_eq!(away.reason(), None);
        between(away.ended(&place, "a:1", "gone".into()), 30);
        away.stands(&place);
        assert_eq!(away.reason(), None);
        between(away.ended(&place, "a:1", "gone".into()), 1);
    }
}
