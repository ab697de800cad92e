//! Records: what became of each event, kept on disk in a bounded number of bytes.
//!
//! Saying never waits: lines go into a bounded queue, and one thread writes it out some twenty times a second. What does not
//! fit is counted and said. Records explain and nothing depends on them: a crash may cost the last moment's, and a disk that
//! takes none keeps nobody from deciding.
//!
//! - [`entry`]: one record and its form; `said`: from decisions to records; `secret`: what is never kept
//! - `writer`: the thread and the segments; `search`: finding records again

pub mod entry;
pub(crate) mod said;
pub(crate) mod search;
mod secret;
mod writer;

use crate::decision::What;
use aev_engine::Timestamp;
use entry::{Entry, EventId, Said};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{broadcast, oneshot};

/// Bytes that wait for the disk at most.
const QUEUE: usize = 8 << 20;

/// Pieces of lines that a follower may be behind.
const FOLLOWED: usize = 256;

/// Where records are kept, and how much of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The directory. It is made, for its owner alone.
    pub dir: PathBuf,
    /// At so many bytes the oldest segment goes.
    pub max_bytes: u64,
}

/// The records of a process. When the last handle goes, everything is written.
#[derive(Clone)]
pub struct Records(Arc<Open>);

struct Open {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the process and the thread share.
struct Shared {
    options: Options,
    queue: Mutex<Queue>,
    bell: Condvar,
    followers: broadcast::Sender<Arc<[u8]>>,
    /// Records that did not fit or could not be written.
    lost: AtomicU64,
    /// Why nothing can be written, if so.
    trouble: Mutex<Option<String>>,
}

#[derive(Default)]
struct Queue {
    lines: Vec<u8>,
    count: u64,
    /// Told once everything is written that came before them.
    flushed: Vec<oneshot::Sender<()>>,
    closing: bool,
    /// When an event of a source was seen last.
    seen: BTreeMap<String, BTreeMap<String, Timestamp>>,
}

/// How the records are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordsStatus {
    /// Where they are.
    pub dir: PathBuf,
    /// Time of the oldest; none while there is none.
    pub since: Option<Timestamp>,
    /// Their bytes.
    pub bytes: u64,
    /// At so many bytes the oldest go.
    pub max_bytes: u64,
    /// So many were not kept since the start.
    pub lost: u64,
    /// Why none can be written now, if so.
    pub trouble: Option<String>,
}

impl Records {
    /// Begins to keep records.
    ///
    /// # Errors
    /// The directory cannot be made or written to.
    pub fn open(options: Options) -> io::Result<Records> {
        let files = writer::Files::open(&options)?;
        let shared = Arc::new(Shared {
            options,
            queue: Mutex::default(),
            bell: Condvar::new(),
            followers: broadcast::Sender::new(FOLLOWED),
            lost: AtomicU64::new(0),
            trouble: Mutex::default(),
        });
        let writer = writer::Writer::new(shared.clone(), files);
        let thread = std::thread::Builder::new().name("records".to_owned()).spawn(move || writer.run())?;
        Ok(Records(Arc::new(Open { shared, thread: Mutex::new(Some(thread)) })))
    }

    /// Where they are.
    pub fn dir(&self) -> &Path {
        &self.0.shared.options.dir
    }

    /// Keeps what a trigger has said.
    pub fn keep(&self, lane: &str, now: Timestamp, said: &[What]) {
        let mut lines = Vec::with_capacity(said.len() * 160);
        let count = said::write(lane, now, said, &mut lines);
        let events = said.iter().filter_map(|what| match what {
            What::Note(note) => match &note.decision {
                aev_engine::Decision::Received { event } => Some((event.source(), event.subject())),
                _ => None,
            },
            _ => None,
        });
        let mut last = None;
        let mut queue = self.0.shared.queue();
        for event in events {
            if last != Some(event) {
                queue.saw(event.0, event.1, now);
                last = Some(event);
            }
        }
        self.push(queue, &lines, count);
    }

    /// Keeps what became of an event at its source.
    pub(crate) fn source(&self, event: EventId<'_>, trace: Option<String>, now: Timestamp, said: Said<'_>) {
        let mut lines = Vec::with_capacity(256);
        let mut queue = self.0.shared.queue();
        queue.saw(&event.source, &event.subject, now);
        Entry { time: now, lane: None, event: Some(event), trace: trace.map(Into::into), said: vec![said] }
            .write(&mut lines);
        self.push(queue, &lines, 1);
    }

    fn push(&self, mut queue: MutexGuard<'_, Queue>, lines: &[u8], count: u64) {
        if queue.lines.len() + lines.len() > QUEUE {
            self.0.shared.lost.fetch_add(count, Ordering::Relaxed);
            return;
        }
        let was_empty = queue.lines.is_empty();
        queue.lines.extend_from_slice(lines);
        queue.count += count;
        drop(queue);
        if was_empty {
            self.0.shared.bell.notify_one();
        }
    }

    /// Waits until everything so far is written.
    pub async fn flush(&self) {
        let (sender, flushed) = oneshot::channel();
        self.0.shared.queue().flushed.push(sender);
        self.0.shared.bell.notify_one();
        // The thread ends with the last handle only.
        let _ = flushed.await;
    }

    /// Pieces of whole lines from now on, as they are written.
    pub(crate) fn follow(&self) -> broadcast::Receiver<Arc<[u8]>> {
        self.0.shared.followers.subscribe()
    }

    /// When an event of a source was seen last by this process; none when it has seen none.
    pub(crate) fn last_seen(&self, source: &str, subject: &str) -> Option<Timestamp> {
        self.0.shared.queue().seen.get(source)?.get(subject).copied()
    }

    /// So many records were not kept since the start.
    pub fn lost(&self) -> u64 {
        self.0.shared.lost.load(Ordering::Relaxed)
    }

    /// How they are. It looks at the disk.
    pub fn status(&self) -> RecordsStatus {
        let Options { dir, max_bytes } = self.0.shared.options.clone();
        RecordsStatus {
            since: search::oldest(&dir),
            bytes: writer::segments(&dir).unwrap_or_default().iter().map(|(_, _, bytes)| bytes).sum(),
            dir,
            max_bytes,
            lost: self.lost(),
            trouble: self.0.shared.trouble().clone(),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.queue().closing = true;
        self.shared.bell.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A panic there has been said already.
        let _ = thread.map(JoinHandle::join);
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trouble(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// There are as many of them as pipelines name.
    fn saw(&mut self, source: &str, subject: &str, now: Timestamp) {
        match self.seen.get_mut(source).and_then(|subjects| subjects.get_mut(subject)) {
            Some(time) => *time = now,
            None => drop(self.seen.entry(source.to_owned()).or_default().insert(subject.to_owned(), now)),
        }
    }
}
