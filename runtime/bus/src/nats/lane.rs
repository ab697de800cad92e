//! A lane on core NATS: subscriptions in queue groups. What is handed out is gone from the bus, acknowledged or not.

use super::bus::{Core, Subscriptions};
use crate::Pending;
use crate::error::{BusError, CommitError};
use crate::event::{CloudEvent, Subject};
use crate::lane::{Commit, Delivery, Key, Lane, Position, Record, Revision, Stored};
use futures_util::StreamExt as _;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

pub(super) struct NatsLane {
    core: Arc<Core>,
    name: String,
    epoch: u64,
    /// In the order of the subscriptions.
    subjects: Vec<Subject>,
    subscriptions: Arc<Subscriptions>,
    last: u64,
    /// Which subscription is looked at first, so that a busy one leaves room for the others.
    turn: usize,
}

impl NatsLane {
    pub(super) fn new(
        core: Arc<Core>,
        name: String,
        epoch: u64,
        subjects: Vec<Subject>,
        subscriptions: Arc<Subscriptions>,
    ) -> NatsLane {
        NatsLane { core, name, epoch, subjects, subscriptions, last: 0, turn: 0 }
    }

    /// What has come, at most so much. Ready with none when nothing will come any more.
    fn poll(&mut self, context: &mut Context<'_>, max: usize) -> Poll<Option<Vec<Delivery>>> {
        let shared = self.subscriptions.clone();
        let mut subscriptions = shared.subscribers();
        let count = subscriptions.len();
        self.turn = self.turn.wrapping_add(1);
        let mut events = Vec::new();
        for number in 0..count {
            let number = number.wrapping_add(self.turn) % count;
            let (Some(subscription), Some(subject)) =
                (subscriptions.get_mut(number), self.subjects.get(number))
            else {
                continue;
            };
            while events.len() < max {
                match subscription.poll_next_unpin(context) {
                    Poll::Ready(Some(message)) => {
                        self.last += 1;
                        events.push(Delivery {
                            position: Position(self.last),
                            subject: subject.clone(),
                            taken: SystemTime::now(),
                            event: CloudEvent::decode(&message.payload).map(Arc::new),
                            wire: message.payload,
                        });
                    }
                    Poll::Ready(None) if events.is_empty() => return Poll::Ready(None),
                    _ => break,
                }
            }
        }
        if events.is_empty() { Poll::Pending } else { Poll::Ready(Some(events)) }
    }
}

impl Lane for NatsLane {
    fn next(&mut self, max: usize) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        Box::pin(async move {
            let subscriptions = self.subscriptions.clone();
            while !subscriptions.have_ended() {
                tokio::select! {
                    biased;
                    () = subscriptions.bell.notified() => {}
                    events = poll_fn(|context| self.poll(context, max.max(1))) => {
                        return events.ok_or_else(|| BusError::Away { reason: "it was closed".to_owned() });
                    }
                }
            }
            Err(BusError::Fenced)
        })
    }

    fn load<'a>(&'a self, key: &'a Key) -> Pending<'a, Result<(Option<Record>, Revision), BusError>> {
        Box::pin(async { Ok(self.core.memory().load(&self.name, key)) })
    }

    fn records(&self) -> Pending<'_, Result<Vec<Stored>, BusError>> {
        Box::pin(async { Ok(self.core.memory().records(&self.name)) })
    }

    fn commit(&mut self, commit: Commit) -> Pending<'_, Result<Vec<Revision>, CommitError>> {
        Box::pin(async move {
            let limit = self.core.link.client().max_payload();
            for event in &commit.publish {
                event.check(limit)?;
            }
            let revisions = self.core.memory().commit(&self.name, self.epoch, &commit)?;
            for event in commit.publish {
                self.core.publish(event).await?;
            }
            Ok(revisions)
        })
    }
}

impl Drop for NatsLane {
    fn drop(&mut self) {
        self.subscriptions.end();
    }
}
