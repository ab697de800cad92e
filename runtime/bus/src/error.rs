//! What can go wrong on a bus, in words for people.

use crate::lane::Key;
use std::path::PathBuf;

/// A bus could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The event is beyond the size that the bus takes.
    #[error("the event has {size} bytes on the bus, which takes at most {limit}")]
    TooLarge {
        /// Bytes on the wire.
        size: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// An attribute that the bus needs is empty or holds a zero byte.
    #[error("the event cannot be published: its `{attribute}` is empty or holds a zero byte")]
    Invalid {
        /// Name of the attribute.
        attribute: &'static str,
    },
    /// The configured size is reached. Old events are kept and new ones refused until triggers have worked some off.
    #[error("the bus is full: it holds {used} of {limit} {unit} that not every trigger has finished with")]
    Full {
        /// So many are in it.
        used: u64,
        /// The most it holds.
        limit: u64,
        /// What is counted: `bytes` or `messages`.
        unit: &'static str,
    },
    /// The disk has too little room left.
    #[error("the disk of the bus in {} has only {free} bytes left; new events are refused below {needed}", dir.display())]
    DiskFull {
        /// Directory of the bus.
        dir: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be free.
        needed: u64,
    },
    /// It cannot be reached or has failed; it is tried again by itself.
    #[error("the bus is away: {reason}")]
    Away {
        /// What the system says.
        reason: String,
    },
    /// It does not let this process in, or cannot be used as it is set up; trying again does not help.
    #[error("the bus at {server} cannot be used: {reason}")]
    Refused {
        /// Its address, without secrets.
        server: String,
        /// What stands against it, and what to do.
        reason: String,
    },
    /// Somebody else has opened the lane since, or has renamed or forgotten it; that is final for this handle.
    #[error("the lane was taken over")]
    Fenced,
    /// Events that were acknowledged are not kept.
    #[error("this bus keeps no history; use an embedded or a JetStream bus to send events again")]
    NoHistory,
    /// Another process has the directory.
    #[error("the bus in {} is in use by another process; stop that one or give another directory with `--bus embedded:DIR`", dir.display())]
    Locked {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory cannot be used.
    #[error("the bus in {} cannot be opened: {reason}", dir.display())]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// What stands against it, and what to do.
        reason: String,
    },
    /// The directory was written by a newer aev.
    #[error("the bus in {} has format {found}, and this aev knows formats up to {known}; use the aev that wrote it or another directory", dir.display())]
    Newer {
        /// The directory.
        dir: PathBuf,
        /// Format on disk.
        found: u32,
        /// The newest format that is known here.
        known: u32,
    },
}

impl BusError {
    /// The bus may take the same event later.
    pub fn passes(&self) -> bool {
        matches!(self, BusError::Full { .. } | BusError::DiskFull { .. } | BusError::Away { .. })
    }
}

/// A commit was not stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A record has changed since it was loaded.
    #[error("the record `{}` has changed meanwhile", key.0)]
    Conflict {
        /// Which record.
        key: Key,
    },
    /// The lane was opened by somebody else.
    #[error("the lane was taken over")]
    Fenced,
    /// The bus could not take it.
    #[error(transparent)]
    Bus(#[from] BusError),
}
