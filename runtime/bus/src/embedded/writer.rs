//! The thread that writes. It takes all requests that wait, stores what they change in one batch, syncs the disk once and
//! then answers them all. When a write fails it opens the store anew, as often as it takes.

use super::cursor::Cursor;
use super::state::{Group, State};
use super::store::{Store, StoredLane, away};
use super::{Options, Shared};
use crate::dead::DeadId;
use crate::error::{BusError, CommitError};
use crate::lane::{Commit, LaneSpec, Revision};
use crate::publish::{Outgoing, Published};
use fjall::PersistMode;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{Notify, mpsc, oneshot};

/// So many requests share one sync at most, and so many bytes of events.
const GROUP: usize = 1024;
const GROUP_BYTES: usize = 8 << 20;
/// Between two attempts to open the store anew, and to make room on a full disk.
const PAUSE: Duration = Duration::from_millis(500);

/// What is asked of the writer.
pub(super) enum Request {
    Publish { event: Outgoing, reply: oneshot::Sender<Result<Published, BusError>> },
    Open { spec: LaneSpec, reply: oneshot::Sender<Result<Opened, BusError>> },
    Commit { lane: String, epoch: u64, cursor: Cursor, commit: Commit, reply: oneshot::Sender<Committed> },
    Rename { old: String, new: LaneSpec, reply: oneshot::Sender<Result<bool, BusError>> },
    Forget { name: String, reply: oneshot::Sender<Result<(), BusError>> },
    DropDead { ids: Vec<DeadId>, reply: oneshot::Sender<Committed> },
    Stop { reply: Option<oneshot::Sender<()>> },
}

type Committed = Result<Vec<Revision>, CommitError>;

/// An open lane.
pub(super) struct Opened {
    pub(super) lane: StoredLane,
    /// Which opening it is; a later one fences it off.
    pub(super) epoch: u64,
    pub(super) bell: Arc<Bell>,
}

/// By which a lane hears of the writer.
#[derive(Default)]
pub(super) struct Bell {
    /// Rings when one of its subjects has a new event, when the store is back, and when the lane has gone to another handle.
    pub(super) rings: Notify,
    /// Another handle has the lane.
    pub(super) fenced: AtomicBool,
}

/// A lane that somebody has open.
struct Reader {
    epoch: u64,
    subjects: Vec<u32>,
    bell: Arc<Bell>,
}

/// Whoever has the lane has it no longer, and learns that.
fn fence(readers: &mut HashMap<String, Reader>, lane: &str) {
    if let Some(reader) = readers.remove(lane) {
        reader.bell.fenced.store(true, Ordering::Release);
        reader.bell.rings.notify_one();
    }
}

/// Answers of a group, given once its batch is stored.
enum Answer {
    Published(oneshot::Sender<Result<Published, BusError>>, Result<Published, BusError>),
    Opened(oneshot::Sender<Result<Opened, BusError>>, Opened),
    Committed(oneshot::Sender<Committed>, Committed),
    Renamed(oneshot::Sender<Result<bool, BusError>>, Result<bool, BusError>),
    Forgotten(oneshot::Sender<Result<(), BusError>>, Result<(), BusError>),
}

impl Answer {
    /// Sends it; or what stood against the whole group. Nobody may be waiting any more, and that is fine.
    fn send(self, failure: Option<&BusError>) {
        match self {
            Answer::Published(to, answer) => {
                drop(to.send(failure.map_or(answer, |error| Err(error.clone()))))
            }
            Answer::Opened(to, answer) => {
                drop(to.send(failure.map_or(Ok(answer), |error| Err(error.clone()))))
            }
            Answer::Committed(to, answer) => {
                drop(to.send(failure.map_or(answer, |error| Err(error.clone().into()))))
            }
            Answer::Renamed(to, answer) => drop(to.send(failure.map_or(answer, |error| Err(error.clone())))),
            Answer::Forgotten(to, answer) => {
                drop(to.send(failure.map_or(answer, |error| Err(error.clone()))))
            }
        }
    }
}

impl Request {
    fn refuse(self, error: BusError) {
        match self {
            Request::Publish { reply, .. } => drop(reply.send(Err(error))),
            Request::Open { reply, .. } => drop(reply.send(Err(error))),
            Request::Commit { reply, .. } | Request::DropDead { reply, .. } => {
                drop(reply.send(Err(error.into())))
            }
            Request::Rename { reply, .. } => drop(reply.send(Err(error))),
            Request::Forget { reply, .. } => drop(reply.send(Err(error))),
            Request::Stop { .. } => {}
        }
    }

    fn size(&self) -> usize {
        match self {
            Request::Publish { event, .. } => event.size(),
            Request::Commit { commit, .. } => commit.publish.iter().map(Outgoing::size).sum(),
            _ => 0,
        }
    }
}

struct Writer {
    options: Options,
    shared: Shared,
    open: Option<(Arc<Store>, State)>,
    readers: HashMap<String, Reader>,
    epochs: u64,
    /// When the store was opened or room was made for the last time.
    tried: Instant,
}

/// Starts the thread on a store that was just opened.
pub(super) fn start(
    options: Options,
    store: Store,
    shared: Shared,
    mut queue: mpsc::Receiver<Request>,
) -> Result<(), BusError> {
    let state = State::load(&store).map_err(|error| unreadable(&options, &error))?;
    let mut writer = Writer {
        options: options.clone(),
        shared,
        open: None,
        readers: HashMap::new(),
        epochs: 0,
        tried: Instant::now(),
    };
    writer.install(store, state);
    let thread = std::thread::Builder::new().name("aev-bus".to_owned());
    let run = move || {
        let mut waiting = Vec::new();
        while let Some(first) = writer.first(&mut queue) {
            let mut bytes = first.size();
            waiting.push(first);
            while waiting.len() < GROUP && bytes < GROUP_BYTES {
                let Ok(next) = queue.try_recv() else { break };
                bytes += next.size();
                waiting.push(next);
            }
            if let Some(stopped) = writer.serve(&mut waiting) {
                queue.close();
                drop(writer);
                stopped.map(|reply| reply.send(()));
                return;
            }
        }
    };
    thread
        .spawn(run)
        .map_err(|error| BusError::Away { reason: format!("no thread can be started: {error}") })?;
    Ok(())
}

fn unreadable(options: &Options, error: &fjall::Error) -> BusError {
    BusError::Directory { dir: options.dir.clone(), reason: error.to_string() }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Writer {
    fn install(&mut self, store: Store, state: State) {
        let store = Arc::new(store);
        if let Ok(mut shared) = self.shared.write() {
            *shared = Some(store.clone());
        }
        self.open = Some((store, state));
    }

    fn close(&mut self) {
        if let Ok(mut shared) = self.shared.write() {
            *shared = None;
        }
        self.open = None;
        // Whoever waits for an event learns that none will come for now.
        self.ring(|_| true);
    }

    /// Serves a group. Gives back whom to tell when it was the last one.
    fn serve(&mut self, waiting: &mut Vec<Request>) -> Option<Option<oneshot::Sender<()>>> {
        self.reopen();
        let Some((store, mut state)) = self.open.take() else {
            let error = BusError::Away {
                reason: "its disk failed; it is opened again as soon as that works".to_owned(),
            };
            let mut stop = None;
            for request in waiting.drain(..) {
                match request {
                    Request::Stop { reply } => stop = Some(reply),
                    other => other.refuse(error.clone()),
                }
            }
            return stop;
        };
        let mut group = Group {
            batch: store.db.batch().durability(Some(PersistMode::SyncData)),
            store: &store,
            options: &self.options,
            now: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64),
            disk_full: disk_full(&self.options),
            revisions: HashMap::new(),
            start: state.last(),
            fed: BTreeSet::new(),
            freed: BTreeSet::new(),
            acked: BTreeSet::new(),
        };
        let mut answers = Vec::with_capacity(waiting.len());
        let mut stop = None;
        for request in waiting.drain(..) {
            match request {
                Request::Publish { event, reply } => {
                    let answer = state.publish(&mut group, &event);
                    answers.push(Answer::Published(reply, answer));
                }
                Request::Commit { lane, epoch, cursor, commit, reply } => {
                    let current = self.readers.get(&lane).is_some_and(|reader| reader.epoch == epoch);
                    let answer = match current {
                        true => state.commit(&mut group, &lane, &cursor, &commit),
                        false => Err(CommitError::Fenced),
                    };
                    answers.push(Answer::Committed(reply, answer));
                }
                Request::Open { spec, reply } => {
                    let lane = state.open(&mut group, &spec);
                    self.epochs += 1;
                    fence(&mut self.readers, &spec.name());
                    let bell = Arc::new(Bell::default());
                    let reader =
                        Reader { epoch: self.epochs, subjects: lane.subjects.clone(), bell: bell.clone() };
                    self.readers.insert(spec.name(), reader);
                    answers.push(Answer::Opened(reply, Opened { lane, epoch: self.epochs, bell }));
                }
                Request::Rename { old, new, reply } => {
                    let answer = state.rename(&mut group, &old, &new);
                    if answer == Ok(true) {
                        fence(&mut self.readers, &old);
                    }
                    answers.push(Answer::Renamed(reply, answer));
                }
                Request::Forget { name, reply } => {
                    fence(&mut self.readers, &name);
                    let answer = state.forget(&mut group, &name);
                    answers.push(Answer::Forgotten(reply, answer));
                }
                Request::DropDead { ids, reply } => {
                    let answer = state.drop_dead(&mut group, &ids);
                    answers.push(Answer::Committed(
                        reply,
                        answer.map(|()| Vec::new()).map_err(CommitError::Bus),
                    ));
                }
                Request::Stop { reply } => stop = Some(reply),
            }
        }
        let full = group.disk_full.is_some();
        let stored = state.finish(&mut group);
        let fed = std::mem::take(&mut group.fed);
        let stored = stored.and_then(|()| wait_for_tables(&store)).and_then(|()| group.batch.commit());
        let failure = stored.err().map(|error| away(&error));
        for answer in answers {
            answer.send(failure.as_ref());
        }
        match failure {
            None => {
                self.ring(|subject| fed.contains(&subject));
                if full {
                    self.make_room(&store);
                }
                self.open = Some((store, state));
            }
            Some(error) => {
                tracing::error!(%error, dir = %self.options.dir.display(), "the bus could not write; it is opened again");
                drop((store, state));
                self.close();
            }
        }
        stop
    }

    #[expect(clippy::iter_over_hash_type, reason = "each reader is woken, in whatever order")]
    fn ring(&self, fed: impl Fn(u32) -> bool) {
        for reader in self.readers.values() {
            if reader.subjects.iter().any(|subject| fed(*subject)) {
                reader.bell.rings.notify_one();
            }
        }
    }

    /// After a failure: the store is read from the disk again, so that what is in memory is what is stored.
    fn reopen(&mut self) {
        if self.open.is_some() || self.tried.elapsed() < PAUSE {
            return;
        }
        self.tried = Instant::now();
        let opened = Store::open(&self.options.dir)
            .and_then(|store| State::load(&store).map(|state| (store, state)).map_err(|error| away(&error)));
        match opened {
            Ok((store, state)) => {
                tracing::info!(dir = %self.options.dir.display(), "the bus is open again");
                self.install(store, state);
                self.ring(|_| true);
            }
            Err(error) => tracing::debug!(%error, "the bus cannot be opened yet"),
        }
    }

    /// The next request. While the store is away it is tried to open it, whether anybody asks or not.
    fn first(&mut self, queue: &mut mpsc::Receiver<Request>) -> Option<Request> {
        while self.open.is_none() {
            match queue.try_recv() {
                Ok(request) => return Some(request),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => std::thread::sleep(PAUSE / 10),
            }
            self.reopen();
        }
        queue.blocking_recv()
    }

    /// What lanes have worked off leaves the disk only when tables are written anew.
    fn make_room(&mut self, store: &Store) {
        if self.tried.elapsed() < PAUSE * 20 {
            return;
        }
        self.tried = Instant::now();
        if let Err(error) = store.log.rotate_memtable().and_then(|_| store.log.major_compact()) {
            tracing::debug!(%error, "no room could be made on the disk of the bus");
        }
    }
}

/// Waits until the store has written enough of its memory to disk to take a batch. The store waits by itself too, but not
/// for an end when the disk has failed meanwhile.
fn wait_for_tables(store: &Store) -> fjall::Result<()> {
    for keyspace in store.keyspaces() {
        while keyspace.sealed_memtable_count() >= 3 {
            // Says whether the disk has failed.
            store.db.persist(PersistMode::Buffer)?;
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    Ok(())
}

fn disk_full(options: &Options) -> Option<BusError> {
    let stat = rustix::fs::statvfs(&options.dir).ok()?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let needed = options.min_free_bytes;
    (free < needed).then(|| BusError::DiskFull { dir: options.dir.clone(), free, needed })
}
