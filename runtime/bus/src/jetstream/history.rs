//! Events of the past, for a replay: a short-lived consumer reads one page.

use super::api::{ConsumerConfig, SETTLING, code};
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

/// What is read so far.
struct Page {
    events: Vec<Delivery>,
    /// The sequence number from which on nothing was looked at.
    next: u64,
    /// Something lies behind the end of the span.
    over: bool,
}

impl Inner {
    /// One page, oldest first.
    pub(super) async fn history(&self, span: Span) -> Result<Vec<Delivery>, BusError> {
        let filters: Vec<String> = span.subjects.iter().map(name::subject).collect();
        if filters.is_empty() || span.max == 0 || span.since >= span.until {
            return Ok(Vec::new());
        }
        let start = match span.after {
            Some(after) => Some(super::reader::sequence(after.0) + 1),
            None => self.first_since(span.since).await?,
        };
        let Some(start) = start else { return Ok(Vec::new()) };
        let mut page = Page { events: Vec::new(), next: start.max(1), over: false };
        let mut pause = Duration::from_millis(10);
        loop {
            self.read(&filters, &span, &mut page).await?;
            if page.over || page.events.len() >= span.max || !self.goes_on(&filters, &span, page.next).await?
            {
                return Ok(page.events);
            }
            // The server that answered has not heard of all that the stream's leader has.
            if pause > SETTLING {
                return Err(BusError::Away {
                    reason: "its servers do not agree on what is in it".to_owned(),
                });
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Whether the stream's leader knows an event of the span from a sequence number on.
    async fn goes_on(&self, filters: &[String], span: &Span, from: u64) -> Result<bool, BusError> {
        for filter in filters {
            let next = self.api.next(STREAM, from, filter).await?;
            if next.is_some_and(|message| (span.since..span.until).contains(&stored(&message.time))) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads on with a consumer that lives as long as this.
    async fn read(&self, filters: &[String], span: &Span, page: &mut Page) -> Result<(), BusError> {
        let mut config = ConsumerConfig {
            name: format!("aev-history-{}", self.link().client().new_inbox().replace('.', "-")),
            ack_policy: "none".to_owned(),
            replay_policy: "instant".to_owned(),
            inactive_threshold: u64::try_from(FORGOTTEN.as_nanos()).ok(),
            mem_storage: Some(true),
            num_replicas: 1,
            deliver_policy: "by_start_sequence".to_owned(),
            opt_start_seq: Some(page.next),
            ..ConsumerConfig::default()
        };
        match filters {
            [one] => config.filter_subject.clone_from(one),
            _ => config.filter_subjects = filters.to_vec(),
        }
        let pending = match self.api.create_consumer(STREAM, &config).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(()),
            made => usize::try_from(made?.num_pending).unwrap_or(usize::MAX),
        };
        let taken = self.take(&config.name, span, pending, page).await;
        // The server forgets it by itself, too.
        let _ = self.api.delete_consumer(STREAM, &config.name).await;
        taken
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

    /// Takes the events of a consumer that has so many, until the page is full.
    async fn take(
        &self,
        consumer: &str,
        span: &Span,
        mut pending: usize,
        page: &mut Page,
    ) -> Result<(), BusError> {
        let away = |error: &dyn std::fmt::Display| BusError::Away { reason: error.to_string() };
        let client = self.link().client();
        let inbox = client.new_inbox();
        let mut messages = client.subscribe(inbox.clone()).await.map_err(|error| away(&error))?;
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}");
        while pending > 0 && page.events.len() < span.max {
            let count = pending.min(span.max - page.events.len());
            let ask = format!(r#"{{"batch":{count},"expires":{}}}"#, PATIENCE.as_nanos());
            let asked = client.publish_with_reply(subject.clone(), inbox.clone(), ask.into()).await;
            asked.map_err(|error| away(&error))?;
            for _ in 0..count {
                let next = tokio::time::timeout(PATIENCE, messages.next()).await;
                let Ok(Some(message)) = next else { return Err(away(&"the page of events did not end")) };
                let Some(delivery) = delivery(&message) else {
                    return match message.status {
                        // What was there a moment ago was let go of; or the servers of a cluster have not all heard of the
                        // consumer yet.
                        Some(StatusCode::TIMEOUT | StatusCode::NO_RESPONDERS) => Ok(()),
                        _ => {
                            Err(away(&message.description.as_deref().unwrap_or("the server ended the page")))
                        }
                    };
                };
                page.next = delivery.position.0 + 1;
                pending -= 1;
                if delivery.taken >= span.until {
                    page.over = true;
                    return Ok(());
                }
                // A clock that was set back lets older ones follow.
                if delivery.taken >= span.since {
                    page.events.push(delivery);
                }
            }
        }
        Ok(())
    }
}

/// A time as the server writes it; 1970 when it cannot be read.
pub(super) fn stored(time: &str) -> SystemTime {
    DateTime::parse_from_rfc3339(time).map_or(SystemTime::UNIX_EPOCH, SystemTime::from)
}

fn delivery(message: &Message) -> Option<Delivery> {
    let delivered = Delivered::parse(message.reply.as_deref()?)?;
    Some(Delivery {
        position: Position(delivered.stream_seq),
        subject: name::of_subject(&message.subject),
        taken: delivered.taken,
        event: CloudEvent::decode(&message.payload).map(Arc::new),
        wire: message.payload.clone(),
    })
}
