//! Reckoning, choices, quantifiers and ranges: 224 to 229.

use crate::diagnostics::{Diagnostic, Place};
use aev_plan::expr::Operator;
use aev_plan::function::Failure;

/// AEV0223: numbers that are constants and have no result.
pub fn no_result(at: Place, why: Failure) -> Diagnostic {
    Diagnostic::error(223, at, "this has no result").saying(why.to_string())
}

/// AEV0224: an operator of numbers beside something else.
pub fn no_number(at: Place, op: Operator, ty: &str, put_together: bool) -> Diagnostic {
    let problem = Diagnostic::error(224, at, format!("`{}` takes numbers", op.sign()))
        .saying(format!("of type `{ty}`"));
    match put_together {
        true => problem.help("text is put together with `${…}`, such as `\"pr-${e.body.number}\"`"),
        false => problem.help("text that is a number is made one with `number(…)`"),
    }
}

/// AEV0225: a condition that is not always true or false, where a value is wanted.
pub fn may_be_unknown(at: Place) -> Diagnostic {
    Diagnostic::error(225, at, "this condition may be neither true nor false, and then there is no value")
        .noting("it is unknown when what it reads is absent or of another kind")
        .help("give the event a type, or a default with `??`; or write two triggers, each with a filter")
}

/// AEV0225: `or` between values.
pub fn default_meant(at: Place) -> Diagnostic {
    Diagnostic::error(225, at, "`or` stands between conditions")
        .help("a default for what may be absent is written `a ?? b`")
}

/// AEV0226: a quantifier over something that has no elements.
pub fn no_list(at: Place, all: bool, ty: &str) -> Diagnostic {
    let word = if all { "all" } else { "any" };
    Diagnostic::error(226, at, format!("`{word}` asks about the elements of a list"))
        .saying(format!("of type `{ty}`"))
        .help(format!("write it like `{word} l in e.body.labels: l.name == \"ci\"`"))
}

/// AEV0227: an element that is called like an event.
pub fn name_taken(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(227, at, format!("`{name}` is already the name of something else here"))
        .help("give the element another name")
}

/// AEV0228: a range that holds nothing, or everything.
pub fn empty_range(at: Place) -> Diagnostic {
    Diagnostic::error(228, at, "both ends of the range are the same time")
        .noting("the first end belongs to the range, and the second does not")
        .help("write two different times, or leave the range out")
}

/// AEV0228: an end that is no time of day.
pub fn no_time_of_day(at: Place) -> Diagnostic {
    Diagnostic::error(228, at, "an end of a range is a time of day")
        .help("write it like `09:00` or `23:59:30`")
}

/// AEV0228: a time zone that is no constant.
pub fn zone_not_written(at: Place) -> Diagnostic {
    Diagnostic::error(228, at, "the time zone of a range is written there")
        .help("write it like `at \"Europe/London\"`")
}

/// AEV0229: a range of something else than the time of an event.
pub fn range_of_no_time(at: Place) -> Diagnostic {
    Diagnostic::error(229, at, "only the time of an event can lie in a range")
        .help("write it like `e::time in 09:00..17:00`; numbers are compared with `>=` and `<`")
}
