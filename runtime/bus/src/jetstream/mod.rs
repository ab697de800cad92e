//! The bus on JetStream, in Argo Events' own form: stream, subjects, durable consumers and what a join keeps are Argo's, so that
//! sources and sensors of both can share one.
//!
//! - `name`, `config`, `delivered`: names, the stream's settings, what a reply subject says
//! - `api`: the server's interface
//! - `inner`, `routes`, `reader`: what all parts share, who gets a message, what one lane has in hand
//! - `lane`, `commit`, `ticker`, `lost`: reading, storing, what has to be done now and then, counting what is gone unread
//! - `records`, `kept`, `dead`, `known`, `gone`: records, Argo's form of joins, dead letters, the lanes that the bus knows and those
//!   that it does not know any more
//! - `publish`, `room`, `history`: writing, making room, reading the past

mod api;
mod commit;
mod config;
mod dead;
mod delivered;
mod gone;
mod history;
mod inner;
mod kept;
mod known;
mod lane;
mod lanes;
mod lost;
pub(crate) mod name;
mod publish;
mod reader;
mod records;
mod room;
mod routes;
mod ticker;

pub use config::{Discard, Retention, StreamSettings};

use crate::Pending;
use crate::bus::{Bus, BusStatus, Guarantee, Span};
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use crate::lane::{Delivery, Lane, LaneSpec};
use crate::nats::ConnectOptions;
use crate::nats::link::Link;
use crate::publish::{Outgoing, Publish, Published};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use inner::Inner;
use routes::Routes;
use std::sync::{Arc, PoisonError};
use tokio::task::JoinHandle;

/// A connection to a bus on JetStream. A process holds one for each bus.
pub struct JetStream {
    inner: Arc<Inner>,
    ticker: JoinHandle<()>,
}

/// So many lanes are opened at the same time.
const AT_ONCE: usize = 128;

impl JetStream {
    /// Connects, and makes the stream if it is missing.
    ///
    /// # Errors
    /// [`BusError::Refused`]: trying again does not help. [`BusError::Away`]: it cannot be reached now.
    pub async fn connect(options: ConnectOptions) -> Result<JetStream, BusError> {
        let refused = |reason: String| BusError::Refused { server: options.shown(), reason };
        let settings = StreamSettings::parse(&options.stream_config).map_err(refused)?;
        let routes = Arc::new(Routes::default());
        let link = Link::connect(&options).await?;
        let inner = Arc::new(Inner::new(link, routes, settings));
        match inner.stream().await {
            Ok(_) => {}
            Err(api::ApiError::Unanswered(crate::nats::link::Unanswered::NoResponders)) => {
                return Err(refused("JetStream is not enabled on this server or for this user".to_owned()));
            }
            Err(api::ApiError::Refused { code, description }) if !api::code::NO_PEERS.contains(&code) => {
                return Err(refused(format!("the stream `default` cannot be made: {description} ({code})")));
            }
            Err(error) => return Err(error.into()),
        }
        let ticker = ticker::start(&inner);
        Ok(JetStream { inner, ticker })
    }
}

impl Drop for JetStream {
    fn drop(&mut self) {
        self.ticker.abort();
    }
}

impl Publish for JetStream {
    fn publish(&self, event: Outgoing) -> Pending<'_, Result<Published, BusError>> {
        Box::pin(async move { self.inner.publish(&event).await })
    }

    fn max_event_bytes(&self) -> usize {
        self.inner.max_event_bytes()
    }
}

impl Bus for JetStream {
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>> {
        Box::pin(Inner::open_lane(&self.inner, spec))
    }

    fn open_lanes(&self, specs: Vec<LaneSpec>) -> Pending<'_, Result<Vec<Box<dyn Lane>>, BusError>> {
        let opened = stream::iter(specs).map(|spec| Inner::open_lane(&self.inner, spec));
        Box::pin(opened.buffered(AT_ONCE).try_collect())
    }

    fn lanes(&self) -> Pending<'_, Result<Vec<String>, BusError>> {
        Box::pin(async { Ok(self.inner.lane_names().await?) })
    }

    fn rename_lane<'a>(&'a self, old: &'a str, new: LaneSpec) -> Pending<'a, Result<bool, BusError>> {
        Box::pin(self.inner.rename_lane(old, new))
    }

    fn forget_lane<'a>(&'a self, name: &'a str) -> Pending<'a, Result<u64, BusError>> {
        Box::pin(self.inner.forget_lane(name))
    }

    fn dead_letters<'a>(
        &'a self,
        lane: Option<&'a str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Pending<'a, Result<Vec<(DeadId, DeadLetter)>, BusError>> {
        Box::pin(async move { Ok(self.inner.dead_letters(lane, after, max).await?) })
    }

    fn drop_dead_letters<'a>(&'a self, ids: &'a [DeadId]) -> Pending<'a, Result<(), BusError>> {
        Box::pin(async { Ok(self.inner.drop_dead(ids).await?) })
    }

    fn history(&self, span: Span) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(self.inner.history(span))
    }

    fn guarantee(&self) -> Guarantee {
        Guarantee::AtLeastOnce
    }

    fn drift(&self) -> Vec<String> {
        self.inner.drift.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn away(&self) -> Option<String> {
        self.inner.link().away()
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(self.inner.close())
    }

    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>> {
        Box::pin(self.inner.status())
    }
}
