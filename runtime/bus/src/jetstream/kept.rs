//! What a join keeps, in Argo's form: `<trigger>/<dependency>` in the bucket of the sensor. It is written along with our own
//! record, so that a sensor of Argo's that takes over finds it; and read when such a sensor has worked on it since.
//!
//! Ours carry the member `aev`, which Argo's reader takes no notice of. Ours are removed without a trace, Argo's leave a mark:
//! so what somebody else has written or deleted can be told.

use super::api::{ApiError, StoredMessage, code};
use super::inner::Inner;
use super::lane::JetStreamLane;
use super::reader::sequence;
use super::records::{self, Place};
use crate::error::BusError;
use crate::event::CloudEvent;
use crate::lane::{Kept, Position};
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// What the bucket holds of a join, as far as this lane wrote or read it: dependency and position. None before it was read.
#[derive(Default)]
pub(super) struct Mirror {
    pub(super) known: Option<BTreeMap<String, u64>>,
    pub(super) dependencies: Vec<String>,
}

/// Argo's form.
#[derive(Serialize, Deserialize)]
struct Form {
    #[serde(rename = "StreamSeq")]
    stream_seq: u64,
    #[serde(rename = "ConsumerSeq")]
    consumer_seq: u64,
    #[serde(rename = "Timestamp")]
    timestamp: String,
    #[serde(rename = "Event")]
    event: Box<RawValue>,
    /// We wrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    aev: bool,
}

impl Inner {
    async fn kept_keys(
        &self,
        place: &Place,
        dependencies: &[String],
    ) -> Result<Vec<(String, Option<StoredMessage>)>, ApiError> {
        let stream = place.stream();
        try_join_all(dependencies.iter().map(|dependency| {
            let stream = stream.clone();
            async move {
                let message = self.api.last(&stream, &place.kept(dependency)).await?;
                Ok((dependency.clone(), message))
            }
        }))
        .await
    }
}

impl JetStreamLane {
    /// What the parts of the join are, when somebody else has worked on them.
    pub(super) async fn foreign_kept(&self) -> Result<Option<Vec<Kept>>, BusError> {
        let keys = self.inner.kept_keys(&self.place, &self.mirrored.dependencies).await?;
        let mut foreign = false;
        let mut kept = Vec::new();
        for (dependency, message) in keys {
            let Some(message) = message else { continue };
            if message.is_deletion() {
                foreign = true;
                continue;
            }
            // What cannot be read was written by nobody we know, and Argo's reader would drop it, too.
            let Ok(form) = serde_json::from_slice::<Form>(&message.data) else { continue };
            foreign |= !form.aev;
            let Ok(event) = CloudEvent::decode(form.event.get().as_bytes()) else { continue };
            let taken = DateTime::parse_from_rfc3339(&form.timestamp)
                .map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
            kept.push(Kept { dependency, position: Position(form.stream_seq), taken, event });
        }
        Ok(foreign.then_some(kept))
    }

    /// Makes the keys hold what the join keeps now.
    pub(super) async fn mirror(&mut self, kept: &[Kept]) -> Result<(), BusError> {
        let wanted: BTreeMap<String, u64> =
            kept.iter().map(|part| (part.dependency.clone(), part.position.0)).collect();
        let known = match &self.mirrored.known {
            Some(known) => known.clone(),
            // What somebody else left there is replaced or removed, whatever it is.
            None => {
                let keys = self.inner.kept_keys(&self.place, &self.mirrored.dependencies).await?;
                let present = keys.into_iter().filter(|(_, message)| message.is_some());
                present.map(|(dependency, _)| (dependency, u64::MAX)).collect()
            }
        };
        let (inner, place) = (&self.inner, &self.place);
        let changed = kept.iter().filter(|part| known.get(&part.dependency) != Some(&part.position.0));
        let puts = changed.map(|part| {
            let form = self.form(part);
            async move {
                let value = serde_json::to_vec(&form).unwrap_or_default();
                records::put_anyway(inner, &place.bucket, place.kept(&part.dependency), value).await
            }
        });
        try_join_all(puts).await?;
        let gone = known.keys().filter(|dependency| !wanted.contains_key(*dependency));
        let purges = gone.map(|dependency| async move {
            let all = u64::MAX >> 1;
            match inner.api.purge(&place.stream(), &place.kept(dependency), all).await {
                Err(error) if error.is(code::STREAM_NOT_FOUND) => Ok(()),
                purged => purged,
            }
        });
        try_join_all(purges).await?;
        self.mirrored.known = Some(wanted);
        Ok(())
    }

    fn form(&self, part: &Kept) -> Form {
        let outstanding =
            self.reader.held().outstanding.get(&part.position.0).map(|known| known.consumer_seq);
        let event = String::from_utf8(part.event.encode()).unwrap_or_default();
        Form {
            stream_seq: sequence(part.position.0),
            consumer_seq: outstanding.unwrap_or_default(),
            timestamp: DateTime::<Utc>::from(part.taken).to_rfc3339_opts(SecondsFormat::AutoSi, true),
            event: RawValue::from_string(event).unwrap_or_default(),
            aev: true,
        }
    }
}
