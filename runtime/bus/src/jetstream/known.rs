//! The lanes that the bus knows: a bucket with one key for each, read once and then kept up to date by who changes it.

use super::api::{ApiError, ConsumerInfo, code};
use super::gone::Bucket;
use super::inner::Inner;
use super::name::{self, LANES, STREAM};
use super::records;
use crate::error::BusError;
use crate::event::Subject;
use crate::lane::LaneSpec;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// What is known about the lanes and their consumers.
#[derive(Default)]
pub(super) struct Known {
    lanes: tokio::sync::Mutex<Option<Lanes>>,
    /// The bucket as it was before it was read last.
    bucket: Mutex<Option<Bucket>>,
    /// As the server listed them; each is used once, since it grows old.
    consumers: Mutex<HashMap<String, ConsumerInfo>>,
}

/// The entries, and which lane has what.
#[derive(Default)]
struct Lanes {
    entries: BTreeMap<String, Entry>,
    /// By the name of the consumer.
    owners: HashMap<String, String>,
    /// By sensor and trigger, which name the records.
    places: HashMap<(String, String), String>,
}

impl Lanes {
    fn insert(&mut self, lane: &str, entry: &Entry) {
        self.remove(lane);
        for durable in &entry.durables {
            self.owners.insert(durable.name.clone(), lane.to_owned());
        }
        self.places.insert((entry.sensor.clone(), entry.trigger.clone()), lane.to_owned());
        self.entries.insert(lane.to_owned(), entry.clone());
    }

    fn remove(&mut self, lane: &str) {
        if let Some(entry) = self.entries.remove(lane) {
            for durable in &entry.durables {
                self.owners.remove(&durable.name);
            }
            self.places.remove(&(entry.sensor, entry.trigger));
        }
    }

    /// Another lane that has the records of this one.
    fn clash(&self, lane: &str, spec: &LaneSpec) -> Option<&String> {
        let place = self.places.get(&(spec.sensor.clone(), spec.trigger.clone()));
        place.filter(|other| *other != lane)
    }

    /// A name for a consumer that no other lane has: one that was renamed keeps those of its name before.
    fn free(&self, lane: &str, wanted: String) -> String {
        let taken = |name: &String| self.owners.get(name).is_some_and(|owner| owner != lane);
        let others = (2..).map(|number: u32| format!("{wanted}-{number}"));
        std::iter::once(wanted.clone()).chain(others).find(|name| !taken(name)).unwrap_or(wanted)
    }
}

/// One lane in the bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) pipeline: String,
    pub(super) sensor: String,
    pub(super) trigger: String,
    pub(super) durables: Vec<Durable>,
    /// When it was opened first: seconds since 1970.
    pub(super) since: u64,
}

/// A consumer of a lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Durable {
    pub(super) source: String,
    pub(super) event: String,
    pub(super) dependency: String,
    pub(super) name: String,
}

impl Entry {
    /// The consumer that reads a subject.
    pub(super) fn durable(&self, subject: &Subject) -> Option<&Durable> {
        self.durables.iter().find(|known| known.source == subject.source && known.event == subject.event)
    }
}

fn key(lane: &str) -> String {
    format!("$KV.{LANES}.{}", name::token(lane))
}

impl Known {
    pub(super) fn bucket(&self) -> Option<Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn bucket_is(&self, now: Option<Bucket>) {
        *self.bucket.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// What the server listed about a consumer, once.
    pub(super) fn consumer(&self, durable: &str) -> Option<ConsumerInfo> {
        self.consumers.lock().unwrap_or_else(PoisonError::into_inner).remove(durable)
    }
}

impl Inner {
    /// Reads what the bus knows, once.
    async fn with_lanes<T>(&self, work: impl FnOnce(&mut Lanes) -> T) -> Result<T, ApiError> {
        let mut known = self.known.lanes.lock().await;
        if known.is_none() {
            let listed = self.api.consumers(STREAM).await?;
            *self.known.consumers.lock().unwrap_or_else(PoisonError::into_inner) =
                listed.into_iter().map(|consumer| (consumer.name.clone(), consumer)).collect();
            self.known.bucket_is(self.bucket().await?);
            let mut lanes = Lanes::default();
            for (lane, entry) in self.read_lanes().await? {
                lanes.insert(&lane, &entry);
            }
            *known = Some(lanes);
        }
        Ok(work(known.get_or_insert_default()))
    }

    /// The entry of a lane, if the bus knows it.
    pub(super) async fn lane_entry(&self, lane: &str) -> Result<Option<Entry>, ApiError> {
        self.with_lanes(|lanes| lanes.entries.get(lane).cloned()).await
    }

    /// The names of all lanes, in order.
    pub(super) async fn lane_names(&self) -> Result<Vec<String>, ApiError> {
        Ok(self.read_lanes().await?.into_keys().collect())
    }

    /// Every lane in the bucket as it is now, by name.
    pub(super) async fn read_lanes(&self) -> Result<BTreeMap<String, Entry>, ApiError> {
        let bucket = format!("KV_{LANES}");
        let subjects = match self.api.stream_with_subjects(&bucket, &format!("$KV.{LANES}.>")).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(BTreeMap::new()),
            subjects => subjects?,
        };
        let entries = stream::iter(subjects.into_keys()).map(|subject| {
            let bucket = bucket.clone();
            async move { self.api.last(&bucket, &subject).await }
        });
        let entries: Vec<_> = entries.buffered(128).try_collect().await?;
        let entries = entries.into_iter().flatten().filter(|message| !message.is_deletion());
        Ok(entries
            .filter_map(|message| {
                let lane = name::of_token(message.subject.rsplit('.').next()?);
                Some((lane, serde_json::from_slice(&message.data).ok()?))
            })
            .collect())
    }

    /// The entry of a lane as it is to be; with the consumers that it has.
    pub(super) async fn entry(&self, spec: &LaneSpec) -> Result<(Entry, Option<Entry>), BusError> {
        let name = spec.name();
        let old = self.lane_entry(&name).await?;
        let (durables, clash) = self
            .with_lanes(|lanes| {
                let durables = spec.distinct().into_iter().map(|reads| Durable {
                    source: reads.subject.source.clone(),
                    event: reads.subject.event.clone(),
                    dependency: reads.dependency.clone(),
                    name: old.as_ref().and_then(|old| old.durable(&reads.subject)).map_or_else(
                        || lanes.free(&name, name::durable(spec, &reads.dependency)),
                        |known| known.name.clone(),
                    ),
                });
                (durables.collect(), lanes.clash(&name, spec).cloned())
            })
            .await?;
        let entry = Entry {
            pipeline: spec.pipeline.clone(),
            sensor: spec.sensor.clone(),
            trigger: spec.trigger.clone(),
            durables,
            since: old.as_ref().map_or_else(now, |old| old.since),
        };
        if let Some(other) = clash {
            return Err(BusError::Refused {
                server: self.link().server().to_owned(),
                reason: format!(
                    "the lane `{other}` on it has the same sensor `{}` and trigger `{}` as `{name}`, and they would take each \
                     other's events; rename one of the sensors",
                    spec.sensor, spec.trigger
                ),
            });
        }
        Ok((entry, old))
    }

    /// Stores the entry of a lane.
    pub(super) async fn store_entry(&self, lane: &str, entry: &Entry) -> Result<(), ApiError> {
        let value = serde_json::to_vec(entry).unwrap_or_default();
        records::put_anyway(self, LANES, key(lane), value).await?;
        self.with_lanes(|lanes| lanes.insert(lane, entry)).await
    }

    /// Other processes have changed the bucket, and this is in it now.
    pub(super) async fn lanes_are(&self, found: &BTreeMap<String, Entry>) -> Result<(), ApiError> {
        self.with_lanes(|lanes| {
            let gone = lanes.entries.keys().filter(|lane| !found.contains_key(*lane));
            for lane in gone.cloned().collect::<Vec<_>>() {
                lanes.remove(&lane);
            }
            for (lane, entry) in found {
                lanes.insert(lane, entry);
            }
        })
        .await
    }

    /// Takes the entry of a lane out.
    pub(super) async fn remove_entry(&self, lane: &str) -> Result<(), ApiError> {
        match self.api.purge(&format!("KV_{LANES}"), &key(lane), u64::MAX >> 1).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => {}
            purged => purged?,
        }
        self.with_lanes(|lanes| lanes.remove(lane)).await
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
