//! `log`: shows the events to the user. Payloads do not belong into the runtime's own log, so they are handed back, for
//! the results that the user asked to see.

use super::{Done, Outcome};
use aev_plan::finished::LoggedEvent;

pub(super) fn perform(events: &[LoggedEvent]) -> Outcome {
    Outcome::Done(Done::Logged(events.to_vec()))
}
