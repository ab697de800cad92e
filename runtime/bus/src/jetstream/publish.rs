//! Publishing into a stream: once per id, tried again while the outcome is not known, and refused in words that say whether it
//! may be tried later.
//!
//! What is seldom done is on the heap, so that each event has only what it needs.

use super::api::{ApiError, Stored, code, stored};
use super::inner::Inner;
use super::name::{self, STREAM};
use crate::error::BusError;
use crate::nats::link::Unanswered;
use crate::publish::{Outgoing, Published};
use async_nats::HeaderMap;
use bytes::Bytes;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// So long one publication may take in all before its sender is told that the bus is away.
const DEADLINE: Duration = Duration::from_secs(5);
/// So long an answer to one attempt is waited for.
const ATTEMPT: Duration = Duration::from_secs(2);
/// So long it is waited for a connection that broke.
const CONNECTION: Duration = Duration::from_secs(1);
/// What a message needs beside the event: the header with its id.
pub(super) const OVERHEAD: usize = 512;

impl Inner {
    /// The most bytes of one event on the wire.
    pub(super) fn max_event_bytes(&self) -> usize {
        self.link().client().max_payload().saturating_sub(OVERHEAD)
    }

    /// Puts an event on the bus.
    pub(super) async fn publish(&self, event: &Outgoing) -> Result<Published, BusError> {
        let limit = self.max_event_bytes();
        event.check(limit)?;
        let id = event.id.trim();
        if event.id.len() > OVERHEAD - 64 || event.id.contains(['\r', '\n']) || id.len() != event.id.len() {
            return Err(BusError::Invalid { attribute: "id" });
        }
        let subject = name::subject(&event.subject);
        let stored = self.store(STREAM, &subject, &event.id, &event.wire).await?;
        if !stored.duplicate {
            return Ok(Published { duplicate: false });
        }
        // The server knows ids by stream, and an event is known by its subject and id: another event may have the id.
        let known = Box::pin(self.api.at(STREAM, stored.seq)).await?;
        if known.is_none_or(|known| known.subject == subject) {
            return Ok(Published { duplicate: true });
        }
        let stored = self.store(STREAM, &subject, &format!("{subject}:{}", event.id), &event.wire).await?;
        Ok(Published { duplicate: stored.duplicate })
    }

    /// Stores a message under an id. While it is not known whether the server has it, it is sent again under the same id.
    pub(super) async fn store(
        &self,
        stream: &str,
        subject: &str,
        id: &str,
        payload: &Bytes,
    ) -> Result<Stored, BusError> {
        let until = Instant::now() + DEADLINE;
        let mut pause = Duration::from_millis(20);
        let mut made_room = false;
        loop {
            self.link().stands(CONNECTION).await?;
            let mut headers = HeaderMap::new();
            headers.insert("Nats-Msg-Id", id);
            let generation = self.generation();
            let sent = self.link().request(subject.to_owned(), Some(headers), payload.clone(), ATTEMPT);
            let error = match stored(sent.await) {
                Ok(stored) => {
                    if stream == STREAM {
                        self.reaches(generation, stored.seq);
                    }
                    return Ok(stored);
                }
                Err(error) => error,
            };
            let reason = match error {
                ApiError::Refused { code, description } if code::NO_ROOM.contains(&code) => {
                    if !made_room && stream == STREAM {
                        made_room = true;
                        if Box::pin(self.make_room()).await? {
                            continue;
                        }
                    }
                    return Err(Box::pin(self.full(stream, &description)).await);
                }
                ApiError::Unanswered(Unanswered::NoResponders) => {
                    // There is no stream, or for a moment none of its servers leads.
                    match Box::pin(self.prepare(stream)).await {
                        Ok(()) => "no server has its stream at the moment".to_owned(),
                        Err(error) => error.to_string(),
                    }
                }
                ApiError::Unanswered(Unanswered::Away(reason) | Unanswered::Unknown(reason)) => reason,
                // For example a cluster without a leader; the server says itself that it passes.
                ApiError::Refused { code, description } => format!("the server says: {description} ({code})"),
            };
            if Instant::now() + pause > until {
                return Err(BusError::Away { reason });
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    async fn prepare(&self, stream: &str) -> Result<(), BusError> {
        if stream == STREAM {
            self.stream_with_lanes().await
        } else {
            Ok(self.dead_stream().await.map(drop)?)
        }
    }

    async fn full(&self, stream: &str, description: &str) -> BusError {
        let Ok(info) = self.api.stream(stream).await else {
            return BusError::Away { reason: description.to_owned() };
        };
        let by_messages = description.contains("messages");
        let (used, limit, unit) = match by_messages {
            true => (info.state.messages, info.config.max_msgs, "messages"),
            false => (info.state.bytes, info.config.max_bytes, "bytes"),
        };
        BusError::Full { used, limit: u64::try_from(limit).unwrap_or(used), unit }
    }
}
