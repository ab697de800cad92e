//! A script that is compiled once and run for many events.

use crate::limits::{Bound, Limits, Meter};
use crate::value::{Refusal, TOO_DEEP, Value};
use crate::{jq, lua};
use aev_plan::document::{Document, Kind};
use std::fmt;
use std::sync::Arc;

/// A language that scripts are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// jq 1.7 as gojq understands it.
    Jq,
    /// Lua 5.1 as gopher-lua understands it.
    Lua,
}

/// A compiled script. Cloning shares it; any number of threads may run it at the same time.
#[derive(Clone)]
pub struct Script {
    program: Arc<dyn Executable + Send + Sync>,
    language: Language,
}

/// A compiled script of one language.
pub(crate) trait Executable {
    /// Runs it on the data of an event.
    fn execute(&self, input: Value, meter: &mut Meter) -> Result<Outcome, Failure>;
}

/// What a script gave.
pub(crate) enum Outcome {
    Value(Value),
    /// No output, or nil.
    Nothing,
    /// Something of Lua that is no data, such as a function.
    NoData,
}

/// Why a text is no script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong, and what to write instead.
    pub message: String,
    /// The byte of the script at which it shows.
    pub at: usize,
    /// Its line, from 1.
    pub line: usize,
}

impl Mistake {
    pub(crate) fn at(text: &str, at: usize, message: impl Into<String>) -> Mistake {
        let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
        Mistake { message: message.into(), at, line: 1 + before.iter().filter(|b| **b == b'\n').count() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Mistake {}

/// Why a run gave no result. Its words never hold a value of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It met a bound.
    Bound(Bound),
    /// It raised an error.
    Raised(String),
    /// The data of the event is no object, and Argo hands nothing else to a script.
    InputIsNoObject,
    /// It gave something else than was asked for.
    Result(&'static str),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Bound(bound) => bound.fmt(f),
            Failure::Raised(message) => write!(f, "the script failed: {message}"),
            Failure::InputIsNoObject => f.write_str("the data of the event is no object"),
            Failure::Result(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Bound> for Failure {
    fn from(bound: Bound) -> Failure {
        Failure::Bound(bound)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        match refusal {
            Refusal::Bound(bound) => Failure::Bound(bound),
            Refusal::Deep => Failure::Raised(TOO_DEEP.to_owned()),
        }
    }
}

/// The longest script, in bytes.
pub const MAX_SCRIPT: usize = 64 << 10;

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// It is not written as its language wants it, uses what a script may not use, or is longer than [`MAX_SCRIPT`].
    pub fn compile(language: Language, text: &str) -> Result<Script, Mistake> {
        if text.len() > MAX_SCRIPT {
            return Err(Mistake::at(text, 0, "a script has at most 64 KiB"));
        }
        let program: Arc<dyn Executable + Send + Sync> = match language {
            Language::Jq => Arc::new(jq::compile(text)?),
            Language::Lua => Arc::new(lua::compile(text)?),
        };
        Ok(Script { program, language })
    }

    /// The language it is written in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The data that the script makes of the data of an event, as `transform` in Argo: of jq the first output, of Lua the
    /// table that it returns. Keys come in their order and `<`, `>` and `&` are escaped, as Go writes JSON.
    ///
    /// # Errors
    /// See [`Failure`]. In Argo such an event is dropped.
    pub fn transform(&self, data: &Document, limits: &Limits) -> Result<Document, Failure> {
        let mut meter = Meter::new(limits);
        let value = match self.run(data, &mut meter)? {
            Outcome::Value(value @ Value::Object(_)) => value,
            // Argo puts a list of Lua into the event, too.
            Outcome::Value(value @ Value::List(_)) if self.language == Language::Lua => value,
            _ => return Err(Failure::Result("the script gave no object")),
        };
        let text = value.write(&mut meter)?;
        let text = text.ok_or(Failure::Result("the script gave a number that JSON has not"))?;
        meter.allocate(17 * text.len())?;
        Document::parse(text).map_err(|_| Failure::Result("the script gave an object that nests too deeply"))
    }

    /// Whether the script lets an event pass, as `script` among Argo's filters: only `true` does, nothing else that Lua
    /// counts as true.
    ///
    /// # Errors
    /// See [`Failure`]. In Argo such an event is rejected.
    pub fn decide(&self, data: &Document, limits: &Limits) -> Result<bool, Failure> {
        let mut meter = Meter::new(limits);
        Ok(matches!(self.run(data, &mut meter)?, Outcome::Value(Value::Bool(true))))
    }

    fn run(&self, data: &Document, meter: &mut Meter) -> Result<Outcome, Failure> {
        if data.root().kind() != Kind::Object {
            return Err(Failure::InputIsNoObject);
        }
        let input = Value::read(data.root(), meter)?;
        self.program.execute(input, meter)
    }
}

/// Its language only: a script may hold secrets.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("language", &self.language).finish_non_exhaustive()
    }
}
