//! jq, as gojq understands it.
//!
//! A filter is read into nodes with every name resolved, and executed by a machine that backtracks: what is still to be
//! done with a value is a chain of frames, what else could be tried is a stack of choice points. Both are lists in memory
//! that is counted, so recursion in a filter takes no stack, and every move of the machine is a step.

mod builtins;
mod dates;
mod formats;
mod lex;
mod machine;
mod operators;
mod parse;
mod paths;
mod pattern;
mod scope;
mod state;
mod syntax;
mod total;

pub(crate) use syntax::Program;

use crate::limits::{Bound, Meter};
use crate::script::{Executable, Failure, Mistake, Outcome};
use crate::value::{Refusal, TOO_DEEP, Value};

/// Reads a filter.
pub(crate) fn compile(text: &str) -> Result<Program, Mistake> {
    parse::program(text)
}

impl Executable for Program {
    fn execute(&self, input: Value, meter: &mut Meter) -> Result<Outcome, Failure> {
        match machine::first(self, input, meter) {
            Ok(Some(value)) => Ok(Outcome::Value(value)),
            Ok(None) => Ok(Outcome::Nothing),
            Err(Raise::Bound(bound)) => Err(Failure::Bound(bound)),
            Err(Raise::Error(Value::Text(text))) => Err(Failure::Raised(text.to_string())),
            Err(Raise::Error(_)) => {
                Err(Failure::Raised("the filter raised an error that is no text".to_owned()))
            }
            Err(Raise::User(_)) => Err(Failure::Raised("the filter raised an error with `error`".to_owned())),
        }
    }
}

/// What ends the way that a value was on.
#[derive(Clone, Debug)]
enum Raise {
    /// Made here. The text never holds a value of the event.
    Error(Value),
    /// Made by the filter with `error`.
    User(Value),
    Bound(Bound),
}

impl From<Bound> for Raise {
    fn from(bound: Bound) -> Raise {
        Raise::Bound(bound)
    }
}

impl From<Refusal> for Raise {
    fn from(refusal: Refusal) -> Raise {
        match refusal {
            Refusal::Bound(bound) => Raise::Bound(bound),
            Refusal::Deep => error(TOO_DEEP),
        }
    }
}

fn error(message: impl AsRef<str>) -> Raise {
    Raise::Error(message.as_ref().into())
}

type Fallible<T> = Result<T, Raise>;
