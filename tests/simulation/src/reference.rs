//! What triggers must do, written plainly: which streams an event passes, when a condition holds, and what a join makes of
//! the events it was given. It shares nothing with the engine but the formula of the ids.

use crate::scenario::{NAME, Pass, Spec, When};
use aev_engine::firing::Taken;
use aev_engine::{Event, FiringId, Timestamp};
use aev_plan::document::Document;
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

/// The streams of a trigger that an event passes, by their place.
pub fn passes(spec: &Spec, event: &Sent) -> Vec<usize> {
    let mut places = Vec::new();
    for (place, stream) in spec.streams.iter().enumerate() {
        let fits = match (stream.pass, event.number) {
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

/// One match: each stream with the event that it brought.
pub type Match = Vec<(usize, Sent)>;

/// The newest event of each stream that has one.
#[derive(Clone, Debug, Default)]
pub struct Join {
    kept: Vec<(usize, Sent)>,
}

impl Join {
    /// A join is given an event. Gives the matches it makes.
    pub fn take(&mut self, spec: &Spec, event: &Sent) -> Vec<Match> {
        let mut matches = Vec::new();
        for place in passes(spec, event) {
            self.kept.retain(|(kept, _)| *kept != place);
            self.kept.push((place, event.clone()));
            self.kept.sort_by_key(|(place, _)| *place);
            let has: Vec<usize> = self.kept.iter().map(|(place, _)| *place).collect();
            if holds(&spec.when, &has) {
                let used = used(&spec.when, &has);
                let (gone, left) = self.kept.drain(..).partition(|(place, _)| used.contains(place));
                self.kept = left;
                matches.push(gone);
            }
        }
        matches
    }

    /// Stream and event of all that is kept, in the order of the streams.
    pub fn kept<'a>(&'a self, spec: &'a Spec) -> Vec<(&'a str, &'a str)> {
        let name = |place: usize| spec.streams.get(place).map_or("", |stream| stream.name.as_str());
        self.kept.iter().map(|(place, event)| (name(*place), event.id.as_str())).collect()
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
pub fn id(spec: &Spec, name: &str, events: &[(usize, Sent)]) -> String {
    // The data is no part of the id.
    let Ok(data) = Document::parse("{}") else { return String::new() };
    let taken = events.iter().map(|(place, sent)| Taken {
        stream: spec.streams.get(*place).map(|stream| stream.name.clone()).unwrap_or_default(),
        order: 0,
        run: 0,
        place: None,
        event: Arc::new(Event {
            id: sent.id.clone(),
            source: sent.subject.to_owned(),
            kind: String::new(),
            subject: sent.subject.to_owned(),
            time: Timestamp::default(),
            datacontenttype: String::new(),
            extensions: Vec::new(),
            data: data.clone(),
        }),
    });
    FiringId::new(NAME, name, 0, &taken.collect::<Vec<_>>()).to_string()
}
