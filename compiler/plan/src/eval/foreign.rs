//! Expressions in Argo Events' own languages. The ports of these stand above the plan, so whoever prepares an expression
//! hands them in, as what runs scripts is handed to the engine.

use super::value::{Found, Missing};
use super::{Reason, Scope, Truth, Value};
use crate::document::Document;
use crate::event::Event;
use crate::expr::Foreign;
use std::fmt;
use std::sync::Arc;

/// Reads foreign expressions when an expression is prepared.
pub trait Dialects {
    /// What `gjson(…)` or `gotemplate(…)` reads.
    ///
    /// # Errors
    /// The text is wrong, or its language is not executed; why.
    fn reading(&self, foreign: &Foreign) -> Result<Arc<dyn Reading>, String>;

    /// What `govaluate(…)` asks.
    ///
    /// # Errors
    /// The text is wrong, or its language is not executed; why.
    fn test(&self, text: &str) -> Result<Arc<dyn Test>, String>;
}

/// A foreign expression that reads a value of an event.
pub trait Reading: fmt::Debug + Send + Sync {
    /// The value as JSON text; none when it is absent.
    ///
    /// # Errors
    /// It fails; why, without a value of the event.
    fn read(&self, event: &Event) -> Result<Option<String>, String>;
}

/// A foreign condition over values by name.
pub trait Test: fmt::Debug + Send + Sync {
    /// Whether it is true of these names with their JSON texts.
    ///
    /// # Errors
    /// It has no answer; why, without a value of the event.
    fn holds(&self, fields: &[(&str, &str)]) -> Result<bool, String>;
}

/// For expressions that are aev's alone.
#[derive(Clone, Copy, Debug)]
pub struct NoDialects;

impl Dialects for NoDialects {
    fn reading(&self, foreign: &Foreign) -> Result<Arc<dyn Reading>, String> {
        Err(format!("{} is not executed here", foreign.language.name()))
    }

    fn test(&self, _: &str) -> Result<Arc<dyn Test>, String> {
        Err("govaluate is not executed here".to_owned())
    }
}

/// A prepared reading.
#[derive(Clone, Debug)]
pub struct Read {
    /// Which event.
    pub(super) slot: usize,
    pub(super) reading: Arc<dyn Reading>,
    /// As it is written.
    pub(super) written: Box<str>,
}

impl Read {
    pub(super) fn find<'v>(&self, scope: &Scope<'v>) -> Result<Found<'v>, Missing> {
        let absent = |no_event| Missing::Absent { path: self.written.to_string(), no_event };
        let failed = |why| Missing::Foreign { call: self.written.to_string(), why };
        let event = scope.get(self.slot).copied().flatten().ok_or_else(|| absent(true))?;
        let text = self.reading.read(event).map_err(failed)?.ok_or_else(|| absent(false))?;
        let document = Document::parse(text);
        document.map(Found::Read).map_err(|_| failed("what it gives is no JSON".to_owned()))
    }
}

/// A prepared `govaluate(…)`.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) fields: Box<[(String, Value)]>,
    pub(super) test: Arc<dyn Test>,
}

impl Asked {
    pub(super) fn decide(&self, scope: &Scope<'_>) -> Truth {
        self.answer(scope).ok().into()
    }

    pub(super) fn explain(&self, wanted: bool, scope: &Scope<'_>) -> Reason {
        match self.answer(scope) {
            Err(reason) => *reason,
            Ok(_) if wanted => Reason::Argo("the expression of govaluate is not true".to_owned()),
            Ok(_) => Reason::Argo("the expression of govaluate is true".to_owned()),
        }
    }

    fn answer(&self, scope: &Scope<'_>) -> Result<bool, Box<Reason>> {
        let mut texts = Vec::with_capacity(self.fields.len());
        for (name, value) in &self.fields {
            let found = value.find(scope);
            let missing = |_| Box::new(super::predicate::missing_value(value, &value.written(), scope));
            texts.push((name.as_str(), found.map_err(missing)?.into_raw()));
        }
        let fields: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_ref())).collect();
        self.test.holds(&fields).map_err(|why| Box::new(Reason::Argo(why)))
    }
}
