//! What stands between the condition and the braces of a trigger: `reset`, `match`, `within`, `after … without`, `count`.

use super::condition::{CheckedCondition, event_of};
use super::filter::{CheckedFilter, Origin};
use super::path::Scope;
use super::source::CheckedSource;
use super::{Check, matching};
use crate::diagnostics::problems::{clauses as problems, kinds, names as name_problems};
use crate::syntax::ast::{self, Clause, ClauseKind, ConditionKind, Expr, ExprKind, Ident, Span};
use crate::types::event::Event;
use aev_catalogue::{CLAUSES, Shape};
use aev_plan::duration::GoDuration;
use aev_plan::model::{After, Binding, Count, Flow, Reset, Within};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// What the clauses of a trigger say.
#[derive(Default)]
pub(super) struct Clauses {
    pub resets: Vec<Reset>,
    pub flow: Flow,
    /// The event that must not come: its name and what it is.
    pub without: Option<(String, Event)>,
    /// The stream that brings it.
    pub stream: Option<Origin>,
}

impl<'a> Check<'a> {
    /// Checks the clauses of a trigger with this condition.
    pub(super) fn clauses(
        &mut self,
        trigger: &'a ast::Trigger,
        on: &CheckedCondition,
        item: Span,
        sources: &[CheckedSource],
        filters: &[CheckedFilter],
    ) -> Clauses {
        let mut clauses = Clauses::default();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let mut matched = None;
        for clause in &trigger.clauses {
            let word = word(&clause.kind);
            // There may be several schedules.
            if let ClauseKind::Reset { cron, zone } = &clause.kind {
                clauses.resets.extend(self.reset(cron, zone.as_ref()));
                continue;
            }
            if let Some(first) = seen.insert(word, clause.span) {
                let (at, first) = (self.reports.at(clause.span), self.reports.at(first));
                self.reports.add(problems::clause_twice(at, first, word));
                continue;
            }
            if let Some(known) = CLAUSES.iter().find(|known| known.name == word) {
                self.supported(clause.span, word, known.targets);
            }
            let origin = self.reports.origin(clause.span);
            match &clause.kind {
                ClauseKind::Reset { .. } => {}
                ClauseKind::Match(key) => matched = Some((key, clause.span)),
                ClauseKind::Within(window) => {
                    clauses.flow.within = self.span_of_time(window).map(|window| Within { window, origin });
                }
                ClauseKind::Count(count) => {
                    clauses.flow.count = self.count(count).map(|firings| Count { firings, origin });
                }
                ClauseKind::After { .. } => self.after(clause, trigger, on, &mut clauses, sources, filters),
            }
        }
        self.nothing_near(trigger, on);
        if let Some((key, span)) = matched {
            let mut events = on.events.clone();
            events.extend(clauses.without.clone());
            let mut scope = Scope { events, broken: on.broken, ..Scope::new(item) };
            scope.condition = true;
            let mut names = matching::Names::of(on, sources, self);
            if let Some(after) = &clauses.flow.after {
                names.add(&after.without);
            }
            // Without its event what is missing is unknown.
            let whole = !on.broken && (clauses.flow.after.is_some() || !seen.contains_key("after"));
            clauses.flow.matching = self.matching(key, span, &scope, &names, whole);
        }
        clauses
    }

    /// `after 10m without x as y`
    fn after(
        &mut self,
        clause: &'a Clause,
        trigger: &'a ast::Trigger,
        on: &CheckedCondition,
        clauses: &mut Clauses,
        sources: &[CheckedSource],
        filters: &[CheckedFilter],
    ) {
        let ClauseKind::After { wait, without, alias } = &clause.kind else { return };
        let wait = self.span_of_time(wait);
        let found = self.resolve(without, "without");
        let Some(name) = alias.as_ref().or(without.segments.last()) else { return };
        let event = found.map_or_else(Event::error, |origin| event_of(origin, sources, filters));
        if let Some(first) = called(&trigger.on, &name.value) {
            let (at, first) = (self.reports.at(name.span), self.reports.at(first.span));
            // Under one name it is most likely the same event.
            let same = found.is_some_and(|origin| on.streams.contains(&origin));
            self.reports.add(match same {
                true => problems::without_itself(self.reports.at(without.span), first, &name.value),
                false => name_problems::same_name_in_condition(at, first, &name.value),
            });
            return;
        }
        clauses.without = Some((name.value.clone(), event));
        let Some(origin) = found else { return };
        let stream = self.stream_name(origin, sources);
        if on.streams.contains(&origin) {
            let at = self.reports.at(without.span);
            let first = self.reports.at(trigger.on.span);
            self.reports.add(problems::without_itself(at, first, &stream));
            return;
        }
        clauses.stream = Some(origin);
        let without = Binding { name: name.value.clone(), streams: vec![stream] };
        let origin = self.reports.origin(clause.span);
        clauses.flow.after = wait.map(|wait| After { wait, without, origin });
    }

    /// A duration that is longer than nought; none where a mistake was reported.
    fn span_of_time(&mut self, written: &'a Expr) -> Option<GoDuration> {
        let ExprKind::Duration(text) = &written.kind else { return None };
        let before = self.reports.errors();
        let span = self.duration(written, text);
        (self.reports.errors() == before && self.lasts(written.span, span)).then_some(span)
    }

    /// Whether a duration is longer than nought, which is reported otherwise.
    pub(super) fn lasts(&mut self, span: Span, duration: GoDuration) -> bool {
        let lasts = duration > GoDuration::default();
        if !lasts {
            let at = self.reports.at(span);
            self.reports.add(kinds::no_time(at));
        }
        lasts
    }

    fn count(&mut self, written: &'a Expr) -> Option<NonZeroU32> {
        let ExprKind::Number(text) = &written.kind else { return None };
        let count = text.parse().ok().filter(|count| (2..=i32::MAX as u32).contains(count));
        if count.is_none() {
            let at = self.reports.at(written.span);
            self.reports.add(problems::bad_count(at, text));
        }
        count.and_then(NonZeroU32::new)
    }

    /// A schedule on which the trigger forgets; none where a mistake was reported.
    fn reset(&mut self, cron: &'a ast::Text, zone: Option<&'a ast::Text>) -> Option<Reset> {
        let schedule = self.text_of(cron, &Shape::Cron);
        let zone = match zone {
            Some(zone) => Some(self.text_of(zone, &Shape::Zone)?),
            None => None,
        };
        Some(Reset { cron: schedule?, zone })
    }

    /// A `within` where each firing has one event.
    fn nothing_near(&mut self, trigger: &'a ast::Trigger, on: &CheckedCondition) {
        let find = |word_of: &str| trigger.clauses.iter().find(|clause| word(&clause.kind) == word_of);
        let Some(within) = find("within") else { return };
        if !on.broken && !on.plan.joins() && find("count").is_none() {
            let at = self.reports.at(within.span);
            self.reports.add(problems::nothing_near(at, find("after").is_some()));
        }
    }
}

/// The word that a clause begins with.
pub(super) fn word(kind: &ClauseKind) -> &'static str {
    match kind {
        ClauseKind::Reset { .. } => "reset",
        ClauseKind::Match(_) => "match",
        ClauseKind::Within(_) => "within",
        ClauseKind::After { .. } => "after",
        ClauseKind::Count(_) => "count",
    }
}

/// Where a condition calls an event by this name.
fn called<'a>(written: &'a ast::Condition, name: &str) -> Option<&'a Ident> {
    let own = match (&written.alias, &written.kind) {
        (Some(alias), _) => Some(alias),
        (None, ConditionKind::Ref(reference)) => reference.segments.last(),
        (None, _) => None,
    };
    own.filter(|own| own.value == name).or_else(|| match &written.kind {
        ConditionKind::Ref(_) => None,
        ConditionKind::Paren(inner) => called(inner, name),
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            parts.iter().find_map(|part| called(part, name))
        }
    })
}
