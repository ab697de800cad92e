//! Events that were parsed a short time ago: what several triggers read is parsed once for all of them.

use crate::convert;
use aev_bus::{Delivery, Subject};
use aev_engine::Event;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of events that are kept for triggers that come to them a little later.
const KEPT: usize = 8 << 20;

/// The last events of a bus, in a bounded number of bytes.
#[derive(Default)]
pub struct Parsed {
    ring: Mutex<Ring>,
    /// How many read each subject.
    readers: Mutex<BTreeMap<Subject, Arc<AtomicUsize>>>,
}

#[derive(Default)]
struct Ring {
    events: HashMap<u64, Arc<Event>>,
    /// Positions and bytes, the oldest first.
    order: VecDeque<(u64, usize)>,
    bytes: usize,
}

/// One who reads some subjects, as long as it lives.
pub(crate) struct Reader {
    parsed: Arc<Parsed>,
    readers: Vec<Arc<AtomicUsize>>,
}

impl Parsed {
    /// Another reader of these subjects.
    pub(crate) fn reader(self: &Arc<Parsed>, subjects: impl IntoIterator<Item = Subject>) -> Reader {
        let mut known = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, readers| readers.load(Ordering::Relaxed) > 0);
        let reads = |subject| {
            let readers: &Arc<AtomicUsize> = known.entry(subject).or_default();
            readers.fetch_add(1, Ordering::Relaxed);
            readers.clone()
        };
        let readers = subjects.into_iter().map(reads).collect();
        Reader { parsed: self.clone(), readers }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// The event of a delivery; or why it is none.
    pub(crate) fn event(&self, delivery: &Delivery) -> Result<Arc<Event>, String> {
        // Nobody else comes for what only one reads.
        if self.readers.iter().all(|readers| readers.load(Ordering::Relaxed) < 2) {
            return convert::event(delivery).map(Arc::new);
        }
        let position = delivery.position.0;
        let known = self.parsed.ring().events.get(&position).cloned();
        if let Some(event) = known {
            return Ok(event);
        }
        // Parsed without the lock: that two do it at once is rarer than that one waits for the other.
        let event = Arc::new(convert::event(delivery)?);
        self.parsed.ring().add(position, event.clone(), delivery.wire.len());
        Ok(event)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        for readers in &self.readers {
            readers.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Ring {
    fn add(&mut self, position: u64, event: Arc<Event>, bytes: usize) {
        if self.events.insert(position, event).is_some() {
            return;
        }
        self.order.push_back((position, bytes));
        self.bytes += bytes;
        while self.bytes > KEPT {
            let Some((oldest, bytes)) = self.order.pop_front() else { return };
            self.events.remove(&oldest);
            self.bytes -= bytes;
        }
    }
}
