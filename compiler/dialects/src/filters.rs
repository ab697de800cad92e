//! The filters of a dependency, decided as Argo Events decides them.
//!
//! The order is `exprs`, `data`, `context`, `time`, `script`, and none ends the others. Lua is run by the caller. Whatever goes wrong rejects the event: under
//! `and` at once, under `filtersLogicalOperator: or` even when another filter passed.

mod clock;
mod data;
mod exprs;

use aev_plan::argo::{ContextFilter, Filters, Operator, TimeFilter};
use aev_plan::event::Event;

/// The filters of a dependency with their patterns and expressions compiled.
#[derive(Clone, Debug)]
pub struct Filter {
    operator: Operator,
    exprs: Option<exprs::Exprs>,
    data: Option<data::Data>,
    context: Option<ContextFilter>,
    time: Option<TimeFilter>,
    script: bool,
}

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It goes on.
    pub passed: bool,
    /// Why it does not; never with a value of the event.
    pub reason: Option<String>,
    /// Something went wrong, and that is why.
    pub errored: bool,
}

impl Verdict {
    fn new(result: Outcome) -> Verdict {
        match result {
            Ok(Decision::Passes) => Verdict { passed: true, reason: None, errored: false },
            Ok(Decision::Fails(reason)) => Verdict { passed: false, reason: Some(reason), errored: false },
            Err(reason) => Verdict { passed: false, reason: Some(reason), errored: true },
        }
    }
}

/// What a filter or an entry of one says; an error is in words.
type Outcome = Result<Decision, String>;

#[derive(Clone, Debug, PartialEq)]
enum Decision {
    Passes,
    /// And why.
    Fails(String),
}

/// What of these filters cannot be executed yet. A lifter refuses filters for which this is not empty; here each such
/// filter is an error for every event.
pub fn unsupported(filters: &Filters) -> Vec<&'static str> {
    let mut found = Vec::new();
    if filters.data.iter().flatten().any(|entry| !entry.template.is_empty()) {
        found.push("`template` in a data filter");
    }
    found
}

impl Filter {
    /// Compiles filters. What is wrong in them shows when an event comes, as in Argo.
    pub fn prepare(filters: &Filters) -> Filter {
        Filter {
            operator: filters.operator,
            exprs: filters
                .exprs
                .as_ref()
                .map(|entries| exprs::Exprs::prepare(entries, filters.expr_operator)),
            data: filters.data.as_ref().map(|entries| data::Data::prepare(entries, filters.data_operator)),
            context: filters.context.clone(),
            time: filters.time.clone(),
            script: filters.script.as_ref().is_some_and(|script| !script.is_empty()),
        }
    }

    /// Decides about an event. `script` runs the filter in Lua and says whether it lets the event pass, or what went wrong; it
    /// is asked last, and only where there is such a filter.
    pub fn decide(&self, event: &Event, script: &dyn Fn() -> Result<bool, String>) -> Verdict {
        Verdict::new(self.outcome(event, script))
    }

    fn outcome(&self, event: &Event, script: &dyn Fn() -> Result<bool, String>) -> Outcome {
        let text = event.data.text();
        let mut reasons = Vec::new();
        let mut errors = Vec::new();
        let mut passed = false;
        let kinds: [&dyn Fn() -> Option<Outcome>; 5] = [
            &|| self.exprs.as_ref().map(|exprs| exprs.decide(text)),
            &|| self.data.as_ref().map(|data| data.decide(text)),
            &|| self.context.as_ref().map(|expected| Ok(context(expected, event))),
            &|| self.time.as_ref().map(|span| clock::decide(span, event.time)),
            &|| self.script.then(|| script().map(scripted)),
        ];
        for kind in kinds {
            match kind() {
                None => {}
                Some(Ok(Decision::Passes)) => passed = true,
                Some(Ok(Decision::Fails(reason))) => reasons.push(reason),
                Some(Err(error)) if self.operator == Operator::And => return Err(error),
                Some(Err(error)) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors.join("; "));
        }
        match self.operator {
            Operator::And if reasons.is_empty() => Ok(Decision::Passes),
            Operator::Or if passed => Ok(Decision::Passes),
            Operator::Or if reasons.is_empty() => {
                Ok(Decision::Fails("no filter under `filtersLogicalOperator: or` can pass".to_owned()))
            }
            _ => Ok(Decision::Fails(reasons.join("; "))),
        }
    }
}

fn scripted(passes: bool) -> Decision {
    if passes {
        Decision::Passes
    } else {
        Decision::Fails("the filter in Lua did not return true".to_owned())
    }
}

/// Only these four attributes count.
fn context(expected: &ContextFilter, event: &Event) -> Decision {
    let pairs = [
        ("type", &expected.kind, &event.kind),
        ("subject", &expected.subject, &event.subject),
        ("source", &expected.source, &event.source),
        ("datacontenttype", &expected.datacontenttype, &event.datacontenttype),
    ];
    let differs = pairs.into_iter().find(|(_, expected, actual)| !expected.is_empty() && expected != actual);
    match differs {
        Some((name, expected, _)) => Decision::Fails(format!("`{name}` of the event is not `{expected}`")),
        None => Decision::Passes,
    }
}

/// Combines the entries of one kind. Under `and` the first that fails or errs decides; under `or` the first that passes,
/// and an error counts only when none does. An entry may abstain.
fn combine(operator: Operator, entries: impl Iterator<Item = Option<Outcome>>) -> Outcome {
    let mut reasons = Vec::new();
    let mut errors = Vec::new();
    for entry in entries.flatten() {
        match (entry, operator) {
            (Ok(Decision::Passes), Operator::And) => {}
            (decided, Operator::And) => return decided,
            (Ok(Decision::Passes), Operator::Or) => return Ok(Decision::Passes),
            (Ok(Decision::Fails(reason)), Operator::Or) => reasons.push(reason),
            (Err(error), Operator::Or) => errors.push(error),
        }
    }
    match operator {
        Operator::And => Ok(Decision::Passes),
        Operator::Or if !errors.is_empty() => Err(errors.join("; ")),
        Operator::Or if reasons.is_empty() => {
            Ok(Decision::Fails("no expression under `or` can pass".to_owned()))
        }
        Operator::Or => Ok(Decision::Fails(reasons.join("; "))),
    }
}

/// For a path that leads nowhere.
fn absent(path: &str) -> String {
    format!("`{path}` is not in the event")
}
