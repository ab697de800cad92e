//! A commit: records by compare-and-set, then what is published and buried, then the acknowledgements. Each step may be done
//! again without doing anything twice, so a commit whose outcome is not known may be tried again as it is.

use super::inner::Inner;
use super::lane::JetStreamLane;
use super::reader::{Outstanding, Reader};
use crate::error::{BusError, CommitError};
use crate::lane::{Commit, Revision};
use crate::nats::link::Unanswered;
use futures_util::future::try_join_all;
use std::collections::BTreeMap;
use std::time::Duration;

/// So long a confirmation of acknowledgements is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

impl JetStreamLane {
    pub(super) async fn store(&mut self, commit: Commit) -> Result<Vec<Revision>, CommitError> {
        if self.reader.is_fenced() {
            return Err(CommitError::Fenced);
        }
        // Its records are elsewhere now, and nobody would find what is stored here.
        if self.reader.is_gone() && (!commit.records.is_empty() || commit.kept.is_some()) {
            return Err(CommitError::Fenced);
        }
        let limit = self.inner.max_event_bytes();
        for event in &commit.publish {
            event.check(limit)?;
        }
        let revisions = Box::pin(self.inner.replace(&self.place, &commit.records)).await?;
        if let Some(kept) = &commit.kept {
            Box::pin(self.mirror(kept)).await?;
        }
        // In their order: later events of a commit are not taken before earlier ones.
        for event in &commit.publish {
            Box::pin(self.inner.publish(event)).await?;
        }
        for letter in &commit.dead {
            Box::pin(self.inner.bury(&self.reader.lane, letter)).await?;
        }
        let positions: Vec<u64> = commit.ack.iter().map(|position| position.0).collect();
        self.inner.acknowledge(&self.reader, &positions).await?;
        Ok(revisions)
    }
}

impl Inner {
    /// Acknowledges events. The server handles what one connection sends to one consumer in order, so the confirmation of the
    /// last acknowledgement is that of all before it.
    pub(super) async fn acknowledge(&self, reader: &Reader, positions: &[u64]) -> Result<(), BusError> {
        let mut by_source: BTreeMap<usize, Vec<(u64, Outstanding)>> = BTreeMap::new();
        {
            let held = reader.held();
            for position in positions {
                let known = held.outstanding.get(position).or_else(|| held.unsure.get(position));
                // What is not known was acknowledged before, or went with a stream that was deleted.
                if let Some(known) = known {
                    by_source.entry(known.source).or_default().push((*position, known.clone()));
                }
            }
        }
        let done = by_source.into_iter().map(|(source, acks)| self.acknowledge_one(reader, source, acks));
        try_join_all(done).await.map(drop)
    }

    async fn acknowledge_one(
        &self,
        reader: &Reader,
        source: usize,
        acks: Vec<(u64, Outstanding)>,
    ) -> Result<(), BusError> {
        let Some(((_, last), before)) = acks.split_last() else { return Ok(()) };
        for (_, outstanding) in before {
            self.link().send(outstanding.reply.clone(), None, "+ACK".into()).await;
        }
        let confirmed = self.link().request(last.reply.clone(), None, "+ACK".into(), PATIENCE).await;
        let failure = match confirmed {
            Ok(_) => {
                reader.held().acknowledged(acks.into_iter().map(|(position, _)| position));
                return Ok(());
            }
            Err(failure) => failure,
        };
        // When they come again they are acknowledged again and not handed out.
        reader.held().unsure(acks);
        match failure {
            // It is tried again when there is a connection.
            Unanswered::Away(_) => return Err(failure.into()),
            Unanswered::Unknown(_) if self.link().away().is_some() => return Err(failure.into()),
            // A server that was killed may have forgotten that it delivered them, and then says nothing to their
            // acknowledgement; it delivers them again.
            Unanswered::Unknown(_) => return Ok(()),
            Unanswered::NoResponders => {}
        }
        if let Some(source) = reader.held().sources.get_mut(source) {
            source.missing = true;
        }
        // When the consumer is gone there is nothing to acknowledge; what it delivers once it is there again is known.
        Box::pin(self.restore(reader)).await
    }
}
