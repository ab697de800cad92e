//! The lanes that are open in this process.

use super::reader::Reader;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinHandle;

/// The open lanes of a bus.
#[derive(Default)]
pub(super) struct Routes {
    next: AtomicU64,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    readers: BTreeMap<String, Arc<Reader>>,
    /// What gives the events of a lane back that was let go of.
    leaving: BTreeMap<String, JoinHandle<()>>,
}

impl Routes {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a new reader.
    pub(super) fn id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Every open lane, in the order of their names.
    pub(super) fn readers(&self) -> Vec<Arc<Reader>> {
        self.open().readers.values().cloned().collect()
    }

    /// An open lane.
    pub(super) fn reader(&self, lane: &str) -> Option<Arc<Reader>> {
        self.open().readers.get(lane).cloned()
    }

    /// Fences the handle off that has a lane, if there is one, and gives it.
    pub(super) fn fence(&self, lane: &str) -> Option<Arc<Reader>> {
        let old = self.open().readers.remove(lane)?;
        old.fenced.store(true, Ordering::Release);
        old.bell.notify_one();
        Some(old)
    }

    /// From now on this reader has its lane.
    pub(super) fn install(&self, reader: Arc<Reader>) {
        let old = self.open().readers.insert(reader.lane.clone(), reader);
        if let Some(old) = old {
            old.fenced.store(true, Ordering::Release);
            old.bell.notify_one();
        }
    }

    /// The handle of this reader was let go of; the task gives back what it had in hand.
    pub(super) fn leave(&self, reader: &Reader, task: Option<JoinHandle<()>>) {
        let mut open = self.open();
        if open.readers.get(&reader.lane).is_some_and(|known| known.id == reader.id) {
            open.readers.remove(&reader.lane);
        }
        open.leaving.retain(|_, task| !task.is_finished());
        if let Some(task) = task {
            open.leaving.insert(reader.lane.clone(), task);
        }
    }

    /// Who still gives events of a lane back.
    pub(super) fn leaving(&self, lane: &str) -> Option<JoinHandle<()>> {
        self.open().leaving.remove(lane)
    }

    /// Everybody who still gives events back.
    pub(super) fn all_leaving(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut self.open().leaving).into_values().collect()
    }
}
