//! The clock of a process, so that a test can move it.

use aev_engine::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time of day. Pauses are measured by tokio, whose clock a test can move as well.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// That of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        timestamp(SystemTime::now())
    }
}

/// The same time in the engine's form. What lies before 1970 is taken for its beginning.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
