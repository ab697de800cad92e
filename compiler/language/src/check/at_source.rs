//! The `where` of a source's event: which of its events reach the bus.

use super::Check;
use super::contradiction::Held;
use super::path::{Place, Scope};
use super::scripted::scripts;
use crate::diagnostics::problems::{structure, types as type_problems};
use crate::syntax::ast::{Expr, Source, Span};
use crate::types::event::Event;
use aev_plan::expr;
use aev_plan::model::Predicate;

impl<'a> Check<'a> {
    /// The condition, with what is then known of each event that every filter of it gets. Nothing when a mistake makes it of
    /// no use.
    pub(super) fn at_source(
        &mut self,
        source: &Source,
        name: &str,
        (condition, item): (&'a Expr, Span),
        event: &mut Event,
    ) -> (Option<expr::Expr>, Vec<Held>) {
        if source.external {
            let at = self.reports.at(condition.span);
            self.reports.add(structure::external_with_filter(at, &source.name.value));
        }
        if let Some(script) = scripts(condition).first() {
            let at = self.reports.at(script.span);
            self.reports.add(type_problems::script_at_source(at));
            return (None, Vec::new());
        }
        let before = self.reports.errors();
        let mut scope = Scope {
            events: vec![(name.to_owned(), event.clone())],
            place: Place::Where,
            condition: true,
            ..Scope::new(item)
        };
        let predicate = self.condition(condition, &mut scope);
        if self.reports.errors() > before {
            event.doubtful = true;
            return (None, Vec::new());
        }
        let held = self.contradictions(&predicate, Vec::new());
        if let Some((_, passed)) = scope.events.pop() {
            *event = passed;
        }
        match predicate {
            Predicate::Aev(condition) => (Some(condition), held),
            _ => (None, held),
        }
    }
}
