//! When a failed action is tried again: Argo's formula, with a jitter that is no chance.

use crate::firing::{FiringId, digest};
use aev_plan::model::Retry;
use std::time::Duration;

/// Longer than any process lives; what grows beyond it stays there.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Attempts in all. Without `retry` one; with one that says nothing, or nought, five.
pub fn attempts(retry: Option<&Retry>) -> u32 {
    match retry {
        None => 1,
        Some(retry) => retry.steps.filter(|steps| *steps > 0).unwrap_or(5),
    }
}

/// The pause after the attempt with this number, from 1: `duration · factor^(attempt-1) · (1 + u·jitter)`. `u` is at least 0
/// and below 1 and comes from the firing and the attempt, so that the same failure has the same pause everywhere.
pub fn pause(retry: &Retry, firing: &FiringId, attempt: u32) -> Duration {
    let first = retry.duration.map_or(Duration::from_secs(1), |duration| duration.0);
    let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
    let grown = retry.factor.unwrap_or(1.0).powi(exponent);
    let spread = 1.0 + chance(firing, attempt) * retry.jitter.unwrap_or(1.0);
    let seconds = first.as_secs_f64() * grown * spread;
    if seconds.is_nan() || seconds <= 0.0 {
        return Duration::ZERO;
    }
    Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST)
}

fn chance(firing: &FiringId, attempt: u32) -> f64 {
    let hash = digest(&[firing.as_str(), &attempt.to_string()], 6);
    // 48 bits fit a double exactly.
    u64::from_str_radix(&hash, 16).unwrap_or(0) as f64 / (1_u64 << 48) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(steps: Option<u32>, factor: Option<f64>, jitter: Option<f64>) -> Retry {
        Retry { steps, duration: Some("2s".parse().unwrap()), factor, jitter }
    }

    #[test]
    fn grows_by_the_factor() {
        let firing = FiringId::new("s", "t", 0, &[]);
        let retry = retry(Some(3), Some(3.0), Some(0.0));
        let pauses: Vec<u64> = (1..4).map(|attempt| pause(&retry, &firing, attempt).as_secs()).collect();
        assert_eq!(pauses, [2, 6, 18]);
    }

    #[test]
    fn jitter_stays_in_its_share_and_differs() {
        let retry = retry(None, None, Some(0.5));
        let pauses: Vec<Duration> =
            (0..50).map(|run| pause(&retry, &FiringId::new("s", "t", run, &[]), 1)).collect();
        assert!(pauses.iter().all(|pause| (2.0..3.0).contains(&pause.as_secs_f64())));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }

    #[test]
    fn counts_attempts_as_argo_does() {
        assert_eq!(attempts(None), 1);
        assert_eq!(attempts(Some(&retry(None, None, None))), 5);
        assert_eq!(attempts(Some(&retry(Some(0), None, None))), 5);
        assert_eq!(attempts(Some(&retry(Some(2), None, None))), 2);
    }

    #[test]
    fn what_grows_without_end_stays_finite() {
        let firing = FiringId::new("s", "t", 0, &[]);
        assert_eq!(pause(&retry(None, Some(1e300), None), &firing, 9), LONGEST);
        assert_eq!(pause(&retry(None, Some(-1.0), None), &firing, 2), Duration::ZERO);
    }
}
