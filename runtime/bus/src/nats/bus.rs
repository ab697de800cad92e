//! The bus on core NATS: Argo's subjects, queue groups named as the durable consumers on JetStream. The server keeps nothing: a
//! lane gets what is published while it is connected, at most once. Records and dead letters live in this process.

use super::lane::NatsLane;
use super::link::{Link, Unanswered};
use super::memory::Memory;
use super::options::ConnectOptions;
use crate::Pending;
use crate::bus::{Bus, BusStatus, Guarantee, Span};
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use crate::jetstream::name;
use crate::lane::{Delivery, Lane, LaneSpec};
use crate::publish::{Outgoing, Publish, Published};
use async_nats::Subscriber;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// So long it is waited for a connection that broke, and for the server to confirm a subscription.
const PATIENCE: Duration = Duration::from_secs(2);

/// Subscriptions of a lane, shared so that a later opening can end them.
#[derive(Default)]
pub(super) struct Subscriptions {
    subscribers: Mutex<Vec<Subscriber>>,
    ended: AtomicBool,
    /// Rings when they have ended.
    pub(super) bell: Notify,
}

impl Subscriptions {
    pub(super) fn subscribers(&self) -> MutexGuard<'_, Vec<Subscriber>> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another handle has the lane.
    pub(super) fn have_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Dropping a subscription ends it on the server.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.subscribers().clear();
        self.bell.notify_one();
    }
}

/// A connection to a bus on core NATS.
pub struct Nats {
    pub(super) core: Arc<Core>,
}

/// What the bus and its lanes share.
pub(super) struct Core {
    pub(super) link: Arc<Link>,
    memory: Mutex<Memory>,
    open: Mutex<HashMap<String, Arc<Subscriptions>>>,
}

impl Core {
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Arc<Subscriptions>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the subscriptions that a lane has in this process.
    fn end(&self, lane: &str) {
        if let Some(old) = self.open().remove(lane) {
            old.end();
        }
    }

    pub(super) async fn publish(&self, event: Outgoing) -> Result<Published, BusError> {
        event.check(self.link.client().max_payload())?;
        self.link.stands(PATIENCE).await?;
        let subject = name::subject(&event.subject);
        let sent = self.link.client().publish(subject, event.wire).await;
        sent.map_err(|error| BusError::Away { reason: error.to_string() })?;
        Ok(Published { duplicate: false })
    }

    async fn lane(self: &Arc<Core>, spec: LaneSpec) -> Result<Box<dyn Lane>, BusError> {
        self.link.stands(PATIENCE).await?;
        let name = spec.name();
        self.end(&name);
        let epoch = self.memory().open(&name);
        let mut subscribers = Vec::new();
        let mut subjects = Vec::new();
        for reads in spec.distinct() {
            let group = name::durable(&spec, &reads.dependency);
            let subscribed = self.link.client().queue_subscribe(name::subject(&reads.subject), group).await;
            subscribers.push(subscribed.map_err(|error| BusError::Away { reason: error.to_string() })?);
            subjects.push(reads.subject.clone());
        }
        // What is published after this is delivered.
        self.link.round_trip(PATIENCE).await?;
        let subscriptions =
            Arc::new(Subscriptions { subscribers: Mutex::new(subscribers), ..Subscriptions::default() });
        self.open().insert(name.clone(), subscriptions.clone());
        Ok(Box::new(NatsLane::new(self.clone(), name, epoch, subjects, subscriptions)))
    }
}

impl Nats {
    /// Connects.
    ///
    /// # Errors
    /// [`BusError::Refused`]: trying again does not help. [`BusError::Away`]: it cannot be reached now.
    pub async fn connect(options: ConnectOptions) -> Result<Nats, BusError> {
        let link = Link::connect(&options).await?;
        let core = Core { link, memory: Mutex::default(), open: Mutex::default() };
        Ok(Nats { core: Arc::new(core) })
    }
}

impl Publish for Nats {
    fn publish(&self, event: Outgoing) -> Pending<'_, Result<Published, BusError>> {
        Box::pin(self.core.publish(event))
    }

    fn max_event_bytes(&self) -> usize {
        self.core.link.client().max_payload()
    }
}

impl Bus for Nats {
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>> {
        Box::pin(self.core.lane(spec))
    }

    fn lanes(&self) -> Pending<'_, Result<Vec<String>, BusError>> {
        Box::pin(async { Ok(self.core.memory().names()) })
    }

    fn rename_lane<'a>(&'a self, old: &'a str, new: LaneSpec) -> Pending<'a, Result<bool, BusError>> {
        Box::pin(async move {
            self.core.end(old);
            Ok(self.core.memory().rename(old, &new.name()))
        })
    }

    fn forget_lane<'a>(&'a self, name: &'a str) -> Pending<'a, Result<u64, BusError>> {
        Box::pin(async move {
            self.core.end(name);
            self.core.memory().forget(name);
            Ok(0)
        })
    }

    fn dead_letters<'a>(
        &'a self,
        lane: Option<&'a str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Pending<'a, Result<Vec<(DeadId, DeadLetter)>, BusError>> {
        Box::pin(async move { Ok(self.core.memory().dead_letters(lane, after, max)) })
    }

    fn drop_dead_letters<'a>(&'a self, ids: &'a [DeadId]) -> Pending<'a, Result<(), BusError>> {
        Box::pin(async move {
            self.core.memory().drop_dead(ids);
            Ok(())
        })
    }

    fn history(&self, _: Span) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(async { Err(BusError::NoHistory) })
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtMostOnce
    }

    fn away(&self) -> Option<String> {
        self.core.link.away()
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(self.core.link.close())
    }

    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>> {
        Box::pin(async {
            if let Some(reason) = self.core.link.away() {
                return Err(Unanswered::Away(reason).into());
            }
            let memory = self.core.memory();
            Ok(BusStatus { dead: memory.dead(), lanes: memory.status(), ..BusStatus::default() })
        })
    }
}
