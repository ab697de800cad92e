//! Noticing what another process does to lanes that are open here: one that it has renamed or forgotten is gone from the bucket of
//! the lanes. One question a second, for all lanes, tells whether anything has changed there.

use super::api::{ApiError, code};
use super::inner::Inner;
use super::name::{LANES, STREAM};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

/// The bucket of the lanes as it was when it was looked at last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    created: String,
    last_seq: u64,
    messages: u64,
}

impl Inner {
    /// The bucket as it is now; none while there is none.
    pub(super) async fn bucket(&self) -> Result<Option<Bucket>, ApiError> {
        let info = match self.api.stream(&format!("KV_{LANES}")).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(None),
            info => info?,
        };
        let (last_seq, messages) = (info.state.last_seq, info.state.messages);
        Ok(Some(Bucket { created: info.created, last_seq, messages }))
    }

    /// Looks whether lanes that are open here are no longer in the bucket, and tells whoever has them. A bucket that was deleted
    /// or made anew says nothing about lanes; they are put into it again.
    pub(super) async fn look_for_gone_lanes(&self, looked: &mut Option<Bucket>) -> Result<(), ApiError> {
        let (before, now) = (self.known.bucket(), self.bucket().await?);
        // While it changes all the time, as when a process opens its lanes, it is not read again and again.
        let rests = std::mem::replace(looked, now.clone()) == now;
        if before == now || !rests {
            return Ok(());
        }
        let created = |bucket: &Option<Bucket>| bucket.as_ref().map(|bucket| bucket.created.clone());
        let same = now.is_some() && (before.is_none() || created(&before) == created(&now));
        // In this order: a lane that is open has been put there before.
        let readers = self.routes.readers();
        let lanes = self.read_lanes().await?;
        let missing = readers.into_iter().filter(|reader| !lanes.contains_key(&reader.lane));
        if same {
            let owned = lanes.values().flat_map(|entry| &entry.durables).map(|durable| durable.name.as_str());
            let owned: BTreeSet<&str> = owned.collect();
            let mut gone = false;
            for reader in missing {
                reader.gone.store(true, Ordering::Release);
                reader.bell.notify_one();
                gone = true;
                // A consumer that was deleted under an open lane has been made again: it would hold events for nobody.
                let durables: Vec<String> =
                    reader.held().sources.iter().map(|source| source.durable.clone()).collect();
                for durable in durables.iter().filter(|durable| !owned.contains(durable.as_str())) {
                    self.api.delete_consumer(STREAM, durable).await?;
                }
            }
            if gone {
                self.lanes_are(&lanes).await?;
            }
        } else {
            for reader in missing {
                if let Some(entry) = self.lane_entry(&reader.lane).await? {
                    self.store_entry(&reader.lane, &entry).await?;
                }
            }
        }
        self.known.bucket_is(now);
        Ok(())
    }
}
