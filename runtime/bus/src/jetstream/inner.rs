//! What all parts of the driver share.

use super::api::{Api, ApiError, ConsumerConfig, ConsumerInfo, SETTLING, StreamConfig, StreamInfo, code};
use super::config::StreamSettings;
use super::known::Known;
use super::name::{self, STREAM};
use super::reader::{Reader, Source};
use super::room::Room;
use super::routes::Routes;
use crate::error::BusError;
use crate::event::Subject;
use crate::nats::link::Link;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

/// The server waits so long for an acknowledgement before it delivers anew: a killed process holds its events for this long.
const ACK_WAIT: Duration = Duration::from_secs(5);

/// A stream that was made so long after a lane is not the one that the lane began with. The clocks of both may differ.
const YOUNGER: Duration = Duration::from_secs(60);

/// A server that deletes a stream says that there is none before its files are gone. One of the same name that is made before
/// that gets what is left of them, and then loses them: it is there and answers nothing that is published.
const DELETING: Duration = Duration::from_millis(250);

/// What all parts of the driver share.
pub(super) struct Inner {
    pub(super) api: Api,
    pub(super) routes: Arc<Routes>,
    pub(super) settings: StreamSettings,
    pub(super) known: Known,
    pub(super) room: Room,
    /// How the stream differs from what is wanted.
    pub(super) drift: Mutex<Vec<String>>,
    /// Counts how often the stream was made anew.
    generation: AtomicU64,
    /// The last sequence number of the stream that is known.
    tail: AtomicU64,
    /// It was deleted before this process looked.
    missed: AtomicBool,
    /// When the stream was made, in the server's words.
    made: Mutex<String>,
    closed: AtomicBool,
    /// Held while the stream is looked after.
    mending: tokio::sync::Mutex<()>,
}

impl Inner {
    pub(super) fn new(link: Arc<Link>, routes: Arc<Routes>, settings: StreamSettings) -> Inner {
        Inner {
            api: Api { link },
            routes,
            settings,
            known: Known::default(),
            room: Room::default(),
            closed: AtomicBool::new(false),
            drift: Mutex::default(),
            generation: AtomicU64::new(0),
            tail: AtomicU64::new(0),
            missed: AtomicBool::new(false),
            made: Mutex::default(),
            mending: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.api.link
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Ends everything: whoever waits for events learns it.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for reader in self.routes.readers() {
            reader.bell.notify_one();
        }
        for leaving in self.routes.all_leaving() {
            let _ = leaving.await;
        }
        self.link().close().await;
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Looks at the stream and makes it if it is missing. Gives how it is, and whether it is another one than before: then
    /// all open lanes know it, and nothing that is in their hands counts any more.
    pub(super) async fn stream(&self) -> Result<StreamInfo, ApiError> {
        let _mending = self.mending.lock().await;
        let info = match self.api.stream(STREAM).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => self.stream_anew().await?,
            found => found?,
        };
        self.recognise(&info);
        Ok(info)
    }

    /// Looks whether the stream was made anew, unless somebody does so already.
    pub(super) async fn look(&self) -> Result<Option<StreamInfo>, ApiError> {
        // What is read beside others could be older than what they know.
        let Ok(_mending) = self.mending.try_lock() else { return Ok(None) };
        let info = self.api.stream(STREAM).await?;
        self.recognise(&info);
        Ok(Some(info))
    }

    /// The stream of this generation had a message with this sequence number.
    pub(super) fn reaches(&self, generation: u64, seq: u64) {
        if self.generation() == generation {
            self.tail.fetch_max(seq, Ordering::AcqRel);
        }
    }

    /// Notices that the stream was made anew.
    fn recognise(&self, info: &StreamInfo) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if *made == info.created {
            self.tail.fetch_max(info.state.last_seq, Ordering::AcqRel);
            return;
        }
        let tail = self.tail.swap(info.state.last_seq, Ordering::AcqRel);
        let first = made.is_empty();
        made.clone_from(&info.created);
        *self.drift.lock().unwrap_or_else(PoisonError::into_inner) = self.settings.drift(&info.config);
        if first {
            return;
        }
        let generation = self.generation.fetch_add(1, Ordering::AcqRel) + 1;
        drop(made);
        tracing::error!(
            stream = STREAM,
            "the stream was deleted and made anew; events that were in it and not read are lost, and counted for the lanes that are open here"
        );
        let made = super::history::stored(&info.created);
        for reader in self.routes.readers() {
            reader.begin_anew(generation, made, tail);
        }
    }

    /// Makes the stream where there was none a moment ago.
    async fn stream_anew(&self) -> Result<StreamInfo, ApiError> {
        let existed = !self.made.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        let mut pause = DELETING;
        if existed {
            tokio::time::sleep(pause).await;
        }
        loop {
            let made = self.make_stream().await?;
            // Nothing is in it, and it counts on from where the one before had come.
            let tail = self.tail.load(Ordering::Acquire);
            let remains = made.state.messages == 0 && made.state.last_seq >= tail && tail > 0;
            if !remains || pause > SETTLING {
                return Ok(made);
            }
            tracing::warn!(
                stream = STREAM,
                "the server had not deleted the stream before this one; it is made once more"
            );
            self.api.delete_stream(STREAM).await?;
            pause *= 2;
            tokio::time::sleep(pause).await;
        }
    }

    async fn make_stream(&self) -> Result<StreamInfo, ApiError> {
        let cluster = self.link().client().server_info().cluster.is_some();
        let config = self.settings.wanted(if cluster { 3 } else { 1 });
        let said = self.settings.replicas.is_some();
        let made = match self.api.create_stream(&config).await {
            // Too few servers for three copies, and nobody has asked for them.
            Err(error) if !said && config.num_replicas > 1 && error.is_one_of(&code::NO_PEERS) => {
                self.api.create_stream(&StreamConfig { num_replicas: 1, ..config }).await
            }
            // Somebody else was faster, with another form of it.
            Err(error) if error.is(code::STREAM_NAME_IN_USE) => self.api.stream(STREAM).await,
            made => made,
        }?;
        tracing::info!(stream = STREAM, replicas = made.config.num_replicas, "made the stream of the bus");
        Ok(made)
    }

    /// The consumer of a lane as aev makes it. `start` is the first sequence number that it delivers; without one it begins
    /// with new messages, as Argo's do.
    fn consumer_config(durable: &str, filter: &str, start: Option<u64>) -> ConsumerConfig {
        let policy = match start {
            None => "new",
            Some(0 | 1) => "all",
            Some(_) => "by_start_sequence",
        };
        ConsumerConfig {
            durable_name: Some(durable.to_owned()),
            name: durable.to_owned(),
            deliver_policy: policy.to_owned(),
            opt_start_seq: start.filter(|start| *start > 1),
            ack_policy: "explicit".to_owned(),
            ack_wait: u64::try_from(ACK_WAIT.as_nanos()).unwrap_or_default(),
            filter_subject: filter.to_owned(),
            replay_policy: "instant".to_owned(),
            ..ConsumerConfig::default()
        }
    }

    /// A durable consumer: the one that is there, or a new one.
    pub(super) async fn consumer(
        &self,
        durable: &str,
        filter: &str,
        start: Option<u64>,
    ) -> Result<ConsumerInfo, ApiError> {
        match self.found(durable, filter).await? {
            Some(found) => Ok(found),
            None => self.make(durable, filter, start).await,
        }
    }

    /// The durable consumer that is there, if there is one. One that reads something else is made anew.
    async fn found(&self, durable: &str, filter: &str) -> Result<Option<ConsumerInfo>, ApiError> {
        let found = match self.known.consumer(durable) {
            Some(found) => Ok(found),
            None => self.api.consumer(STREAM, durable).await,
        };
        match found {
            Ok(found) if found.config.filter_subject == filter => Ok(Some(found)),
            Ok(found) => {
                tracing::warn!(
                    consumer = durable,
                    before = found.config.filter_subject,
                    now = filter,
                    "the consumer reads another event now, and begins with new ones"
                );
                self.api.delete_consumer(STREAM, durable).await?;
                self.make(durable, filter, None).await.map(Some)
            }
            Err(error) if error.is(code::CONSUMER_NOT_FOUND) => Ok(None),
            Err(error) if error.is(code::STREAM_NOT_FOUND) => self.stream().await.map(|_| None),
            Err(error) => Err(error),
        }
    }

    async fn make(&self, durable: &str, filter: &str, start: Option<u64>) -> Result<ConsumerInfo, ApiError> {
        let config = Self::consumer_config(durable, filter, start);
        if start.is_some() {
            return self.api.create_consumer(STREAM, &config).await;
        }
        // In a cluster the consumer's leader is not the stream's, and may know its end a moment later.
        let end = self.api.stream(STREAM).await?.state.last_seq;
        let mut pause = Duration::from_millis(10);
        loop {
            let made = self.api.create_consumer(STREAM, &config).await?;
            if made.delivered.stream_seq >= end || pause > SETTLING {
                return Ok(made);
            }
            self.api.delete_consumer(STREAM, durable).await?;
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// The consumer of a lane that was there at this time is not there. When the stream is younger, another one was deleted while
    /// nobody looked, and everything in this one is new to the lane: gives the place to begin.
    fn begins_at(&self, since: u64) -> Option<u64> {
        let made = super::history::stored(&self.made.lock().unwrap_or_else(PoisonError::into_inner));
        if made < UNIX_EPOCH + Duration::from_secs(since) + YOUNGER {
            return None;
        }
        if !self.missed.swap(true, Ordering::AcqRel) {
            tracing::error!(
                stream = STREAM,
                "the stream was deleted and made anew while this process did not run; how many events are lost with it cannot be known"
            );
        }
        Some(1)
    }

    /// How often it was noticed that the stream had been deleted.
    pub(super) fn deletions(&self) -> u64 {
        self.generation() + u64::from(self.missed.load(Ordering::Acquire))
    }

    /// One consumer of a lane, ready to be asked. `since` is when the lane began to read this, in seconds since 1970, when it has
    /// read it before.
    pub(super) async fn source(
        &self,
        durable: &str,
        subject: Subject,
        filter: String,
        since: Option<u64>,
    ) -> Result<Source, ApiError> {
        let info = match self.found(durable, &filter).await? {
            Some(found) => found,
            None => self.make(durable, &filter, since.and_then(|since| self.begins_at(since))).await?,
        };
        Ok(Source {
            durable: durable.to_owned(),
            subject,
            filter,
            pulls: VecDeque::new(),
            next_pull: 0,
            heard: Instant::now(),
            missing: false,
            ack_wait: Duration::from_nanos(info.config.ack_wait).max(Duration::from_secs(1)),
            seen: info.delivered.stream_seq.max(info.ack_floor.stream_seq),
            idle: false,
            asked: false,
            max_in_hand: usize::try_from(info.config.max_ack_pending)
                .ok()
                .filter(|most| *most > 0)
                .unwrap_or(usize::MAX),
        })
    }

    /// Looks after the consumers of a lane that did not answer: makes the stream and them again where they are gone. A
    /// consumer that was deleted goes on behind what this lane is sure to have acknowledged; one of a stream that was deleted
    /// begins with the first message of the new one.
    pub(super) async fn restore(&self, reader: &Reader) -> Result<(), BusError> {
        if reader.is_gone() {
            return Ok(());
        }
        let info = self.stream().await?;
        let missing: Vec<(usize, String, String, u64)> = {
            let held = reader.held();
            let waiting = |number: usize| {
                let mut outstanding = held.outstanding.iter().filter(|(_, known)| known.source == number);
                outstanding.next().map(|(position, _)| super::reader::sequence(*position))
            };
            let missing = held.sources.iter().enumerate().filter(|(_, source)| source.missing);
            let missing = missing.map(|(number, source)| {
                let start = waiting(number).unwrap_or(source.seen + 1);
                (number, source.durable.clone(), source.filter.clone(), start)
            });
            missing.collect()
        };
        for (number, durable, filter, start) in missing {
            let start = if start > info.state.last_seq + 1 { 1 } else { start };
            self.consumer(&durable, &filter, Some(start)).await?;
            if let Some(source) = reader.held().sources.get_mut(number) {
                source.missing = false;
                source.heard = Instant::now();
            }
        }
        reader.bell.notify_one();
        Ok(())
    }

    /// Looks at the stream before something is published to it. When it had to be made anew, the consumers of all lanes that
    /// the bus knows are made first, so that none misses what is published from now on.
    pub(super) async fn stream_with_lanes(&self) -> Result<(), BusError> {
        let before = self.generation();
        self.stream().await?;
        if self.generation() == before {
            return Ok(());
        }
        let durables = self.read_lanes().await?.into_values().flat_map(|entry| entry.durables);
        let made = stream::iter(durables).map(|durable| async move {
            let filter = name::subject(&Subject::new(&durable.source, &durable.event));
            self.consumer(&durable.name, &filter, Some(1)).await.map(drop)
        });
        made.buffer_unordered(64).try_collect::<Vec<()>>().await?;
        Ok(())
    }

    /// Gives the events that a reader has in hand back to the server, so that they are delivered again at once. First it ends
    /// the requests for more, and takes in what was under way.
    pub(super) async fn give_back(&self, reader: &Reader) {
        if let Some(mut messages) = reader.take_messages()
            && messages.drain().await.is_ok()
        {
            let rest = async {
                while let Some(message) = messages.next().await {
                    reader.message(&message);
                }
            };
            // Without an answer the server delivers them anew by itself, a little later.
            let _ = tokio::time::timeout(Duration::from_secs(2), rest).await;
        }
        for reply in reader.give_back() {
            self.link().send(reply, None, "-NAK".into()).await;
        }
    }
}
