//! Records in key-value buckets: one bucket a sensor under Argo's name for it, made when the first record is stored. A key is
//! replaced only under the sequence number of its last message, which is its revision.

use super::api::{ApiError, PATIENCE, SETTLING, StoredMessage, StreamConfig, code};
use super::inner::Inner;
use super::name;
use crate::error::{BusError, CommitError};
use crate::lane::{Key, LaneSpec, Record, Revision, Stored};
use crate::nats::link::Unanswered;
use async_nats::HeaderMap;
use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use std::time::Duration;

/// Where the records of one lane are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The bucket.
    pub(super) bucket: String,
    /// The trigger, as the first part of a key.
    pub(super) trigger: String,
}

impl Place {
    pub(super) fn of(sensor: &str, trigger: &str) -> Place {
        Place { bucket: name::bucket(sensor), trigger: name::token(trigger).into_owned() }
    }

    pub(super) fn of_lane(spec: &LaneSpec) -> Place {
        Place::of(&spec.sensor, &spec.trigger)
    }

    /// The stream behind the bucket.
    pub(super) fn stream(&self) -> String {
        format!("KV_{}", self.bucket)
    }

    /// What all records of ours begin with.
    fn prefix(&self) -> String {
        format!("$KV.{}.{}/aev.", self.bucket, self.trigger)
    }

    /// `$KV.<sensor>.<trigger>/aev.<key>`; a slash in the key begins a new part.
    pub(super) fn subject(&self, key: &Key) -> String {
        let parts: Vec<String> = key.0.split('/').map(|part| name::token(part).replace('/', "=2F")).collect();
        format!("{}{}", self.prefix(), parts.join("."))
    }

    fn key(&self, subject: &str) -> Option<Key> {
        let parts = subject.strip_prefix(&self.prefix())?.split('.').map(name::of_token);
        Some(Key(parts.collect::<Vec<_>>().join("/")))
    }

    /// `$KV.<sensor>.<trigger>/<dependency>`: Argo's key of what a join keeps.
    pub(super) fn kept(&self, dependency: &str) -> String {
        format!("$KV.{}.{}/{}", self.bucket, self.trigger, name::token(dependency))
    }
}

/// The stream of a bucket as the server's own clients make it.
fn bucket_config(bucket: &str, replicas: u32) -> StreamConfig {
    let other = json!({
        "max_msgs_per_subject": 1, "allow_rollup_hdrs": true, "deny_delete": true, "allow_direct": true, "max_consumers": -1,
        "max_msg_size": -1,
    });
    StreamConfig {
        name: format!("KV_{bucket}"),
        subjects: vec![format!("$KV.{bucket}.>")],
        retention: "limits".to_owned(),
        storage: "file".to_owned(),
        discard: "new".to_owned(),
        max_msgs: -1,
        max_bytes: -1,
        num_replicas: replicas,
        duplicate_window: 120_000_000_000,
        other: serde_json::from_value(other).unwrap_or_default(),
        ..StreamConfig::default()
    }
}

/// Makes a bucket, with as many copies as the stream of events has.
async fn make_bucket(inner: &Inner, bucket: &str) -> Result<(), ApiError> {
    let replicas = inner.stream().await?.config.num_replicas;
    match inner.api.create_stream(&bucket_config(bucket, replicas)).await {
        Err(error) if error.is(code::STREAM_NAME_IN_USE) => Ok(()),
        made => made.map(drop),
    }
}

/// Publishes to a key. A bucket that is missing is made first.
async fn put(
    inner: &Inner,
    bucket: &str,
    subject: &str,
    headers: Option<HeaderMap>,
    value: &[u8],
) -> Result<u64, ApiError> {
    let send = || inner.api.publish(subject.to_owned(), headers.clone(), value.to_vec().into(), PATIENCE);
    let mut pause = Duration::from_millis(20);
    loop {
        match send().await {
            Err(ApiError::Unanswered(Unanswered::NoResponders)) if pause < SETTLING => {
                // The servers of a cluster learn from each other a moment later that the bucket is there.
                make_bucket(inner, bucket).await?;
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            sent => return sent.map(|stored| stored.seq),
        }
    }
}

/// Writes a key whatever it held.
pub(super) async fn put_anyway(
    inner: &Inner,
    bucket: &str,
    subject: String,
    value: Vec<u8>,
) -> Result<u64, ApiError> {
    put(inner, bucket, &subject, None, &value).await
}

/// The record in a message, with its revision.
fn record(message: Option<StoredMessage>) -> (Option<Record>, Revision) {
    match message {
        Some(message) if !message.is_deletion() => (Some(message.data), Revision(message.seq)),
        _ => (None, Revision(0)),
    }
}

impl Inner {
    pub(super) async fn load(
        &self,
        place: &Place,
        key: &Key,
    ) -> Result<(Option<Record>, Revision), ApiError> {
        Ok(record(self.api.last(&place.stream(), &place.subject(key)).await?))
    }

    /// Every record of a lane, in the order of the keys.
    pub(super) async fn records(&self, place: &Place) -> Result<Vec<Stored>, ApiError> {
        let filter = format!("{}>", place.prefix());
        let subjects = match self.api.stream_with_subjects(&place.stream(), &filter).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(Vec::new()),
            subjects => subjects?,
        };
        let found = stream::iter(subjects.into_keys()).map(|subject| async move {
            let message = self.api.last(&place.stream(), &subject).await?;
            Ok::<_, ApiError>((place.key(&subject), record(message)))
        });
        let found: Vec<_> = found.buffered(64).try_collect().await?;
        let mut records: Vec<Stored> = found
            .into_iter()
            .filter_map(|(key, (record, revision))| Some((key?, record?, revision)))
            .collect();
        records.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(records)
    }

    /// Replaces records under the revisions they were read with. Several are compared first, so that one that is stale keeps
    /// all as they are.
    pub(super) async fn replace(
        &self,
        place: &Place,
        records: &[(Key, Revision, Option<Record>)],
    ) -> Result<Vec<Revision>, CommitError> {
        if records.len() > 1 {
            let checks = records.iter().map(|(key, revision, wanted)| async move {
                let (found, current) = self.load(place, key).await.map_err(BusError::from)?;
                // An earlier attempt of the same commit may have stored it.
                if current == *revision || found == *wanted {
                    return Ok(());
                }
                Err(CommitError::Conflict { key: key.clone() })
            });
            try_join_all(checks).await?;
        }
        try_join_all(
            records
                .iter()
                .map(|(key, revision, record)| self.replace_one(place, key, *revision, record.as_deref())),
        )
        .await
    }

    async fn replace_one(
        &self,
        place: &Place,
        key: &Key,
        revision: Revision,
        value: Option<&[u8]>,
    ) -> Result<Revision, CommitError> {
        let subject = place.subject(key);
        let deletion = value.is_none();
        if deletion && revision == Revision(0) {
            return Ok(Revision(0));
        }
        let stored = match self.compare_and_put(place, &subject, revision.0, value).await {
            Err(error) if error.is_one_of(&code::WRONG_LAST_SEQUENCE) => {
                let last = self.api.last(&place.stream(), &subject).await.map_err(BusError::from)?;
                match last {
                    // It was deleted, and the trace of that is still there; or an earlier attempt came through.
                    Some(last) if last.is_deletion() && (revision.0 == 0 || deletion) => match deletion {
                        true => Ok(last.seq),
                        false => self.compare_and_put(place, &subject, last.seq, value).await,
                    },
                    None if deletion => return Ok(Revision(0)),
                    Some(last) if !last.is_deletion() && value == Some(last.data.as_slice()) => Ok(last.seq),
                    _ => return Err(CommitError::Conflict { key: key.clone() }),
                }
            }
            stored => stored,
        };
        let seq = match stored {
            Err(error) if error.is_one_of(&code::WRONG_LAST_SEQUENCE) => {
                return Err(CommitError::Conflict { key: key.clone() });
            }
            stored => stored.map_err(BusError::from)?,
        };
        if deletion {
            // Its trace goes, too: firings have keys of their own, and would leave one each.
            self.api.purge(&place.stream(), &subject, seq + 1).await.map_err(BusError::from)?;
            return Ok(Revision(0));
        }
        Ok(Revision(seq))
    }

    async fn compare_and_put(
        &self,
        place: &Place,
        subject: &str,
        expected: u64,
        value: Option<&[u8]>,
    ) -> Result<u64, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Expected-Last-Subject-Sequence", expected.to_string());
        if value.is_none() {
            headers.insert("KV-Operation", "DEL");
        }
        put(self, &place.bucket, subject, Some(headers), value.unwrap_or_default()).await
    }
}
