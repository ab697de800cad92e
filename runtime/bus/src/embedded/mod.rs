//! The bus that lives in the process and on its disk: a log of events, a cursor for each lane, records and dead letters
//! in one store, written by one thread that shares each sync of the disk among all who wait for it.
//!
//! - `format`: the directory and its version
//! - `store`: what lies where in the store
//! - `cursor`: how far a lane is
//! - `past`: events that every lane has acknowledged
//! - `recent`: which events were taken a short time ago
//! - `state`: what the writer knows, and what one request changes
//! - `writer`: the thread
//! - `lane`: the reading side

mod cursor;
mod format;
mod lane;
mod past;
mod recent;
mod state;
mod store;
mod writer;

use crate::bus::{Bus, BusStatus, Guarantee, Span};
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use crate::lane::{Delivery, Lane, LaneSpec};
use crate::publish::{Outgoing, Publish, Published};
use crate::{CommitError, Pending};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use store::Store;
use tokio::sync::{mpsc, oneshot};
use writer::Request;

/// What may be set. [`Options::new`] has the defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Directory of the bus; made if it is missing.
    pub dir: PathBuf,
    /// The most bytes of one event on the wire; 1 MiB as on a NATS server.
    pub max_event_bytes: usize,
    /// At so many bytes of events and dead letters new events are refused; 1 GiB. Old ones are never dropped for new ones.
    pub max_bytes: u64,
    /// New events are refused when the disk has less than this left; 64 MiB. What triggers store may still use it.
    pub min_free_bytes: u64,
    /// For so long an event with a known id is a duplicate; 300 s as in Argo Events' JetStream.
    pub duplicate_window: Duration,
    /// So many ids are known at most; 262,144.
    pub duplicate_ids: usize,
    /// So long events that every lane has acknowledged are kept for a replay, within a quarter of `max_bytes`; a day. They are
    /// the first to go when room is needed, and nobody is ever refused for them.
    pub keep: Duration,
    /// So many events a lane may have handed out and not acknowledged; 1,000 as on JetStream.
    pub max_unacknowledged: usize,
}

impl Options {
    /// The defaults, in a directory.
    pub fn new(dir: impl Into<PathBuf>) -> Options {
        Options {
            dir: dir.into(),
            max_event_bytes: 1 << 20,
            max_bytes: 1 << 30,
            min_free_bytes: 64 << 20,
            duplicate_window: Duration::from_secs(300),
            duplicate_ids: 1 << 18,
            keep: Duration::from_secs(24 * 3600),
            max_unacknowledged: 1000,
        }
    }
}

/// What the writer and the readers share: the store, and nothing while it is away.
type Shared = Arc<RwLock<Option<Arc<Store>>>>;

/// The embedded bus. One process at a time can have a directory open.
pub struct Embedded {
    options: Options,
    requests: mpsc::Sender<Request>,
    store: Shared,
}

/// So many requests wait for the writer at most; who comes then waits with his request.
const QUEUE: usize = 4096;

impl Embedded {
    /// Opens a directory, making it if it is missing.
    ///
    /// # Errors
    /// [`BusError::Directory`], [`BusError::Locked`] and [`BusError::Newer`] name the directory.
    pub fn open(options: Options) -> Result<Embedded, BusError> {
        format::prepare(&options.dir)?;
        let store = Store::open(&options.dir)?;
        let (requests, queue) = mpsc::channel(QUEUE);
        let shared: Shared = Arc::default();
        writer::start(options.clone(), store, shared.clone(), queue)?;
        Ok(Embedded { options, requests, store: shared })
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, BusError> {
        ask(&self.requests, request).await
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        let _ = self.requests.try_send(Request::Stop { reply: None });
    }
}

async fn ask<T>(
    requests: &mpsc::Sender<Request>,
    request: impl FnOnce(oneshot::Sender<T>) -> Request,
) -> Result<T, BusError> {
    let closed = || BusError::Away { reason: "it was closed".to_owned() };
    let (reply, answer) = oneshot::channel();
    requests.send(request(reply)).await.map_err(|_| closed())?;
    answer.await.map_err(|_| closed())
}

/// Reads from the store on a thread that may wait for the disk.
async fn read<T: Send + 'static>(
    store: &Shared,
    work: impl FnOnce(&Store) -> Result<T, fjall::Error> + Send + 'static,
) -> Result<T, BusError> {
    let store = store.read().ok().and_then(|store| store.clone());
    let store =
        store.ok_or_else(|| BusError::Away { reason: "its disk failed or it was closed".to_owned() })?;
    let done = tokio::task::spawn_blocking(move || work(&store).map_err(|error| store::away(&error)));
    done.await.map_err(|error| BusError::Away { reason: error.to_string() })?
}

impl Publish for Embedded {
    fn publish(&self, event: Outgoing) -> Pending<'_, Result<Published, BusError>> {
        Box::pin(async move {
            event.check(self.options.max_event_bytes)?;
            self.ask(|reply| Request::Publish { event, reply }).await?
        })
    }

    fn max_event_bytes(&self) -> usize {
        self.options.max_event_bytes
    }
}

impl Bus for Embedded {
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>> {
        Box::pin(async move {
            let wanted = spec.clone();
            let opened = self.ask(|reply| Request::Open { spec: wanted, reply }).await??;
            let limit = self.options.max_unacknowledged;
            let lane =
                lane::EmbeddedLane::new(spec, opened, limit, self.requests.clone(), self.store.clone());
            Ok(Box::new(lane) as Box<dyn Lane>)
        })
    }

    fn lanes(&self) -> Pending<'_, Result<Vec<String>, BusError>> {
        Box::pin(read(&self.store, |store| Ok(store.lanes()?.into_iter().map(|(name, _)| name).collect())))
    }

    fn rename_lane<'a>(&'a self, old: &'a str, new: LaneSpec) -> Pending<'a, Result<bool, BusError>> {
        let old = old.to_owned();
        Box::pin(async move { self.ask(|reply| Request::Rename { old, new, reply }).await? })
    }

    fn history(&self, span: Span) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(read(&self.store, move |store| store.history(&span)))
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtLeastOnce
    }

    fn forget_lane<'a>(&'a self, name: &'a str) -> Pending<'a, Result<u64, BusError>> {
        Box::pin(async move {
            let lane = name.to_owned();
            let lag = read(&self.store, move |store| store.lag(&lane)).await?;
            let name = name.to_owned();
            self.ask(|reply| Request::Forget { name, reply }).await??;
            Ok(lag)
        })
    }

    fn dead_letters<'a>(
        &'a self,
        lane: Option<&'a str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Pending<'a, Result<Vec<(DeadId, DeadLetter)>, BusError>> {
        let lane = lane.map(str::to_owned);
        Box::pin(read(&self.store, move |store| store.dead_letters(lane.as_deref(), after, max)))
    }

    fn drop_dead_letters<'a>(&'a self, ids: &'a [DeadId]) -> Pending<'a, Result<(), BusError>> {
        Box::pin(async move {
            let ids = ids.to_vec();
            match self.ask(|reply| Request::DropDead { ids, reply }).await? {
                Err(CommitError::Bus(error)) => Err(error),
                _ => Ok(()),
            }
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            let (reply, closed) = oneshot::channel();
            if self.requests.send(Request::Stop { reply: Some(reply) }).await.is_ok() {
                let _ = closed.await;
            }
        })
    }

    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>> {
        let max_bytes = self.options.max_bytes;
        Box::pin(read(&self.store, move |store| store.status(max_bytes)))
    }
}
