//! The reading side of a lane.

use super::cursor::Cursor;
use super::store::Logged;
use super::writer::{Bell, Opened, Request};
use super::{Shared, ask, read};
use crate::Pending;
use crate::error::{BusError, CommitError};
use crate::event::{CloudEvent, Subject};
use crate::lane::{Commit, Delivery, Key, Lane, LaneSpec, Position, Record, Revision, Stored};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, UNIX_EPOCH};
use tokio::sync::mpsc;

pub(super) struct EmbeddedLane {
    name: String,
    subjects: Vec<u32>,
    /// As in the lane on disk.
    from: BTreeMap<u32, u64>,
    names: BTreeMap<u32, Subject>,
    epoch: u64,
    bell: Arc<Bell>,
    cursor: Cursor,
    /// Handed out before the lane was opened, and not acknowledged: these come first.
    again: VecDeque<u64>,
    max_unacknowledged: usize,
    requests: mpsc::Sender<Request>,
    store: Shared,
}

impl EmbeddedLane {
    pub(super) fn new(
        spec: LaneSpec,
        opened: Opened,
        max_unacknowledged: usize,
        requests: mpsc::Sender<Request>,
        store: Shared,
    ) -> EmbeddedLane {
        let subjects = spec.distinct().into_iter().map(|reads| reads.subject.clone());
        EmbeddedLane {
            name: spec.name(),
            names: opened.lane.subjects.iter().copied().zip(subjects).collect(),
            subjects: opened.lane.subjects,
            from: opened.lane.from,
            epoch: opened.epoch,
            bell: opened.bell,
            again: opened.lane.cursor.holes.iter().copied().collect(),
            cursor: opened.lane.cursor,
            max_unacknowledged: max_unacknowledged.max(1),
            requests,
            store,
        }
    }

    /// Events that were handed out before this lane was opened.
    async fn take_again(&mut self, max: usize) -> Result<Vec<Logged>, BusError> {
        let positions: Vec<u64> = self.again.iter().copied().take(max).collect();
        let subjects = self.subjects.clone();
        let wanted = positions.clone();
        let found = read(&self.store, move |store| {
            let events = wanted.into_iter().map(|position| store.event(&subjects, position));
            events.collect::<Result<Vec<_>, _>>()
        });
        let found = found.await?;
        self.again.drain(..positions.len().min(self.again.len()));
        for (position, event) in positions.iter().zip(&found) {
            // It belonged to a subject that the lane no longer reads.
            if event.is_none() {
                self.cursor.holes.remove(position);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    async fn take_new(&mut self, max: usize) -> Result<Vec<Logged>, BusError> {
        let last = self.cursor.last;
        let from = |subject| self.from.get(subject).copied().unwrap_or_default();
        let after: Vec<_> = self.subjects.iter().map(|subject| (*subject, last.max(from(subject)))).collect();
        read(&self.store, move |store| store.events_after(&after, max)).await
    }

    fn deliver(&mut self, event: Logged) -> Delivery {
        self.cursor.hand_out(event.position);
        let decoded = CloudEvent::decode(&event.wire).map(Arc::new);
        Delivery {
            position: Position(event.position),
            subject: self.names.get(&event.subject).cloned().unwrap_or_else(|| Subject::new("", "")),
            taken: UNIX_EPOCH + Duration::from_millis(event.time),
            event: decoded,
            wire: event.wire.into(),
        }
    }
}

impl Lane for EmbeddedLane {
    fn next(&mut self, max: usize) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(async move {
            loop {
                if self.bell.fenced.load(Ordering::Acquire) {
                    return Err(BusError::Fenced);
                }
                if !self.again.is_empty() {
                    let events = self.take_again(max.max(1)).await?;
                    if !events.is_empty() {
                        return Ok(events.into_iter().map(|event| self.deliver(event)).collect());
                    }
                    continue;
                }
                let room = self.max_unacknowledged.saturating_sub(self.cursor.holes.len());
                if room > 0 {
                    let events = self.take_new(max.max(1).min(room)).await?;
                    if !events.is_empty() {
                        return Ok(events.into_iter().map(|event| self.deliver(event)).collect());
                    }
                }
                // With too many unacknowledged events this waits until the caller drops the future to commit.
                self.bell.rings.notified().await;
            }
        })
    }

    fn load<'a>(&'a self, key: &'a Key) -> Pending<'a, Result<(Option<Record>, Revision), BusError>> {
        let (lane, key) = (self.name.clone(), key.clone());
        Box::pin(read(&self.store, move |store| store.record(&lane, &key)))
    }

    fn records(&self) -> Pending<'_, Result<Vec<Stored>, BusError>> {
        let lane = self.name.clone();
        Box::pin(read(&self.store, move |store| store.records(&lane)))
    }

    fn commit(&mut self, commit: Commit) -> Pending<'_, Result<Vec<Revision>, CommitError>> {
        Box::pin(async move {
            let mut cursor = self.cursor.clone();
            for position in &commit.ack {
                cursor.holes.remove(&position.0);
            }
            let request = |reply| Request::Commit {
                lane: self.name.clone(),
                epoch: self.epoch,
                cursor: cursor.clone(),
                commit,
                reply,
            };
            let revisions = ask(&self.requests, request).await??;
            self.cursor = cursor;
            Ok(revisions)
        })
    }
}
