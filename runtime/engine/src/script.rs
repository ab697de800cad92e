//! Scripts in streams. The engine does not run them itself: it is handed what does.

use aev_plan::document::Document;
use aev_plan::model::ScriptLanguage;
use std::fmt;
use std::sync::Arc;

/// Reads scripts when a trigger is prepared.
pub trait Scripts {
    /// A script that can be run.
    ///
    /// # Errors
    /// It is not written as its language wants it; in words.
    fn compile(&self, language: ScriptLanguage, text: &str) -> Result<Arc<dyn Scripted>, String>;
}

/// A script that can be run, on any thread and on several at a time. It blocks the thread, and ends within bounds. Why it gives
/// no result is in words that hold no value of an event.
pub trait Scripted: fmt::Debug + Send + Sync {
    /// The data that it makes of the data of an event.
    ///
    /// # Errors
    /// It failed, met a bound, or gave something else.
    fn transform(&self, data: &Document) -> Result<Document, String>;

    /// Whether it lets an event pass.
    ///
    /// # Errors
    /// It failed or met a bound.
    fn decide(&self, data: &Document) -> Result<bool, String>;
}

/// For plans that have none.
#[derive(Clone, Copy, Debug)]
pub struct NoScripts;

impl Scripts for NoScripts {
    fn compile(&self, language: ScriptLanguage, _: &str) -> Result<Arc<dyn Scripted>, String> {
        Err(format!("{} is not run here", language.name()))
    }
}
