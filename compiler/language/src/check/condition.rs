//! What follows `on`: which streams fire a trigger, and under which names the action sees their events.

use super::Check;
use super::filter::{CheckedFilter, Origin};
use super::source::CheckedSource;
use crate::diagnostics::problems::{lints, names as problems, structure};
use crate::syntax::ast::{self, ConditionKind, Ident, Ref, Span};
use crate::types::event::Event;
use aev_plan::model::{Binding, Condition};
use std::collections::BTreeMap;

/// A checked condition.
pub(super) struct CheckedCondition {
    pub plan: Condition,
    pub bindings: Vec<Binding>,
    /// The events by the names of the bindings.
    pub events: Vec<(String, Event)>,
    /// What it names, in order, each once.
    pub streams: Vec<Origin>,
    /// Something in it was reported.
    pub broken: bool,
}

/// A name that the condition gives to events.
struct Bound<'a> {
    name: &'a Ident,
    streams: Vec<Origin>,
}

impl<'a> Check<'a> {
    /// Checks a condition.
    pub(super) fn trigger_condition(
        &mut self,
        written: &'a ast::Condition,
        sources: &[CheckedSource],
        filters: &[CheckedFilter],
    ) -> CheckedCondition {
        let mut bound = Vec::new();
        let mut streams = Vec::new();
        let plan = self.joined(written, false, &mut bound, &mut streams, sources);
        self.or_lints(written, filters);
        let mut checked = CheckedCondition {
            broken: plan.is_none(),
            plan: plan.unwrap_or(Condition::Or(Vec::new())),
            bindings: Vec::new(),
            events: Vec::new(),
            streams,
        };
        let mut taken: BTreeMap<&str, (Span, Vec<Origin>)> = BTreeMap::new();
        for Bound { name, streams } in bound {
            if let Some((first, before)) = taken.get(name.value.as_str()) {
                // An event may be named in several alternatives: that is one event.
                if *before != streams {
                    let (at, first) = (self.reports.at(name.span), self.reports.at(*first));
                    self.reports.add(problems::same_name_in_condition(at, first, &name.value));
                    checked.broken = true;
                }
                continue;
            }
            taken.insert(&name.value, (name.span, streams.clone()));
            let names: Vec<String> =
                streams.iter().map(|origin| self.stream_name(*origin, sources)).collect();
            let events: Vec<Event> =
                streams.iter().map(|origin| event_of(*origin, sources, filters)).collect();
            let mut event = Event::either(&events.iter().collect::<Vec<_>>());
            event.optional = met_without(&checked.plan, &names);
            if streams.is_empty() {
                event = Event::error();
            }
            checked.events.push((name.value.clone(), event));
            checked.bindings.push(Binding { name: name.value.clone(), streams: names });
        }
        checked
    }

    /// The condition of the plan; none when part of it was reported.
    fn joined(
        &mut self,
        written: &'a ast::Condition,
        grouped: bool,
        bound: &mut Vec<Bound<'a>>,
        streams: &mut Vec<Origin>,
        sources: &[CheckedSource],
    ) -> Option<Condition> {
        let group = match (&written.kind, &written.alias) {
            (ConditionKind::Ref(reference), alias) => {
                return self.named(reference, alias.as_ref(), grouped, bound, streams, sources);
            }
            (_, Some(alias)) => Some(alias),
            (_, None) => None,
        };
        if let Some(alias) = group {
            let mut names = Vec::new();
            if !alternatives(written, &mut names) {
                let at = self.reports.at(alias.span);
                self.reports.add(structure::alias_of_join(at, &alias.value));
                return None;
            }
        }
        if let ConditionKind::And(parts) | ConditionKind::Or(parts) = &written.kind {
            self.repeated(parts);
        }
        let mut inner_streams = Vec::new();
        let inside = grouped || group.is_some();
        let plan = match &written.kind {
            ConditionKind::Paren(inner) => self.joined(inner, inside, bound, &mut inner_streams, sources),
            ConditionKind::And(parts) => {
                let parts: Vec<_> = parts
                    .iter()
                    .map(|part| self.joined(part, inside, bound, &mut inner_streams, sources))
                    .collect();
                parts.into_iter().collect::<Option<Vec<_>>>().map(Condition::And)
            }
            ConditionKind::Or(parts) => {
                let parts: Vec<_> = parts
                    .iter()
                    .map(|part| self.joined(part, inside, bound, &mut inner_streams, sources))
                    .collect();
                parts.into_iter().collect::<Option<Vec<_>>>().map(Condition::Or)
            }
            ConditionKind::Ref(_) => None,
        };
        if let Some(alias) = group {
            let named = if plan.is_some() { inner_streams.clone() } else { Vec::new() };
            bound.push(Bound { name: alias, streams: named });
        }
        for stream in inner_streams {
            if !streams.contains(&stream) {
                streams.push(stream);
            }
        }
        plan
    }

    fn named(
        &mut self,
        reference: &'a Ref,
        alias: Option<&'a Ident>,
        grouped: bool,
        bound: &mut Vec<Bound<'a>>,
        streams: &mut Vec<Origin>,
        sources: &[CheckedSource],
    ) -> Option<Condition> {
        let origin = self.resolve(reference, "on");
        // In a group with a name of its own, only names that are given count.
        let name = alias.or(if grouped { None } else { reference.segments.last() });
        if let Some(name) = name {
            bound.push(Bound { name, streams: origin.into_iter().collect() });
        }
        let origin = origin?;
        let stream = self.stream_name(origin, sources);
        if !streams.contains(&origin) {
            streams.push(origin);
        }
        Some(Condition::Stream(stream))
    }

    /// An event that is named twice side by side.
    fn repeated(&mut self, parts: &'a [ast::Condition]) {
        let mut seen: BTreeMap<Vec<&str>, Span> = BTreeMap::new();
        for part in parts {
            let ConditionKind::Ref(reference) = &part.kind else { continue };
            let name: Vec<&str> = reference.segments.iter().map(|segment| segment.value.as_str()).collect();
            if let Some(first) = seen.get(&name) {
                let (at, first) = (self.reports.at(reference.span), self.reports.at(*first));
                self.reports.add(problems::event_twice(at, first, &name.join(".")));
                return;
            }
            seen.insert(name, reference.span);
        }
    }

    /// The name of the dependency.
    pub(super) fn stream_name(&self, origin: Origin, sources: &[CheckedSource]) -> String {
        match origin {
            Origin::Filter(index) => {
                let filter = self.program.filters.get(index);
                filter.map(|declared| declared.what.emitted().name.to_owned()).unwrap_or_default()
            }
            Origin::Event(source, event) => {
                let Some(plan) = sources.get(source).map(|source| &source.plan) else { return String::new() };
                let grouped = self
                    .program
                    .sources
                    .get(source)
                    .is_some_and(|declared| matches!(declared.what.body, ast::SourceBody::Group(_)));
                match plan.events.get(event) {
                    Some(event) if grouped => format!("{}-{}", plan.name, event.name),
                    _ => plan.name.clone(),
                }
            }
        }
    }

    /// `a or b as e` names only `b`; two filters of one event under `or` fire twice.
    fn or_lints(&mut self, written: &'a ast::Condition, filters: &[CheckedFilter]) {
        match &written.kind {
            ConditionKind::Ref(_) => {}
            ConditionKind::Paren(inner) => self.or_lints(inner, filters),
            ConditionKind::And(parts) => parts.iter().for_each(|part| self.or_lints(part, filters)),
            ConditionKind::Or(parts) => {
                parts.iter().for_each(|part| self.or_lints(part, filters));
                if let [others @ .., last] = parts.as_slice()
                    && let (Some(alias), ConditionKind::Ref(_)) = (&last.alias, &last.kind)
                    && others.iter().all(|part| part.alias.is_none())
                {
                    let at = self.reports.at(alias.span);
                    self.reports.add(lints::alias_of_last(at, &alias.value));
                }
                self.same_event(parts, filters);
            }
        }
    }

    fn same_event(&mut self, parts: &'a [ast::Condition], filters: &[CheckedFilter]) {
        let mut roots: BTreeMap<(usize, usize), Span> = BTreeMap::new();
        for part in parts {
            let ConditionKind::Ref(reference) = &part.kind else { continue };
            let [name] = reference.segments.as_slice() else { continue };
            let Some((_, crate::names::Stream::Filter(index))) =
                self.program.stream(self.sensor, &name.value)
            else {
                continue;
            };
            let Some(root) = root_of(index, filters) else { continue };
            if let Some(first) = roots.get(&root) {
                let (at, first) = (self.reports.at(reference.span), self.reports.at(*first));
                self.reports.add(lints::filters_of_one_event(at, first));
                return;
            }
            roots.insert(root, reference.span);
        }
    }
}

/// The streams of names joined by `or` alone; false when there is an `and`.
fn alternatives<'a>(written: &'a ast::Condition, names: &mut Vec<&'a Ref>) -> bool {
    match &written.kind {
        ConditionKind::Ref(reference) => {
            names.push(reference);
            true
        }
        ConditionKind::Paren(inner) => alternatives(inner, names),
        ConditionKind::Or(parts) => parts.iter().all(|part| alternatives(part, names)),
        ConditionKind::And(_) => false,
    }
}

/// The event that a filter reads in the end.
pub(super) fn root_of(index: usize, filters: &[CheckedFilter]) -> Option<(usize, usize)> {
    let mut current = index;
    // A chain is no longer than there are filters.
    for _ in 0..=filters.len() {
        match filters.get(current)?.from? {
            Origin::Event(source, event) => return Some((source, event)),
            Origin::Filter(next) => current = next,
        }
    }
    None
}

/// The event as those that read it see it.
pub(super) fn event_of(origin: Origin, sources: &[CheckedSource], filters: &[CheckedFilter]) -> Event {
    let event = match origin {
        Origin::Event(source, event) => sources.get(source).and_then(|source| source.events.get(event)),
        Origin::Filter(index) => filters.get(index).map(|filter| &filter.event),
    };
    event.cloned().unwrap_or_else(Event::error)
}

/// Whether the condition can be met without any of these streams.
pub(super) fn met_without(condition: &Condition, streams: &[String]) -> bool {
    match condition {
        Condition::Stream(name) => !streams.contains(name),
        Condition::And(parts) => parts.iter().all(|part| met_without(part, streams)),
        Condition::Or(parts) => parts.iter().any(|part| met_without(part, streams)),
    }
}
