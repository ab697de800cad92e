//! What triggers must do, written plainly: which streams an event passes, when a condition holds, and what a join makes of
//! the events it was given. It shares nothing with the engine but the formula of the ids.

use crate::scenario::{NAME, Pass, Spec, When};
use aev_engine::firing::Taken;
use aev_engine::{Event, FiringId, Timestamp};
use aev_plan::document::Document;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An event as the simulator sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Unique.
    pub id: String,
    /// Its source and its event have this name.
    pub subject: &'static str,
    /// The number that filters look at.
    pub number: Option<u64>,
    /// It can be read.
    pub readable: bool,
}

/// The streams of a trigger that an event passes, by their place, as its file has it in a version.
pub fn passes(spec: &Spec, version: usize, event: &Sent) -> Vec<usize> {
    let Some(version) = spec.version(version) else { return Vec::new() };
    let mut places = Vec::new();
    for (place, (stream, pass)) in spec.streams.iter().zip(&version.passes).enumerate() {
        let fits = match (*pass, event.number) {
            (Pass::All, _) => true,
            (_, None) => false,
            (Pass::AtLeast(bound), Some(number)) => number >= bound,
            (Pass::Below(bound), Some(number)) => number < bound,
        };
        if event.readable && stream.subject == event.subject && fits {
            places.push(place);
        }
    }
    places
}

/// An event as a trigger is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The event.
    pub sent: Sent,
    /// Which replay brought it; 0 for the bus, and for a replay with the same ids.
    pub run: u32,
    /// Its place on the bus; none when a replay brought it.
    pub position: Option<u64>,
    /// When the bus took it, in nanoseconds.
    pub time: i64,
}

impl Given {
    /// From the past, under the ids of this replay.
    pub fn replayed(&self, run: u32) -> Given {
        Given { run, position: None, ..self.clone() }
    }
}

/// One match: each stream with the event that it brought.
pub type Match = Vec<(usize, Given)>;

/// What a join keeps of one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    place: usize,
    given: Given,
    order: u64,
}

impl Kept {
    fn precedes(&self, other: &Kept) -> bool {
        match (self.given.position, other.given.position) {
            (Some(position), Some(than)) => position < than,
            _ => self.order < other.order,
        }
    }

    /// A reset comes between the two.
    fn separated(&self, other: &Kept, every: u64) -> bool {
        let (first, then) = if self.precedes(other) { (self, other) } else { (other, self) };
        after(first.given.time, every) <= then.given.time
    }
}

/// The first multiple of so many seconds after a time.
fn after(time: i64, every: u64) -> i64 {
    let every = i64::try_from(every).unwrap_or(i64::MAX / 2_000_000_000) * 1_000_000_000;
    (time.div_euclid(every) + 1) * every
}

/// The newest event of each stream that has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Join {
    kept: Vec<Kept>,
    /// What was taken, and when by [`Join::count`].
    known: BTreeMap<(usize, String, u32), u64>,
    count: u64,
}

impl Join {
    /// A join is given an event. Gives the matches it makes.
    pub fn take(&mut self, spec: &Spec, version: usize, given: &Given) -> Vec<Match> {
        let mut matches = Vec::new();
        for place in passes(spec, version, &given.sent) {
            let mark = (place, given.sent.id.clone(), given.run);
            if self.known.contains_key(&mark) {
                continue;
            }
            self.count += 1;
            self.known.insert(mark, self.count);
            let new = Kept { place, given: given.clone(), order: self.count };
            if let Some(every) = spec.reset {
                self.kept.retain(|kept| !(kept.precedes(&new) && kept.separated(&new, every)));
                if self.kept.iter().any(|kept| kept.separated(&new, every)) {
                    continue;
                }
            }
            self.kept.retain(|kept| kept.place != place);
            self.kept.push(new);
            self.kept.sort_by_key(|kept| kept.place);
            let has: Vec<usize> = self.kept.iter().map(|kept| kept.place).collect();
            if holds(&spec.when, &has) {
                let used = used(&spec.when, &has);
                let (gone, left) = self.kept.drain(..).partition(|kept| used.contains(&kept.place));
                self.kept = left;
                let gone: Vec<Kept> = gone;
                matches.push(gone.into_iter().map(|kept| (kept.place, kept.given)).collect());
            }
        }
        matches
    }

    /// Stream and event of all that is kept, in the order of the streams.
    pub fn kept<'a>(&'a self, spec: &'a Spec) -> Vec<(&'a str, &'a str)> {
        let name = |place: usize| spec.streams.get(place).map_or("", |stream| stream.name.as_str());
        self.kept.iter().map(|kept| (name(kept.place), kept.given.sent.id.as_str())).collect()
    }

    /// The same, of what came from the bus: what other programs are to find.
    pub fn told<'a>(&'a self, spec: &'a Spec) -> Vec<(&'a str, u64)> {
        let name = |place: usize| spec.streams.get(place).map_or("", |stream| stream.name.as_str());
        self.kept.iter().filter_map(|kept| Some((name(kept.place), kept.given.position?))).collect()
    }

    /// Forgets what the join does not keep, if a reset has come by this time that allows it.
    pub fn reset(&mut self, spec: &Spec, now: i64, keeps: impl Fn(&str, &str) -> bool) {
        let Some(every) = spec.reset else { return };
        self.kept.retain(|kept| {
            let name = spec.streams.get(kept.place).map_or("", |stream| stream.name.as_str());
            keeps(name, &kept.given.sent.id) || after(kept.given.time, every) > now
        });
    }

    /// Something is kept that a reset before this time was to forget.
    pub fn overdue(&self, spec: &Spec, before: i64) -> bool {
        let late = |every| self.kept.iter().any(|kept| after(kept.given.time, every) <= before);
        spec.reset.is_some_and(late)
    }

    /// Another program has worked on it, and this is what it keeps now.
    pub fn take_over(&mut self, parts: Vec<(usize, Given)>) {
        self.count += 3;
        self.kept = parts
            .into_iter()
            .map(|(place, given)| {
                self.count += 1;
                self.known.insert((place, given.sent.id.clone(), given.run), self.count);
                Kept { place, given, order: self.count }
            })
            .collect();
        self.kept.sort_by_key(|kept| kept.place);
    }

    /// What is kept, with the streams by their place.
    pub fn parts(&self) -> Vec<(usize, Given)> {
        self.kept.iter().map(|kept| (kept.place, kept.given.clone())).collect()
    }

    /// It was taken so recently that the trigger certainly knows it still, or never was.
    pub fn remembers(&self, id: &str) -> bool {
        // Of 128 marks, 32 firings of three events may be made later than those that follow them.
        self.known.iter().all(|((_, known, run), count)| known != id || *run != 0 || self.count - count < 25)
    }

    /// A firing that is tried again leaves its marks anew.
    pub fn tried_again(&mut self) {
        self.count += 3;
    }
}

/// The condition is true of these streams.
fn holds(when: &When, has: &[usize]) -> bool {
    match when {
        When::One(place) => has.contains(place),
        When::All(parts) => parts.iter().all(|part| holds(part, has)),
        When::Any(parts) => parts.iter().any(|part| holds(part, has)),
    }
}

/// The streams that make it true: of alternatives all that hold, and none that does not.
fn used(when: &When, has: &[usize]) -> Vec<usize> {
    match when {
        When::One(place) => vec![*place],
        When::All(parts) => parts.iter().flat_map(|part| used(part, has)).collect(),
        When::Any(parts) => {
            parts.iter().filter(|part| holds(part, has)).flat_map(|part| used(part, has)).collect()
        }
    }
}

/// The id of what a trigger, or its `on-failure`, does with these events.
pub fn id(spec: &Spec, name: &str, events: &[(usize, Given)]) -> String {
    // The data is no part of the id.
    let Ok(data) = Document::parse("{}") else { return String::new() };
    let taken = events.iter().map(|(place, given)| Taken {
        stream: spec.streams.get(*place).map_or_else(Arc::default, |stream| stream.name.as_str().into()),
        order: 0,
        run: 0,
        place: None,
        event: Arc::new(Event {
            id: given.sent.id.clone(),
            source: given.sent.subject.to_owned(),
            kind: String::new(),
            subject: given.sent.subject.to_owned(),
            time: Timestamp::default(),
            datacontenttype: String::new(),
            extensions: Vec::new(),
            data: data.clone(),
        }),
    });
    // Of events of several replays the last one counts.
    let run = events.iter().map(|(_, given)| given.run).max().unwrap_or(0);
    FiringId::new(NAME, name, run, &taken.collect::<Vec<_>>()).to_string()
}

/// The ids of everything that a trigger without a join may do with an event, by stream: under each name that it has in some
/// version, with that of its `on-failure`.
pub fn ids(spec: &Spec, given: &Given) -> Vec<(usize, Vec<String>, Option<String>)> {
    let places = (0..spec.streams.len())
        .filter(|place| spec.streams.get(*place).is_some_and(|stream| stream.subject == given.sent.subject));
    let mut names: Vec<&str> = spec.versions.iter().map(|version| version.name.as_str()).collect();
    names.dedup();
    let found = places.map(|place| {
        let events = [(place, given.clone())];
        let fallback = spec.fallback.as_ref().map(|task| id(spec, &task.name, &events));
        (place, names.iter().map(|name| id(spec, name, &events)).collect(), fallback)
    });
    found.collect()
}
