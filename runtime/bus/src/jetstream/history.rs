//! Events of the past, for a replay: a short-lived consumer reads one page.

use super::api::{ConsumerConfig, code};
use super::delivered::Delivered;
use super::inner::Inner;
use super::name::{self, STREAM};
use crate::bus::Span;
use crate::error::BusError;
use crate::event::CloudEvent;
use crate::lane::{Delivery, Position};
use async_nats::{Message, StatusCode};
use chrono::DateTime;
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// So long the next message of a page is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The server removes the consumer by itself after so long, should this process end meanwhile.
const FORGOTTEN: Duration = Duration::from_secs(30);

impl Inner {
    /// One page, oldest first.
    pub(super) async fn history(&self, span: Span) -> Result<Vec<Delivery>, BusError> {
        let name = format!("aev-history-{}", self.link().inbox("h").replace('.', "-"));
        let filters: Vec<String> = span.subjects.iter().map(name::subject).collect();
        if filters.is_empty() || span.max == 0 || span.since >= span.until {
            return Ok(Vec::new());
        }
        let mut config = ConsumerConfig {
            name,
            ack_policy: "none".to_owned(),
            replay_policy: "instant".to_owned(),
            inactive_threshold: u64::try_from(FORGOTTEN.as_nanos()).ok(),
            mem_storage: Some(true),
            num_replicas: 1,
            ..ConsumerConfig::default()
        };
        let start = match span.after {
            Some(after) => Some(super::reader::sequence(after.0) + 1),
            None => self.first_since(span.since).await?,
        };
        let Some(start) = start else { return Ok(Vec::new()) };
        config.deliver_policy = "by_start_sequence".to_owned();
        config.opt_start_seq = Some(start.max(1));
        match filters.as_slice() {
            [one] => config.filter_subject = one.clone(),
            _ => config.filter_subjects = filters,
        }
        let pending = match self.api.create_consumer(STREAM, &config).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(Vec::new()),
            made => usize::try_from(made?.num_pending).unwrap_or(usize::MAX),
        };
        let page = self.page(&config.name, &span, pending).await;
        // The server forgets it by itself, too.
        let _ = self.api.delete_consumer(STREAM, &config.name).await;
        page
    }

    /// The sequence number of the first message that was stored at a time or later; none when all are older. Found by halving:
    /// consumers that begin at a time were seen to leave the first message out.
    async fn first_since(&self, since: SystemTime) -> Result<Option<u64>, BusError> {
        let state = match self.api.stream(STREAM).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(None),
            info => info?.state,
        };
        let (mut low, mut high) = (state.first_seq, state.last_seq + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            // The next one that is still there; those before it were let go of.
            let found = self.api.next(STREAM, middle, ">").await?.filter(|message| message.seq < high);
            match found {
                Some(message) if stored(&message.time) < since => low = message.seq + 1,
                _ => high = middle,
            }
        }
        Ok((low <= state.last_seq).then_some(low))
    }

    /// The first events of a consumer that has so many.
    async fn page(&self, consumer: &str, span: &Span, mut pending: usize) -> Result<Vec<Delivery>, BusError> {
        let away = |error: &dyn std::fmt::Display| BusError::Away { reason: error.to_string() };
        let client = self.link().client();
        let inbox = client.new_inbox();
        let mut messages = client.subscribe(inbox.clone()).await.map_err(|error| away(&error))?;
        let mut page = Vec::new();
        while pending > 0 && page.len() < span.max {
            let count = pending.min(span.max - page.len());
            pending -= count;
            let ask = format!(r#"{{"batch":{count},"expires":{}}}"#, PATIENCE.as_nanos());
            client
                .publish_with_reply(
                    format!("$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}"),
                    inbox.clone(),
                    ask.into(),
                )
                .await
                .map_err(|error| away(&error))?;
            for _ in 0..count {
                let next = tokio::time::timeout(PATIENCE, messages.next()).await;
                let Ok(Some(message)) = next else { return Err(away(&"the page of events did not end")) };
                match delivery(&message) {
                    Some(delivery) if delivery.taken >= span.until => return Ok(page),
                    // A clock that was set back lets older ones follow.
                    Some(delivery) if delivery.taken < span.since => {}
                    Some(delivery) => page.push(delivery),
                    // What was there a moment ago was let go of.
                    None if message.status == Some(StatusCode::TIMEOUT) => return Ok(page),
                    None => {
                        let reason = message.description.as_deref().unwrap_or("the server ended the page");
                        return Err(away(&reason));
                    }
                }
            }
        }
        Ok(page)
    }
}

fn stored(time: &str) -> SystemTime {
    DateTime::parse_from_rfc3339(time).map_or(SystemTime::UNIX_EPOCH, SystemTime::from)
}

fn delivery(message: &Message) -> Option<Delivery> {
    let delivered = Delivered::parse(message.reply.as_deref()?)?;
    Some(Delivery {
        position: Position(delivered.stream_seq),
        subject: name::of_subject(&message.subject),
        taken: delivered.taken,
        event: CloudEvent::decode(&message.payload).map(Arc::new),
        wire: message.payload.as_ref().into(),
    })
}
