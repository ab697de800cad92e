//! What lies where in the store.
//!
//! | keyspace | key | value |
//! |---|---|---|
//! | `meta` | `counters` | [`Counters`] as JSON |
//! | `subjects` | source, zero byte, event | number of the subject, 4 bytes |
//! | `log` | number of the subject, 4 bytes; position, 8 bytes | milliseconds since 1970, 8 bytes; the event on the wire |
//! | `lanes` | name | [`StoredLane`] as JSON |
//! | `records` | lane, zero byte, key | revision, 8 bytes; the record |
//! | `dead` | id, 8 bytes | [`StoredDead`] as JSON |
//! | `past` | position, 8 bytes | of an event in the log that no lane needs: milliseconds since 1970 when that began, 8 bytes; number of the subject, 4 bytes; bytes in the log, 8 bytes |
//! | `recent` | position, 8 bytes | milliseconds since 1970, 8 bytes; fingerprint, 16 bytes |
//!
//! Numbers are big-endian, so that the order of the bytes is theirs.

use super::cursor::Cursor;
use super::format;
use super::recent::{Recent, Seen};
use crate::bus::{BusStatus, LaneStatus};
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use crate::event::Subject;
use crate::lane::{Key, Record, Revision, Stored};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, Readable as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The open store.
pub(super) struct Store {
    pub(super) db: Database,
    pub(super) meta: Keyspace,
    pub(super) subjects: Keyspace,
    pub(super) log: Keyspace,
    pub(super) lanes: Keyspace,
    pub(super) records: Keyspace,
    pub(super) dead: Keyspace,
    pub(super) recent: Keyspace,
    pub(super) past: Keyspace,
}

/// What is counted, written along with everything that changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counters {
    /// The last position, revision or dead letter's id that was given away. They share one row of numbers.
    pub(super) last: u64,
    /// Events in the log that a lane needs.
    pub(super) events: u64,
    /// Their bytes.
    pub(super) event_bytes: u64,
    /// Bytes of the events in the log that no lane needs.
    #[serde(default)]
    pub(super) past_bytes: u64,
    /// Dead letters by the lane they came from.
    pub(super) dead: BTreeMap<String, u64>,
    /// Their bytes.
    pub(super) dead_bytes: u64,
}

/// A lane on disk.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredLane {
    /// Numbers of its subjects.
    pub(super) subjects: Vec<u32>,
    /// How far it is.
    pub(super) cursor: Cursor,
    /// Subjects that it began to read later than it was made, and the last position before that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) from: BTreeMap<u32, u64>,
}

impl StoredLane {
    /// It reads this event and has not acknowledged it.
    pub(super) fn needs(&self, subject: u32, position: u64) -> bool {
        self.subjects.contains(&subject)
            && self.cursor.needs(position)
            && self.from.get(&subject).is_none_or(|from| position > *from)
    }

    /// Its subjects, each with the position after which its new events lie.
    pub(super) fn after(&self) -> Vec<(u32, u64)> {
        let from = |subject| self.from.get(subject).copied().unwrap_or_default();
        self.subjects.iter().map(|subject| (*subject, self.cursor.last.max(from(subject)))).collect()
    }
}

/// A dead letter on disk.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredDead {
    /// The lane it came from.
    pub(super) lane: String,
    /// The letter.
    pub(super) letter: DeadLetter,
}

/// An event as it lies in the log.
pub(super) struct Logged {
    pub(super) subject: u32,
    pub(super) position: u64,
    pub(super) time: u64,
    pub(super) wire: Vec<u8>,
}

/// A failure of the store, in words for people.
pub(super) fn away(error: &fjall::Error) -> BusError {
    let reason = match error {
        fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => {
            format!("its disk says: {error}")
        }
        fjall::Error::Poisoned => "a write to its disk failed".to_owned(),
        other => other.to_string(),
    };
    BusError::Away { reason }
}

pub(super) fn corrupt(what: &str) -> fjall::Error {
    fjall::Error::Io(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{what} cannot be read")))
}

fn json<T: for<'de> Deserialize<'de>>(what: &str, bytes: &[u8]) -> Result<T, fjall::Error> {
    serde_json::from_slice(bytes).map_err(|_| corrupt(what))
}

/// The key of an event.
pub(super) fn log_key(subject: u32, position: u64) -> [u8; 12] {
    let mut key = [0; 12];
    let bytes = subject.to_be_bytes().into_iter().chain(position.to_be_bytes());
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    key
}

/// The key of a record.
pub(super) fn record_key(lane: &str, key: &Key) -> Vec<u8> {
    [lane.as_bytes(), b"\0", key.0.as_bytes()].concat()
}

/// The key of a subject.
pub(super) fn subject_key(subject: &Subject) -> Vec<u8> {
    [subject.source.as_bytes(), b"\0", subject.event.as_bytes()].concat()
}

/// Eight bytes, and what follows them.
pub(super) fn split_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    bytes.split_first_chunk::<8>().map(|(number, rest)| (u64::from_be_bytes(*number), rest))
}

pub(super) fn logged(key: &[u8], value: &[u8]) -> Result<Logged, fjall::Error> {
    let parts = key.split_first_chunk::<4>().and_then(|(subject, rest)| {
        let (position, _) = split_number(rest)?;
        let (time, wire) = split_number(value)?;
        Some(Logged { subject: u32::from_be_bytes(*subject), position, time, wire: wire.to_vec() })
    });
    parts.ok_or_else(|| corrupt("an event in the log"))
}

impl Store {
    /// Opens or makes it, and takes its lock.
    pub(super) fn open(dir: &Path) -> Result<Store, BusError> {
        Self::try_open(dir).map_err(|error| match error {
            fjall::Error::Locked => BusError::Locked { dir: dir.to_owned() },
            fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => {
                format::refusal(dir, &error)
            }
            other => BusError::Directory { dir: dir.to_owned(), reason: other.to_string() },
        })
    }

    fn try_open(dir: &Path) -> fjall::Result<Store> {
        // Small buffers: an idle bus shall cost little memory, and the log is read near its end.
        let db = Database::builder(format::store_dir(dir))
            .cache_size(8 << 20)
            .max_journaling_size(64 << 20)
            .worker_threads(2)
            .open()?;
        let open = |name, memory| {
            db.keyspace(name, move || KeyspaceCreateOptions::default().max_memtable_size(memory))
        };
        Ok(Store {
            meta: open("meta", 1 << 20)?,
            subjects: open("subjects", 1 << 20)?,
            log: open("log", 16 << 20)?,
            lanes: open("lanes", 2 << 20)?,
            records: open("records", 8 << 20)?,
            dead: open("dead", 4 << 20)?,
            recent: open("recent", 4 << 20)?,
            past: open("past", 4 << 20)?,
            db,
        })
    }

    pub(super) fn keyspaces(&self) -> [&Keyspace; 8] {
        [
            &self.meta,
            &self.subjects,
            &self.log,
            &self.lanes,
            &self.records,
            &self.dead,
            &self.recent,
            &self.past,
        ]
    }

    pub(super) fn counters(&self) -> fjall::Result<Counters> {
        match self.meta.get("counters")? {
            Some(value) => json("the counters", &value),
            None => Ok(Counters::default()),
        }
    }

    pub(super) fn all_subjects(&self) -> fjall::Result<Vec<(Subject, u32)>> {
        let entries = self.subjects.iter().map(|entry| {
            let (key, value) = entry.into_inner()?;
            let names = std::str::from_utf8(&key).ok().and_then(|text| text.split_once('\0'));
            match (names, <[u8; 4]>::try_from(&*value)) {
                (Some((source, event)), Ok(number)) => {
                    Ok((Subject::new(source, event), u32::from_be_bytes(number)))
                }
                _ => Err(corrupt("a subject")),
            }
        });
        entries.collect()
    }

    pub(super) fn lanes(&self) -> fjall::Result<Vec<(String, StoredLane)>> {
        let entries = self.lanes.iter().map(|entry| {
            let (key, value) = entry.into_inner()?;
            Ok((String::from_utf8_lossy(&key).into_owned(), json("a lane", &value)?))
        });
        entries.collect()
    }

    pub(super) fn recent(&self) -> fjall::Result<Recent> {
        let mut recent = Recent::default();
        for entry in self.recent.iter() {
            let (key, value) = entry.into_inner()?;
            let seen = split_number(&key).and_then(|(position, _)| {
                let (time, rest) = split_number(&value)?;
                Some(Seen { time, position, fingerprint: rest.try_into().ok()? })
            });
            recent.add(seen.ok_or_else(|| corrupt("an event's id"))?);
        }
        Ok(recent)
    }

    /// Events of some subjects, each after a position, in order, at most `max`.
    pub(super) fn events_after(&self, subjects: &[(u32, u64)], max: usize) -> fjall::Result<Vec<Logged>> {
        // One snapshot for all subjects: otherwise an event of the first could be missed and one after it, of the second, seen.
        let snapshot = self.db.snapshot();
        let mut found = Vec::new();
        for &(subject, after) in subjects {
            let range = log_key(subject, after.saturating_add(1))..=log_key(subject, u64::MAX);
            for entry in snapshot.range(&self.log, range).take(max) {
                let (key, value) = entry.into_inner()?;
                found.push(logged(&key, &value)?);
            }
        }
        found.sort_by_key(|event| event.position);
        found.truncate(max);
        Ok(found)
    }

    /// Positions and bytes of the events of one subject after a position and up to another, in order, at most `max`.
    pub(super) fn sizes(
        &self,
        subject: u32,
        after: u64,
        upto: u64,
        max: usize,
    ) -> fjall::Result<Vec<(u64, u64)>> {
        let range = log_key(subject, after.saturating_add(1))..=log_key(subject, upto);
        if after >= upto {
            return Ok(Vec::new());
        }
        let entries = self.log.range(range).take(max).map(|entry| {
            let (key, value) = entry.into_inner()?;
            let position =
                key.get(4..).and_then(split_number).ok_or_else(|| corrupt("an event in the log"))?.0;
            Ok((position, value.len() as u64))
        });
        entries.collect()
    }

    /// One event that belongs to one of some subjects.
    pub(super) fn event(&self, subjects: &[u32], position: u64) -> fjall::Result<Option<Logged>> {
        for &subject in subjects {
            let key = log_key(subject, position);
            if let Some(value) = self.log.get(key)? {
                return logged(&key, &value).map(Some);
            }
        }
        Ok(None)
    }

    pub(super) fn record(&self, lane: &str, key: &Key) -> fjall::Result<(Option<Record>, Revision)> {
        match self.records.get(record_key(lane, key))? {
            None => Ok((None, Revision(0))),
            Some(value) => {
                let (revision, record) = split_number(&value).ok_or_else(|| corrupt("a record"))?;
                Ok((Some(record.to_vec()), Revision(revision)))
            }
        }
    }

    pub(super) fn records(&self, lane: &str) -> fjall::Result<Vec<Stored>> {
        let prefix = record_key(lane, &Key(String::new()));
        let entries = self.records.prefix(&prefix).map(|entry| {
            let (key, value) = entry.into_inner()?;
            let (revision, record) = split_number(&value).ok_or_else(|| corrupt("a record"))?;
            let name = key.get(prefix.len()..).unwrap_or_default();
            Ok((Key(String::from_utf8_lossy(name).into_owned()), record.to_vec(), Revision(revision)))
        });
        entries.collect()
    }

    pub(super) fn dead_letters(
        &self,
        lane: Option<&str>,
        after: Option<DeadId>,
        max: usize,
    ) -> fjall::Result<Vec<(DeadId, DeadLetter)>> {
        let first = after.map_or(0, |id| id.0.saturating_add(1));
        let mut found = Vec::new();
        for entry in self.dead.range(first.to_be_bytes()..) {
            if found.len() >= max {
                break;
            }
            let (key, value) = entry.into_inner()?;
            let stored: StoredDead = json("a dead letter", &value)?;
            if lane.is_none_or(|lane| lane == stored.lane) {
                let (id, _) = split_number(&key).ok_or_else(|| corrupt("a dead letter"))?;
                found.push((DeadId(id), stored.letter));
            }
        }
        Ok(found)
    }

    /// How many events a lane has not acknowledged, counted up to [`LaneStatus::COUNTED`].
    pub(super) fn lag(&self, name: &str) -> fjall::Result<u64> {
        match self.lanes.get(name)? {
            Some(value) => self.lag_of(&json("a lane", &value)?),
            None => Ok(0),
        }
    }

    fn lag_of(&self, lane: &StoredLane) -> fjall::Result<u64> {
        let mut lag = lane.cursor.holes.len() as u64;
        for (subject, after) in lane.after() {
            let range = log_key(subject, after.saturating_add(1))..=log_key(subject, u64::MAX);
            let room = LaneStatus::COUNTED.saturating_sub(lag);
            lag += self.log.range(range).take(usize::try_from(room).unwrap_or(usize::MAX)).count() as u64;
        }
        Ok(lag)
    }

    pub(super) fn status(&self, max_bytes: u64) -> fjall::Result<BusStatus> {
        let counters = self.counters()?;
        let lanes = self.lanes()?.into_iter().map(|(name, lane)| {
            let dead = counters.dead.get(&name).copied().unwrap_or_default();
            Ok(LaneStatus { lag: self.lag_of(&lane)?, name, dead, lost: 0 })
        });
        Ok(BusStatus {
            events: counters.events,
            bytes: counters.event_bytes + counters.dead_bytes,
            max_bytes,
            lanes: lanes.collect::<fjall::Result<_>>()?,
            dead: counters.dead.values().sum(),
            // Whoever deletes its files ends it.
            deletions: 0,
        })
    }
}
