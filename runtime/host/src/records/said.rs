//! From what a trigger says to records: one for each step, without payloads.

use super::entry::{Entry, EventId, Said, cut};
use super::secret::names_a_secret;
use crate::decision::{Attempted, Outcome, What};
use aev_engine::Timestamp;
use aev_engine::note::{Decision, EventRef};
use aev_plan::eval::Reason;
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of a reason or an error that are kept.
const REASON: usize = 512;

/// An event that its source keeps from the bus.
pub(crate) fn kept(reason: &Reason) -> Said<'static> {
    let reason = reason.without(names_a_secret).to_string();
    Said::Kept { reason: cut(&reason, REASON).to_owned().into() }
}

/// What the bus made of an event: whether it had it already, or why it did not take it.
pub(crate) fn published<'a>(taken: &Result<bool, String>) -> Said<'a> {
    match taken {
        Ok(duplicate) => Said::Published { duplicate: *duplicate },
        Err(reason) => Said::Refused { reason: cut(reason, REASON).to_owned().into() },
    }
}

/// Writes the records of what was said, which is in the order of the steps. Gives how many they are.
pub(super) fn write(lane: &str, now: Timestamp, said: &[What], lines: &mut Vec<u8>) -> u64 {
    let mut step = Step { entry: empty(lane, now), firing: None, result: None, lines, count: 0 };
    for what in said {
        match what {
            What::Result(attempted) => {
                step.end();
                step.result = Some(attempted);
            }
            What::Unreadable { event, unreadable } => {
                step.end();
                step.entry.event = Some(EventId::new(&event.source, &event.subject, &event.id));
                step.entry.said.push(Said::Unreadable { reason: short(unreadable) });
            }
            What::Note(note) => {
                step.note(&note.decision);
                step.entry.time = note.time;
            }
        }
    }
    step.end();
    step.count
}

fn empty(lane: &str, time: Timestamp) -> Entry<'_> {
    Entry { time, lane: Some(lane.into()), event: None, trace: None, said: Vec::new() }
}

/// The step that is being put together.
struct Step<'a, 'l> {
    entry: Entry<'a>,
    /// Which firing it is about, when no event began it.
    firing: Option<&'a str>,
    /// An attempt that has ended, before what was decided about it.
    result: Option<&'a Attempted>,
    lines: &'l mut Vec<u8>,
    count: u64,
}

impl<'a> Step<'a, '_> {
    fn end(&mut self) {
        if let Some(result) = self.result.take() {
            self.entry.said.push(Said::Result {
                firing: result.firing.as_str().into(),
                action: (&*result.action).into(),
                attempt: result.attempt,
                result: words(&result.result),
            });
        }
        if self.entry.event.is_some() || !self.entry.said.is_empty() {
            self.entry.write(self.lines);
            self.count += 1;
        }
        (self.entry.event, self.entry.trace, self.firing) = (None, None, None);
        self.entry.said.clear();
    }

    fn note(&mut self, decision: &'a Decision) {
        if let Decision::Received { event } = decision {
            self.end();
            self.entry.event = Some(event.into());
            self.entry.trace = event.trace.as_deref().map(Cow::from);
            return;
        }
        let said = self.said(decision);
        // Firings that the clock moves are moved one after another in one step.
        if let Some(firing) = firing(decision)
            && self.entry.event.is_none()
            && self.firing.replace(firing).is_some_and(|before| before != firing)
        {
            self.end();
            self.firing = Some(firing);
        }
        self.entry.said.push(said);
    }

    fn said(&mut self, decision: &'a Decision) -> Said<'a> {
        match decision {
            Decision::Received { .. } | Decision::Repeated { .. } => Said::Repeated,
            Decision::Matched { stream, .. } => Said::Matched { stream: (&**stream).into() },
            Decision::Filtered { stream, reason, .. } => {
                let reason = reason.without(names_a_secret).to_string();
                Said::Filtered { stream: (&**stream).into(), reason: cut(&reason, REASON).to_owned().into() }
            }
            Decision::Waiting { missing } => Said::Waiting { missing: all(missing) },
            Decision::Fired { firing, events } => {
                // The one event of a firing stands beside it already.
                let events = if events.len() > 1 { ids(events) } else { Vec::new() };
                Said::Fired { firing: firing.as_str().into(), events }
            }
            Decision::Redriven { firing, events } => {
                Said::Redriven { firing: firing.as_str().into(), events: ids(events) }
            }
            Decision::Attempt { firing, action, attempt } => Said::Attempt {
                firing: firing.as_str().into(),
                action: (&**action).into(),
                attempt: *attempt,
            },
            Decision::Done { firing, action, attempt } => Said::Done {
                firing: firing.as_str().into(),
                action: (&**action).into(),
                attempt: *attempt,
                result: self.result.take().map(|attempted| words(&attempted.result)),
            },
            Decision::Retry { firing, action, attempt, at, error } => {
                // The error is the result.
                self.result = None;
                let (firing, action) = (firing.as_str().into(), (&**action).into());
                Said::Retry { firing, action, attempt: *attempt, at: *at, error: short(error) }
            }
            Decision::Failed { firing, action, attempts, error } => {
                self.result = None;
                let (firing, action) = (firing.as_str().into(), (&**action).into());
                Said::Failed { firing, action, attempts: *attempts, error: short(error) }
            }
            Decision::DeadLettered { firing, reason } => {
                Said::DeadLettered { firing: firing.as_str().into(), reason: short(reason) }
            }
            Decision::Reset { streams } => Said::Reset { streams: all(streams) },
        }
    }
}

fn firing(decision: &Decision) -> Option<&str> {
    match decision {
        Decision::Fired { firing, .. }
        | Decision::Redriven { firing, .. }
        | Decision::Attempt { firing, .. }
        | Decision::Done { firing, .. }
        | Decision::Retry { firing, .. }
        | Decision::Failed { firing, .. }
        | Decision::DeadLettered { firing, .. } => Some(firing.as_str()),
        _ => None,
    }
}

fn all(names: &[Arc<str>]) -> Vec<Cow<'_, str>> {
    names.iter().map(|name| Cow::from(&**name)).collect()
}

fn ids(events: &[EventRef]) -> Vec<EventId<'_>> {
    events.iter().map(EventId::from).collect()
}

fn short(text: &str) -> Cow<'_, str> {
    cut(text, REASON).into()
}

/// What became of an attempt. What was logged is payload, and not kept.
fn words(outcome: &Outcome) -> Cow<'_, str> {
    match outcome {
        Outcome::Answered { status } => format!("answered {status}").into(),
        Outcome::Written { path } => format!("written to {}", path.display()).into(),
        Outcome::Published => "published".into(),
        Outcome::Executed { doubted: None } => "carried out".into(),
        Outcome::Executed { doubted: Some(why) } => {
            format!("carried out, and the server does not count it as a success: {}", short(why)).into()
        }
        Outcome::Logged(_) => "logged".into(),
        Outcome::Failed(error) => format!("failed: {}", short(error)).into(),
        Outcome::Unknown(error) => format!("nobody knows what became of it: {}", short(error)).into(),
    }
}
