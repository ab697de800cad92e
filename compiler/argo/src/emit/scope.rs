//! The events that an action can see, and which of them are there.

use aev_plan::model::{Binding, Condition};

/// The condition of a trigger with the names it binds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// When the trigger fires.
    pub(crate) condition: &'a Condition,
    /// What its action calls the events.
    pub(crate) bindings: &'a [Binding],
}

impl<'a> Scope<'a> {
    /// The dependencies that a name stands for.
    pub(crate) fn streams(&self, event: &str) -> Option<&'a [String]> {
        self.bindings.iter().find(|binding| binding.name == event).map(|binding| binding.streams.as_slice())
    }

    /// However the condition came true, one of these has an event.
    pub(crate) fn covers(&self, streams: &[String]) -> bool {
        covers(self.condition, streams)
    }

    /// Only one dependency has an event at a time.
    pub(crate) fn is_exclusive(&self) -> bool {
        is_exclusive(self.condition)
    }

    /// Dependencies of which one has an event; the fewest that are found easily.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let all = names(self.condition);
        match all.iter().find(|name| self.covers(std::slice::from_ref(name))) {
            Some(certain) => vec![certain.clone()],
            None => all,
        }
    }
}

fn covers(condition: &Condition, streams: &[String]) -> bool {
    match condition {
        Condition::Stream(name) => streams.contains(name),
        Condition::And(all) => all.iter().any(|part| covers(part, streams)),
        Condition::Or(any) => any.iter().all(|part| covers(part, streams)),
    }
}

fn is_exclusive(condition: &Condition) -> bool {
    match condition {
        Condition::Stream(_) => true,
        Condition::And(all) => all.len() < 2 && all.iter().all(is_exclusive),
        Condition::Or(any) => any.iter().all(is_exclusive),
    }
}

/// The names in a condition, each once, in the order in which they stand.
pub(crate) fn names(condition: &Condition) -> Vec<String> {
    fn collect(condition: &Condition, names: &mut Vec<String>) {
        match condition {
            Condition::Stream(name) if names.contains(name) => {}
            Condition::Stream(name) => names.push(name.clone()),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| collect(part, names))
            }
        }
    }
    let mut found = Vec::new();
    collect(condition, &mut found);
    found
}
