//! Opening, renaming and forgetting lanes, and how they all are.

use super::api::code;
use super::inner::Inner;
use super::kept::Mirror;
use super::known::Entry;
use super::lane::JetStreamLane;
use super::name::{self, STREAM};
use super::reader::Reader;
use super::records::Place;
use crate::bus::{BusStatus, LaneStatus};
use crate::error::BusError;
use crate::event::Subject;
use crate::lane::{Lane, LaneSpec, Revision};
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// So long opening waits for a connection that broke.
const CONNECTION: Duration = Duration::from_secs(2);

impl Inner {
    /// Opens a lane: its consumers are made where they are missing, and the bus knows it from then on.
    pub(super) async fn open_lane(inner: &Arc<Inner>, spec: LaneSpec) -> Result<Box<dyn Lane>, BusError> {
        inner.link().stands(CONNECTION).await?;
        let name = spec.name();
        let (entry, old) = inner.entry(&spec).await?;
        let sources = entry.durables.iter().map(|durable| {
            let subject = Subject::new(&durable.source, &durable.event);
            let filter = name::subject(&subject);
            let since = old.as_ref().filter(|old| old.durable(&subject).is_some()).map(|old| old.since);
            inner.source(&durable.name, subject, filter, since)
        });
        let sources = try_join_all(sources).await?;
        if old.as_ref() != Some(&entry) {
            inner.store_entry(&name, &entry).await?;
            let kept: BTreeSet<&str> = entry.durables.iter().map(|durable| durable.name.as_str()).collect();
            let gone =
                old.iter().flat_map(|old| &old.durables).filter(|known| !kept.contains(known.name.as_str()));
            try_join_all(gone.map(|durable| inner.api.delete_consumer(STREAM, &durable.name))).await?;
        }
        if let Some(leaving) = inner.routes.leaving(&name) {
            // It may have been cancelled with its runtime; then the server delivers anew by itself.
            let _ = leaving.await;
        }
        let older = inner.routes.fence(&name);
        if let Some(older) = &older {
            inner.give_back(older).await;
        }
        let id = inner.routes.id();
        let messages = inner.link().client().subscribe(inner.link().inbox(&format!("f.{id}.*.*"))).await;
        let messages = messages.map_err(|error| BusError::Away { reason: error.to_string() })?;
        let reader = Arc::new(Reader::new(id, name, sources, inner.generation(), messages));
        if let Some(older) = &older {
            reader.inherit(older);
        }
        inner.routes.install(reader.clone());
        let mut dependencies: Vec<String> =
            spec.subjects.iter().map(|reads| reads.dependency.clone()).collect();
        dependencies.sort();
        dependencies.dedup();
        let place = Place::of_lane(&spec);
        let mirrored = Mirror { known: None, dependencies };
        Ok(Box::new(JetStreamLane { inner: inner.clone(), reader, place, mirrored }))
    }

    /// Moves what the bus knows under another name. The consumers stay, and so does their place in the stream.
    pub(super) async fn rename_lane(&self, old: &str, new: LaneSpec) -> Result<bool, BusError> {
        let name = new.name();
        let Some(known) = self.lane_entry(old).await? else { return Ok(false) };
        match self.lane_entry(&name).await? {
            // An earlier attempt broke off before its end.
            Some(begun) if begun.durables == known.durables => {}
            Some(_) => return Ok(false),
            None => {}
        }
        if let Some(open) = self.routes.fence(old) {
            self.give_back(&open).await;
        }
        let (from, to) = (Place::of(&known.sensor, &known.trigger), Place::of_lane(&new));
        let records = self.records(&from).await?;
        if from.subject(&crate::Key(String::new())) != to.subject(&crate::Key(String::new())) {
            for (key, record, _) in &records {
                let copy = [(key.clone(), self.load(&to, key).await?.1, Some(record.clone()))];
                self.replace(&to, &copy).await.map_err(not_stored)?;
            }
            let gone: Vec<_> = records.into_iter().map(|(key, _, revision)| (key, revision, None)).collect();
            self.replace(&from, &gone).await.map_err(not_stored)?;
        }
        let moved = Entry {
            pipeline: new.pipeline.clone(),
            sensor: new.sensor.clone(),
            trigger: new.trigger.clone(),
            durables: known.durables.clone(),
            since: known.since,
        };
        // The old entry goes last: a process that ends in between finds both, and the consumers with the new one.
        self.store_entry(&name, &moved).await?;
        self.remove_entry(old).await?;
        self.store_entry(&name, &moved).await?;
        Ok(true)
    }

    /// Removes a lane with its consumers and records.
    pub(super) async fn forget_lane(&self, lane: &str) -> Result<u64, BusError> {
        let Some(entry) = self.lane_entry(lane).await? else { return Ok(0) };
        drop(self.routes.fence(lane));
        // A lane that was renamed by a process that ended in between has its consumers, and they are no longer this one's.
        let others: BTreeSet<String> = self
            .read_lanes()
            .await?
            .into_iter()
            .filter(|(other, _)| other != lane)
            .flat_map(|(_, other)| other.durables.into_iter().map(|durable| durable.name))
            .collect();
        let mut left = 0;
        for durable in entry.durables.iter().filter(|durable| !others.contains(&durable.name)) {
            match self.api.consumer(STREAM, &durable.name).await {
                Ok(info) => left += info.num_pending + info.num_ack_pending,
                Err(error) if error.is_one_of(&[code::CONSUMER_NOT_FOUND, code::STREAM_NOT_FOUND]) => {}
                Err(error) => return Err(error.into()),
            }
            self.api.delete_consumer(STREAM, &durable.name).await?;
        }
        let place = Place::of(&entry.sensor, &entry.trigger);
        let gone: Vec<(crate::Key, Revision, Option<crate::Record>)> =
            self.records(&place).await?.into_iter().map(|(key, _, revision)| (key, revision, None)).collect();
        self.replace(&place, &gone).await.map_err(not_stored)?;
        for durable in &entry.durables {
            match self.api.purge(&place.stream(), &place.kept(&durable.dependency), u64::MAX >> 1).await {
                Err(error) if error.is(code::STREAM_NOT_FOUND) => break,
                purged => purged?,
            }
        }
        self.remove_entry(lane).await?;
        Ok(left)
    }

    /// How the bus and its lanes are.
    pub(super) async fn status(&self) -> Result<BusStatus, BusError> {
        let info = self.api.stream(STREAM).await?;
        let consumers = self.api.consumers(STREAM).await?;
        let lag: HashMap<&str, u64> = consumers
            .iter()
            .map(|known| (known.name.as_str(), known.num_pending + known.num_ack_pending))
            .collect();
        let dead: BTreeMap<String, u64> = self.dead_counts().await?;
        let lanes = self.read_lanes().await?.into_iter().map(|(name, entry)| LaneStatus {
            lag: entry.durables.iter().filter_map(|durable| lag.get(durable.name.as_str())).sum(),
            dead: dead.get(&name).copied().unwrap_or_default(),
            lost: self.routes.reader(&name).map_or(0, |reader| reader.lost.load(Ordering::Relaxed)),
            name,
        });
        Ok(BusStatus {
            events: info.state.messages,
            bytes: info.state.bytes,
            max_bytes: u64::try_from(info.config.max_bytes).unwrap_or(u64::MAX),
            dead: dead.values().sum(),
            deletions: self.deletions(),
            lanes: lanes.collect(),
        })
    }
}

/// A record that changes while its lane is moved or forgotten is somebody else's work on it.
fn not_stored(error: crate::CommitError) -> BusError {
    match error {
        crate::CommitError::Bus(error) => error,
        other => BusError::Away { reason: other.to_string() },
    }
}
