//! Calls of functions: 221 to 223.

use crate::diagnostics::{Diagnostic, Place};
use aev_plan::function::{Failure, Function, Takes};

/// AEV0221: more or fewer values than a function takes.
pub fn arguments(at: Place, function: &Function) -> Diagnostic {
    let problem = match function.params.len() {
        1 => Diagnostic::error(221, at, format!("`{}` takes one value", function.name)),
        2 => Diagnostic::error(221, at, format!("`{}` takes two values", function.name)),
        _ => Diagnostic::error(221, at, format!("`{}` takes three values", function.name)),
    };
    problem.help(format!("write it like `{}`", function.example.written))
}

/// AEV0222: a value that a function does not take.
pub fn wrong_argument(at: Place, function: &Function, takes: Takes, ty: &str) -> Diagnostic {
    let wanted = match takes {
        Takes::Text => "text",
        Takes::TextOrNumber => "text or a number",
        Takes::List => "a list",
        Takes::Any => "a value",
        Takes::Position => "a whole number, nought or more, that is written there",
        Takes::Time => "the time of an event",
        Takes::Layout => "a layout of Go that is written there",
    };
    let problem = Diagnostic::error(222, at, format!("`{}` takes {wanted} here", function.name))
        .saying(format!("of type `{ty}`"))
        .help(format!("write it like `{}`", function.example.written));
    match takes {
        Takes::Layout => problem.noting(
            "a layout has `2006`, `01`, `02`, `15`, `04`, `05`, `.000`, `Z07:00` and `-07:00`, and of letters only `T` and `Z` besides",
        ),
        _ => problem,
    }
}

/// AEV0223: a function that has no value for constants.
pub fn no_value(at: Place, function: &Function, why: Failure) -> Diagnostic {
    Diagnostic::error(223, at, format!("`{}` has no value for this", function.name)).saying(why.to_string())
}
