//! How much a run may use, and the count of what it has used.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How much one run of a script may use. The first two are counted, not measured: the same script with the same event
/// ends at the same place on every machine.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Steps of the interpreter. Work inside one step, such as searching or comparing long text, counts by its length, so
    /// a step takes well below a microsecond.
    pub steps: u64,
    /// Bytes. What jq and the conversions from and to JSON allocate counts in all, and nothing is given back before the end
    /// of the run; a state of Lua may hold what is left of it.
    pub memory: u64,
    /// Ends the run from outside. The last guard: a machine that is too slow, a process that stops.
    pub cancel: Cancel,
}

impl Default for Limits {
    /// Ten million steps, 64 MiB, and nobody who cancels.
    fn default() -> Limits {
        Limits { steps: 10_000_000, memory: 64 << 20, cancel: Cancel::default() }
    }
}

/// Ends runs from outside, at the next of their checks; they look every few thousand steps. Clones are the same handle.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    cancelled: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Cancel {
    /// A handle that ends runs when the time is over, counted from now.
    pub fn after(time: Duration) -> Cancel {
        Cancel { cancelled: Arc::default(), deadline: Instant::now().checked_add(time) }
    }

    /// Ends all runs that have this handle, and those that get it later.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn is_due(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
            || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// Which bound a run has met. A script can catch none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// [`Limits::steps`]
    Steps,
    /// [`Limits::memory`]
    Memory,
    /// [`Limits::cancel`]
    Cancelled,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bound::Steps => "the script takes too many steps; look for a loop that does not end",
            Bound::Memory => "the script takes too much memory; look for text or a list that keeps growing",
            Bound::Cancelled => "the script was stopped before its end; it takes too much time",
        })
    }
}

/// Steps between two looks at the cancel handle.
const CHECK_EVERY: u64 = 4096;

/// What a run has left.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    steps: u64,
    memory: u64,
    until_check: u64,
    cancel: Cancel,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Meter {
        Meter { steps: limits.steps, memory: limits.memory, until_check: 0, cancel: limits.cancel.clone() }
    }

    /// Bytes that may still be allocated.
    pub(crate) fn memory_left(&self) -> u64 {
        self.memory
    }

    /// Counts steps.
    pub(crate) fn steps(&mut self, count: u64) -> Result<(), Bound> {
        self.steps = self.steps.checked_sub(count).ok_or(Bound::Steps)?;
        match self.until_check.checked_sub(count) {
            Some(left) => self.until_check = left,
            None if self.cancel.is_due() => return Err(Bound::Cancelled),
            None => self.until_check = CHECK_EVERY,
        }
        Ok(())
    }

    /// Counts work on so many bytes or elements.
    pub(crate) fn work(&mut self, size: usize) -> Result<(), Bound> {
        self.steps(size as u64 / 16)
    }

    /// Counts bytes that are about to be allocated, before they are.
    pub(crate) fn allocate(&mut self, bytes: usize) -> Result<(), Bound> {
        self.memory = self.memory.checked_sub(bytes as u64).ok_or(Bound::Memory)?;
        self.steps(bytes as u64 / 256)
    }
}
