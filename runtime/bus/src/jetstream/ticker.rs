//! What has to be done now and then for all lanes of a bus, by one task: keep the events that are in hand from being delivered
//! anew, acknowledge copies again, notice requests that the server has forgotten, count what a stream let go of, and notice lanes that
//! another process has renamed or forgotten.

use super::gone::Bucket;
use super::inner::Inner;
use super::lane::HEARTBEAT;
use super::reader::Reader;
use async_nats::Subject as Reply;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

const TICK: Duration = Duration::from_secs(1);

/// Starts the task; it ends with the bus.
pub(super) fn start(inner: &Arc<Inner>) -> JoinHandle<()> {
    let weak = Arc::downgrade(inner);
    let mut standing = inner.link().standing();
    tokio::spawn(async move {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut epoch = standing.borrow_and_update().epoch;
        let (mut last_seq, mut looked) = (0, None);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                changed = standing.changed() => if changed.is_err() { return },
            }
            let Some(inner) = Weak::upgrade(&weak) else { return };
            if inner.is_closed() {
                return;
            }
            let now = standing.borrow_and_update().clone();
            if now.epoch != epoch {
                epoch = now.epoch;
                // The server has forgotten what was asked of it over the old connection.
                for reader in inner.routes.readers() {
                    reader.forget_pulls();
                }
            }
            if now.away.is_none() {
                inner.tick(&mut last_seq, &mut looked).await;
            }
        }
    })
}

impl Inner {
    async fn tick(&self, last_seq: &mut u64, looked: &mut Option<Bucket>) {
        let readers = self.routes.readers();
        for reader in &readers {
            reader.receive_now();
            for reply in reader.due() {
                self.link().send(reply, None, "+WPI".into()).await;
            }
            let again = {
                let mut held = reader.held();
                held.forget_acknowledged();
                std::mem::take(&mut held.again)
            };
            for reply in again {
                self.link().send(reply, None, "+ACK".into()).await;
            }
            reader.forget_silent();
        }
        if readers.is_empty() {
            return;
        }
        // A failure shows elsewhere; the next tick looks again.
        if let Ok(Some(info)) = self.look().await {
            for reader in &readers {
                reader.count_lost(info.state.first_seq, *last_seq);
            }
            *last_seq = info.state.last_seq;
            if let Err(error) = self.look_for_gone_lanes(looked).await {
                tracing::debug!(?error, "the lanes of the bus cannot be looked at yet");
            }
        }
    }
}

impl Reader {
    /// Takes in what has come to a lane that is busy with other things.
    fn receive_now(&self) {
        if self.waiting.load(Ordering::Acquire) {
            return;
        }
        self.take_in();
        // Should the lane have begun to wait meanwhile, it looks again.
        self.bell.notify_one();
    }

    /// Events in hand for which the server begins to wait anew now.
    fn due(&self) -> Vec<Reply> {
        let mut held = self.held();
        let now = Instant::now();
        let waits: Vec<Duration> = held.sources.iter().map(|source| source.ack_wait / 3).collect();
        let outstanding = held.outstanding.values_mut().filter(|known| {
            waits.get(known.source).is_none_or(|wait| now.duration_since(known.touched) >= *wait)
        });
        outstanding
            .map(|known| {
                known.touched = now;
                known.reply.clone()
            })
            .collect()
    }

    /// Requests about which the server says nothing any more, as after a change of its leader.
    fn forget_silent(&self) {
        let mut held = self.held();
        let mut ring = false;
        for source in &mut held.sources {
            if !source.pulls.is_empty() && source.heard.elapsed() > HEARTBEAT * 5 / 2 {
                source.pulls.clear();
                // Whether it is still there is looked at, too.
                source.missing = true;
                ring = true;
            }
        }
        drop(held);
        if ring {
            self.bell.notify_one();
        }
    }
}
