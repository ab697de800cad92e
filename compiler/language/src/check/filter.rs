//! `filter`: named streams, and what `from` and `on` name.

use super::Check;
use super::contradiction::Held;
use super::path::{Place, Scope};
use super::source::CheckedSource;
use crate::diagnostics::problems::{names as problems, sensors as problems_of_sensors};
use crate::diagnostics::similar;
use crate::names::Stream as Named;
use crate::syntax::ast::{Ident, Ref, SourceBody, Span};
use crate::types::event::{Event, Rewritten};
use aev_plan::model::{From, Predicate, Stream};
use std::collections::BTreeSet;

/// What `from` or `on` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Source and event, by index.
    Event(usize, usize),
    /// A filter, by index.
    Filter(usize),
}

/// A filter, and what the events that pass it look like.
pub(super) struct CheckedFilter {
    pub stream: Stream,
    pub from: Option<Origin>,
    pub event: Event,
    /// What its events have in which place, when a filter refines it.
    held: Vec<Held>,
}

/// How far the check of a filter has come.
enum State {
    Waiting,
    Open,
    Done(Box<CheckedFilter>),
}

impl<'a> Check<'a> {
    /// The filters of the file, in its order.
    pub(super) fn filters(&mut self, sources: &[CheckedSource]) -> Vec<CheckedFilter> {
        let mut states: Vec<State> = self.program.filters.iter().map(|_| State::Waiting).collect();
        let refined: BTreeSet<usize> = (0..states.len()).filter_map(|index| self.refined(index)).collect();
        for index in 0..states.len() {
            for open in self.open(index, &mut states).into_iter().rev() {
                let mut checked = self.filter(open, sources, &states);
                if let Some(filter) = checked.as_mut().filter(|_| !refined.contains(&open)) {
                    filter.held = Vec::new();
                }
                if let (Some(state), Some(filter)) = (states.get_mut(open), checked) {
                    *state = State::Done(Box::new(filter));
                }
            }
        }
        states
            .into_iter()
            .filter_map(|state| match state {
                State::Done(filter) => Some(*filter),
                _ => None,
            })
            .collect()
    }

    /// Opens a filter and those that it refines, as far as they wait. A loop, since a chain may be as long as the file.
    fn open(&self, index: usize, states: &mut [State]) -> Vec<usize> {
        let mut opened = Vec::new();
        let mut next = Some(index);
        while let Some(current) = next
            && let Some(state @ State::Waiting) = states.get_mut(current)
        {
            *state = State::Open;
            opened.push(current);
            next = self.refined(current);
        }
        opened
    }

    /// The filter that a filter refines.
    fn refined(&self, index: usize) -> Option<usize> {
        let from = &self.program.filters.get(index)?.what.from;
        let [name] = from.segments.as_slice() else { return None };
        match self.program.stream(self.program.sensor_of(index), &name.value)? {
            (_, Named::Filter(parent)) => Some(parent),
            (_, Named::Source(_)) => None,
        }
    }

    /// The event that passes a filter that has been checked.
    fn passed(&mut self, index: usize, states: &[State]) -> Event {
        match states.get(index) {
            Some(State::Done(filter)) => filter.event.clone(),
            _ => {
                self.circle(index);
                Event::error()
            }
        }
    }

    /// Checks one filter after the one that it refines.
    fn filter(&mut self, index: usize, sources: &[CheckedSource], states: &[State]) -> Option<CheckedFilter> {
        let declared = self.program.filters.get(index)?;
        let (item, filter) = (declared.item, declared.what);
        self.sensor = self.program.sensor_of(index);
        let from = self.resolve(&filter.from, "from");
        let event = match from {
            Some(Origin::Event(source, event)) => {
                sources.get(source).and_then(|source| source.events.get(event)).cloned()
            }
            Some(Origin::Filter(parent)) => Some(self.passed(parent, states)),
            None => None,
        };
        let name = filter.alias.as_ref().or(filter.from.segments.last()).map_or("", |name| &name.value);
        let event = event.unwrap_or_else(Event::error);
        let mut scope = Scope {
            events: vec![(name.to_owned(), event)],
            place: Place::Map,
            broken: from.is_none() && filter.alias.is_none(),
            ..Scope::new(item.span)
        };
        let before = self.reports.errors();
        let transform = filter.map.as_ref().and_then(|map| self.map(map, &mut scope));
        scope.place = Place::Where;
        scope.condition = true;
        let raw = self.raw(filter.raw.as_ref());
        let predicate = match &filter.condition {
            Some(condition) => self.condition(condition, &mut scope),
            None => Predicate::Always,
        };
        let decided = match &predicate {
            Predicate::Aev(condition) => Some(condition),
            Predicate::Scripted(scripted) => Some(&scripted.condition),
            Predicate::Always | Predicate::Argo(_) => None,
        };
        let by_jq = decided.is_some_and(aev_argo::is_decided_by_jq);
        let stream = Stream {
            name: filter.emitted().name.to_owned(),
            from: self.plan_from(from, sources),
            transform,
            predicate,
            declared: true,
            description: item.doc.clone(),
            raw,
            origin: self.reports.origin(filter.name.span),
        };
        let before_it = match from.filter(|_| filter.map.is_none()) {
            Some(Origin::Filter(parent)) => match states.get(parent) {
                Some(State::Done(parent)) => Some(&parent.held),
                _ => None,
            },
            Some(Origin::Event(source, event)) => {
                sources.get(source).and_then(|source| source.held.get(event))
            }
            None => None,
        };
        let held = before_it.cloned().unwrap_or_default();
        let held = match self.reports.errors() > before {
            true => held,
            false => self.contradictions(&stream.predicate, held),
        };
        let mut event = scope.events.pop().map_or_else(Event::error, |(_, event)| event);
        // Where reading stopped before its `where`, there may have been a `map`.
        if filter.condition.is_none() && self.reports.unparsed_within(self.whole(item.span)) {
            event = Event::error();
        }
        if by_jq {
            event.rewritten.get_or_insert(Rewritten::Jq);
        }
        event.doubtful |= self.reports.errors() > before || self.reports.any_within(self.whole(item.span));
        Some(CheckedFilter { stream, from, event, held })
    }

    /// From the start of an item to the next one: with what could not be read as part of it.
    pub(super) fn whole(&self, item: Span) -> Span {
        let next = self.starts.partition_point(|start| *start <= item.start);
        Span { start: item.start, end: self.starts.get(next).copied().unwrap_or(u32::MAX) }
    }

    /// Reports filters that refine one another; the circle as a whole is one mistake.
    fn circle(&mut self, index: usize) {
        let program = self.program;
        let mut circle = vec![index];
        while let Some(next) = circle.last().and_then(|last| self.refined(*last))
            && next != index
            && circle.len() < program.filters.len()
        {
            circle.push(next);
        }
        let names = circle.iter().filter_map(|index| program.filters.get(*index));
        let names = names.map(|declared| &declared.what.name);
        let places: Vec<_> = names.map(|name| (self.reports.at(name.span), name.value.as_str())).collect();
        self.reports.add(problems::circular_filters(&places));
    }

    /// The plan's form of what a stream reads.
    pub(super) fn plan_from(&self, from: Option<Origin>, sources: &[CheckedSource]) -> From {
        match from {
            Some(Origin::Event(source, event)) => {
                let source = sources.get(source).map(|source| &source.plan);
                From::Event {
                    source: source.map(|source| source.name.clone()).unwrap_or_default(),
                    event: source
                        .and_then(|source| source.events.get(event))
                        .map(|event| event.name.clone())
                        .unwrap_or_default(),
                }
            }
            Some(Origin::Filter(index)) => {
                let parent = self.program.filters.get(index);
                From::Stream(
                    parent.map(|declared| declared.what.emitted().name.to_owned()).unwrap_or_default(),
                )
            }
            None => From::Stream(String::new()),
        }
    }

    /// What a reference names. Nothing when a mistake was reported.
    pub(super) fn resolve(&mut self, reference: &'a Ref, word: &str) -> Option<Origin> {
        let program = self.program;
        let (first, rest) = reference.segments.split_first()?;
        let at = self.reports.at(reference.span);
        let Some((name, named)) = program.stream(self.sensor, &first.value) else {
            if !program.names.excuses(&first.value) && self.of_another_sensor(first) {
                return None;
            }
            if !program.names.excuses(&first.value) && !first.value.is_empty() {
                let written =
                    reference.segments.iter().map(|s| s.value.as_str()).collect::<Vec<_>>().join(".");
                let known = self.stream_names();
                let by_event =
                    known.iter().find(|name| name.rsplit('.').next() == Some(&written) && name.contains('.'));
                let mut meant = similar(&written, known.iter().map(String::as_str));
                if let Some(name) = by_event
                    && !meant.contains(&name.as_str())
                {
                    meant.insert(0, name);
                }
                let problem = problems::unknown_stream(at, word, &written, &meant, &known);
                self.reports.add_once(format!("stream {}", first.value), problem);
            }
            return None;
        };
        match (named, rest) {
            (Named::Filter(index), []) => {
                self.used.filters.insert(index);
                Some(Origin::Filter(index))
            }
            (Named::Filter(_), _) => {
                self.reports.add(problems::filter_has_no_events(at, name));
                None
            }
            (Named::Source(index), segments) => {
                let source = program.sources.get(index)?.what;
                let events = crate::names::events(source);
                match (&source.body, segments) {
                    (SourceBody::One(_), []) => {
                        self.used.events.insert((index, 0));
                        Some(Origin::Event(index, 0))
                    }
                    (SourceBody::One(_), _) => {
                        self.used.events.insert((index, 0));
                        self.reports.add(problems::source_is_its_event(at, name));
                        None
                    }
                    // Without any event it has been reported.
                    (SourceBody::Group(_), _) if events.is_empty() => None,
                    (SourceBody::Group(_), [event]) => {
                        let found = events.iter().position(|known| known.name == event.value);
                        if let Some(found) = found {
                            self.used.events.insert((index, found));
                            return Some(Origin::Event(index, found));
                        }
                        let known: Vec<&str> = events.iter().map(|event| event.name).collect();
                        let meant = similar(&event.value, known.iter().copied());
                        let at = self.reports.at(event.span);
                        let key = format!("event {name} {}", event.value);
                        let problem = problems::unknown_event(at, name, &event.value, &meant, &known);
                        // Its own `where` may call it so: then it was renamed in one place.
                        let start = program.sources.get(index).map_or(0, |source| source.item.span.start);
                        let said = self.reports.has(&format!("name {start} {}", event.value));
                        if !said && !matches!(&source.body, SourceBody::Group(group) if group.broken) {
                            self.reports.add_once(key, problem);
                        }
                        None
                    }
                    (SourceBody::Group(_), _) => {
                        let known: Vec<&str> = events.iter().map(|event| event.name).collect();
                        self.reports.add(problems::source_with_events(at, name, &known));
                        None
                    }
                }
            }
        }
    }

    /// Everything that `from` and `on` may name, as it is written.
    fn stream_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for declared in &self.program.sources {
            match &declared.what.body {
                SourceBody::One(_) => names.push(declared.what.name.value.clone()),
                SourceBody::Group(_) => {
                    let events = crate::names::events(declared.what);
                    names.extend(
                        events.iter().map(|event| format!("{}.{}", declared.what.name.value, event.name)),
                    );
                }
            }
        }
        let own = self.program.sensors.get(self.sensor).map(|members| members.filters.clone());
        let filters = own.and_then(|own| self.program.filters.get(own)).unwrap_or_default();
        names.extend(filters.iter().map(|declared| declared.what.name.value.clone()));
        names
    }

    /// Reports a filter that another sensor has.
    fn of_another_sensor(&mut self, name: &Ident) -> bool {
        let program = self.program;
        let found = program.sensors.iter().find_map(|members| {
            let index = members.names.get(name.value.as_str())?;
            Some((members.block.as_ref(), program.filters.get(*index)?))
        });
        let Some((owner, filter)) = found else { return false };
        let at = self.reports.at(name.span);
        let declared = self.reports.at(filter.what.name.span);
        let owner = owner.map(|owner| owner.what.name.value.as_str());
        let key = format!("stream {} {}", self.sensor, name.value);
        self.reports.add_once(key, problems_of_sensors::elsewhere(at, &name.value, declared, owner));
        true
    }
}
