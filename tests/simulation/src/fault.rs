//! What can go wrong, where, and how often it did.

use std::collections::BTreeMap;
use std::fmt::Write;
use tokio::time::Instant;

/// What a process does to the world outside itself. Each is a place where it can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A source puts an event on the bus.
    Publish,
    /// A lane is opened.
    Open,
    /// The records of a lane are read.
    Read,
    /// Events are handed out.
    Take,
    /// A commit stores the record of a join.
    StoreJoin,
    /// A commit stores a firing that waits.
    StoreFiring,
    /// A commit deletes a stored firing.
    DeleteFiring,
    /// A commit puts something aside.
    Bury,
    /// A commit acknowledges.
    Acknowledge,
    /// The action of a trigger.
    Act,
    /// The action of an `on-failure`.
    Fallback,
    /// A look at what was created.
    Look,
    /// What another program keeps of a join is read.
    ReadKept,
    /// A lane gets another name.
    Rename,
    /// A dead letter that is tried again is dropped.
    Discard,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 15] = [
        Kind::Publish,
        Kind::Open,
        Kind::Read,
        Kind::Take,
        Kind::StoreJoin,
        Kind::StoreFiring,
        Kind::DeleteFiring,
        Kind::Bury,
        Kind::Acknowledge,
        Kind::Act,
        Kind::Fallback,
        Kind::Look,
        Kind::ReadKept,
        Kind::Rename,
        Kind::Discard,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Publish => "publish an event",
            Kind::Open => "open a lane",
            Kind::Read => "read the records",
            Kind::Take => "take events",
            Kind::StoreJoin => "store a join",
            Kind::StoreFiring => "store a firing",
            Kind::DeleteFiring => "delete a firing",
            Kind::Bury => "store a dead letter",
            Kind::Acknowledge => "acknowledge",
            Kind::Act => "act",
            Kind::Fallback => "act on failure",
            Kind::Look => "look at an object",
            Kind::ReadKept => "read what others keep",
            Kind::Rename => "rename a lane",
            Kind::Discard => "drop a dead letter",
        }
    }

    /// It is part of a commit.
    pub fn commits(self) -> bool {
        use Kind::{Acknowledge, Bury, DeleteFiring, StoreFiring, StoreJoin};
        matches!(self, StoreJoin | StoreFiring | DeleteFiring | Bury | Acknowledge)
    }
}

/// On which side of an effect a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The effect does not happen.
    Before,
    /// It has happened, and nobody was told.
    After,
}

/// What happened to an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// It happened, and that was said.
    Fine,
    /// The process ended.
    Crash(Side),
    /// It was refused.
    Refused,
    /// It happened, and the answer was lost.
    AnswerLost,
}

/// A crash that waits for its place.
#[derive(Clone, Copy, Debug)]
pub struct Armed {
    /// Where.
    pub kind: Kind,
    /// Before or after.
    pub side: Side,
    /// So many times the place is passed before.
    pub skip: u64,
}

/// What is wrong with the bus now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Nothing is answered until then.
    pub away: Option<Instant>,
    /// Everything takes longer until then.
    pub slow: Option<Instant>,
    /// New events are refused until then.
    pub full: Option<Instant>,
    /// Events come again while they are being worked on, until then.
    pub repeats: Option<Instant>,
    /// Events of different subjects come in any order until then.
    pub reorders: Option<Instant>,
    /// The answers to so many commits and publishes get lost.
    pub lost_answers: u64,
    /// So many commits are refused for now.
    pub refusals: u64,
    /// So many commits are refused for good.
    pub rejections: u64,
}

impl Faults {
    /// A span that has not ended.
    pub fn on(until: Option<Instant>, now: Instant) -> bool {
        until.is_some_and(|until| now < until)
    }

    /// Nothing is wrong.
    pub fn none(&self, now: Instant) -> bool {
        let spans = [self.away, self.slow, self.full, self.repeats, self.reorders];
        spans.into_iter().all(|until| !Faults::on(until, now))
            && self.lost_answers + self.refusals + self.rejections == 0
    }
}

/// How often each effect met each fate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    hits: BTreeMap<(Kind, Hit), u64>,
    /// Histories.
    pub histories: u64,
    /// Steps of all histories.
    pub steps: u64,
    /// Faults of all histories.
    pub faults: u64,
}

impl Coverage {
    /// Counts one.
    pub fn hit(&mut self, kind: Kind, hit: Hit) {
        *self.hits.entry((kind, hit)).or_default() += 1;
    }

    /// How often.
    pub fn count(&self, kind: Kind, hit: Hit) -> u64 {
        self.hits.get(&(kind, hit)).copied().unwrap_or(0)
    }

    /// Counts of another are added.
    pub fn add(&mut self, other: &Coverage) {
        for (key, count) in &other.hits {
            *self.hits.entry(*key).or_default() += count;
        }
        self.histories += other.histories;
        self.steps += other.steps;
        self.faults += other.faults;
    }

    /// Effects that no crash has met on one of their sides.
    pub fn missing(&self) -> Vec<(Kind, Side)> {
        let pairs = Kind::ALL.into_iter().flat_map(|kind| [(kind, Side::Before), (kind, Side::After)]);
        pairs.filter(|(kind, side)| self.count(*kind, Hit::Crash(*side)) == 0).collect()
    }

    /// As a table.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{:<22}{:>10}{:>14}{:>14}{:>10}{:>13}",
            "effect", "happened", "crash before", "crash after", "refused", "answer lost"
        );
        for kind in Kind::ALL {
            let count = |hit| self.count(kind, hit);
            let (before, after) = (count(Hit::Crash(Side::Before)), count(Hit::Crash(Side::After)));
            let (fine, refused, lost) = (count(Hit::Fine), count(Hit::Refused), count(Hit::AnswerLost));
            let name = kind.name();
            // Writing to a text cannot fail.
            let _ = write!(table, "\n{name:<22}{fine:>10}{before:>14}{after:>14}{refused:>10}{lost:>13}");
        }
        table
    }
}
