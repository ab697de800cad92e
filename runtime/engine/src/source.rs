//! Which events of a source reach the bus.

use aev_dialects::foreign::Ported;
use aev_plan::eval::{Predicate, PrepareError, Reason, Truth};
use aev_plan::event::Event;
use aev_plan::model;

/// The `where` of a source's event, prepared.
#[derive(Clone, Debug)]
pub struct SourceFilter(Predicate);

impl SourceFilter {
    /// Prepares that of an event; none when all of its events reach the bus.
    ///
    /// # Errors
    /// The expression cannot be executed.
    pub fn prepare(event: &model::Event) -> Result<Option<SourceFilter>, PrepareError> {
        event
            .condition
            .as_ref()
            .map(|condition| Predicate::prepare(condition, &Ported).map(SourceFilter))
            .transpose()
    }

    /// Why an event is kept from the bus; none when it is not.
    pub fn rejects(&self, event: &Event) -> Option<Reason> {
        let scope = [Some(event)];
        (self.0.decide(&scope) != Truth::True).then(|| self.0.explain(&scope))
    }
}
