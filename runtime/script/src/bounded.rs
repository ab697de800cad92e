//! Scripts for the engine: each run within the same bounds.

use crate::limits::{Cancel, Limits};
use crate::script::{Language, Script};
use aev_engine::{Scripted, Scripts};
use aev_plan::document::Document;
use aev_plan::model::ScriptLanguage;
use std::sync::Arc;
use std::time::Duration;

/// The longest that a run takes on a machine that is too slow for the bounds that are counted.
const LONGEST: Duration = Duration::from_secs(1);

/// Compiles scripts whose runs have [`Limits::default`] and end after a second at the latest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounded;

impl Scripts for Bounded {
    fn compile(&self, language: ScriptLanguage, text: &str) -> Result<Arc<dyn Scripted>, String> {
        let language = match language {
            ScriptLanguage::Jq => Language::Jq,
            ScriptLanguage::Lua => Language::Lua,
        };
        let script = Script::compile(language, text).map_err(|mistake| mistake.to_string())?;
        Ok(Arc::new(script))
    }
}

impl Scripted for Script {
    fn transform(&self, data: &Document) -> Result<Document, String> {
        Script::transform(self, data, &limits()).map_err(|failure| failure.to_string())
    }

    fn decide(&self, data: &Document) -> Result<bool, String> {
        Script::decide(self, data, &limits()).map_err(|failure| failure.to_string())
    }
}

fn limits() -> Limits {
    Limits { cancel: Cancel::after(LONGEST), ..Limits::default() }
}
