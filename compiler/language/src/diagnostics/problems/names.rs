//! AEV0101–AEV0199: names that stand for nothing, or for two things.

use super::{list_names, quoted, words};
use crate::diagnostics::{Diagnostic, Place, similar};

/// AEV0101: what `from` or `on` names does not exist.
pub fn unknown_stream(at: Place, word: &str, name: &str, meant: &[&str], known: &[String]) -> Diagnostic {
    let problem = Diagnostic::error(101, at, format!("there is no source, event or filter `{name}`"))
        .saying(format!("what `{word}` names does not exist"));
    match (meant, known) {
        ([only], _) => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        ([], []) => problem.help("declare a source first: `source NAME: webhook { … }`"),
        ([], known) => {
            problem.help(format!("this file has {}", list_names(known.iter().map(String::as_str))))
        }
        (meant, _) => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0102: a name in an expression stands for no event there.
pub fn unknown_in_expression(
    at: Place,
    name: &str,
    meant: &[&str],
    events: &[&str],
    elsewhere: bool,
) -> Diagnostic {
    let problem = Diagnostic::error(102, at, format!("`{name}` is no event here"));
    let problem = match elsewhere {
        true => problem.saying("it exists, and is not what this item reads"),
        false => problem.saying("nothing in scope has this name"),
    };
    match (meant, events) {
        ([only], _) => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        ([], []) => problem,
        ([], events) => {
            let are = if events.len() == 1 { "the event is called" } else { "the events are called" };
            problem.help(format!("{are} {}; text is written in quotes", list_names(events.iter().copied())))
        }
        (meant, _) => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0102: a part of the event is named without the event.
pub fn root_without_event(at: Place, name: &str, event: &str) -> Diagnostic {
    let meant = format!("{event}.{name}");
    Diagnostic::error(102, at, format!("`{name}` is no event here"))
        .saying("it is part of an event")
        .help(format!("write `{meant}`"))
        .replaced_by(format!("write `{meant}`"), meant)
}

/// AEV0102: the event that must not come, where it has not.
pub fn never_came(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(102, at, format!("`{name}` is no event here"))
        .saying("the trigger fires when it has not come")
        .help("it can be named in `match` only")
}

/// AEV0102: `True`, `nil` and their like.
pub fn constant_elsewhere(at: Place, name: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(102, at, format!("`{name}` is no event here"))
        .help(format!("did you mean `{meant}`?"))
        .replaced_by(format!("write `{meant}`"), meant)
}

/// AEV0103: a name is declared twice in one scope.
pub fn defined_twice(at: Place, first: Place, what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(103, at, format!("the {what} `{name}` is declared twice"))
        .saying("declared again here")
        .see(first, "declared first here")
        .help("rename one of them, or remove it")
}

/// AEV0348: two items are emitted under one name.
pub fn emitted_twice(at: Place, first: Place, what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(348, at, format!("two {what}s would be emitted as `{name}`"))
        .saying("the second")
        .see(first, "the first")
        .help("give one of them another name, with `named` or without it")
}

/// AEV0104: two names that Argo takes for one.
pub fn differ_in_hyphen(at: Place, first: Place, what: &str, name: &str, other: &str) -> Diagnostic {
    let why = match what {
        "trigger" | "bus" | "type" | "member" | "constant" => "too much alike to be told apart",
        _ => "Argo Events takes them for one name",
    };
    Diagnostic::error(104, at, format!("`{name}` and `{other}` differ only in `-` and `_`"))
        .saying(why)
        .see(first, "the other one")
        .help("rename one of them")
}

/// AEV0105: filters refine one another. The first place is where the circle is entered.
pub fn circular_filters(circle: &[(Place, &str)]) -> Diagnostic {
    let Some(((at, first), rest)) = circle.split_first() else {
        return Diagnostic::error(
            105,
            Place::new(0, Default::default()),
            "filters refine one another in a circle",
        );
    };
    let mut problem = match rest {
        [] => Diagnostic::error(105, *at, format!("the filter `{first}` refines itself")),
        _ => Diagnostic::error(105, *at, format!("the filter `{first}` refines itself, through others")),
    }
    .saying("no event can ever pass");
    for (place, name) in rest {
        problem = problem.see(*place, format!("`{name}` is part of the circle"));
    }
    problem.help("let one of them read an event: `from SOURCE`")
}

/// AEV0106: a source with several events is named where one event is meant.
pub fn source_with_events(at: Place, source: &str, events: &[&str]) -> Diagnostic {
    let full: Vec<String> = events.iter().map(|event| format!("{source}.{event}")).collect();
    let problem = Diagnostic::error(106, at, format!("`{source}` is a source with events of its own"))
        .saying("name one of its events");
    match full.as_slice() {
        [only] => {
            problem.help(format!("write `{only}`")).replaced_by(format!("write `{only}`"), only.clone())
        }
        _ => problem.help(format!("its events are {}", list_names(full.iter().map(String::as_str)))),
    }
}

/// AEV0106: a source with one event is called like its event.
pub fn source_is_its_event(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(106, at, format!("`{source}` has one event, which is called like the source"))
        .saying("there is nothing below it")
        .help(format!("write `{source}`"))
        .replaced_by(format!("write `{source}`"), source)
}

/// AEV0106: a filter has no events below it.
pub fn filter_has_no_events(at: Place, filter: &str) -> Diagnostic {
    Diagnostic::error(106, at, format!("`{filter}` is a filter, and has no events of its own"))
        .help(format!("write `{filter}`"))
        .replaced_by(format!("write `{filter}`"), filter)
}

/// AEV0107: a source has no such event.
pub fn unknown_event(at: Place, source: &str, name: &str, meant: &[&str], known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(107, at, format!("the source `{source}` has no event `{name}`"));
    match meant {
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        [] if known.is_empty() => problem,
        [] => problem.help(format!("its events are {}", list_names(known.iter().copied()))),
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0108: a type that does not exist.
pub fn unknown_type(at: Place, name: &str, meant: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(108, at, format!("there is no type `{name}`"));
    match meant {
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        [] => match words::for_type(name) {
            Some(meant) => problem
                .help(format!("it is called `{meant}` here"))
                .replaced_by(format!("write `{meant}`"), meant),
            None => problem.help(format!("declare it: `type {name} {{ … }}`")),
        },
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0109: a bus that this file does not declare.
pub fn unknown_bus(at: Place, name: &str, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(109, at, format!("this file has no bus `{name}`"));
    match similar(name, known.iter().copied()).as_slice() {
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        [] => problem
            .help(format!("the name of a bus that is declared elsewhere stands in quotes: `\"{name}\"`")),
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0110: one name for two events of a condition.
pub fn same_name_in_condition(at: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::error(110, at, format!("two events of this condition are called `{name}`"))
        .saying("the second")
        .see(first, "the first")
        .help("give one of them another name with `as`")
}

/// AEV0110: an event that is named twice side by side.
pub fn event_twice(at: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::error(110, at, format!("this condition names `{name}` twice"))
        .saying("the second")
        .see(first, "the first")
        .help("remove one of them")
}

/// AEV0111: a name that Kubernetes does not take.
/// `meant` is written as it would stand there.
pub fn unfit_name(at: Place, name: &str, why: &str, meant: Option<String>) -> Diagnostic {
    let problem =
        Diagnostic::error(111, at, format!("Kubernetes does not take the name `{name}`")).saying(why);
    match meant {
        Some(meant) => {
            problem.help(format!("write `{meant}`")).replaced_by(format!("write `{meant}`"), meant)
        }
        None => problem.help("a name has lower-case letters, digits and `-`"),
    }
}

/// AEV0111: a name that fits, and is too long for the names that are made of it.
pub fn too_long_to_extend(at: Place, name: &str, longest: usize) -> Diagnostic {
    Diagnostic::error(
        111,
        at,
        format!("the name `{name}` is too long for the objects that are called after it"),
    )
    .saying(format!("{} characters; at most {longest}", name.len()))
    .help("choose a shorter name")
}

/// AEV0111: what a trigger creates carries the name in a label.
/// `meant` is written as it would stand there.
pub fn unfit_label(at: Place, name: &str, why: &str, meant: Option<String>) -> Diagnostic {
    let problem = Diagnostic::error(111, at, format!("Kubernetes does not take `{name}` as a label"))
        .saying(why)
        .noting("what a trigger creates carries the name of the trigger in a label");
    match meant {
        None => problem.help("choose another name"),
        Some(meant) => {
            problem.help(format!("write `{meant}`")).replaced_by(format!("write `{meant}`"), meant)
        }
    }
}

/// AEV0113: two streams of the sensor have one name.
pub fn same_stream(at: Place, first: Place, this: &str, other: &str, name: &str) -> Diagnostic {
    Diagnostic::error(113, at, format!("{this} and {other} are both called `{name}` by their sensor"))
        .saying("the second")
        .see(first, "the first")
        .noting("an event of a source with several is called `SOURCE-EVENT` there")
        .help("rename one of them")
}

/// AEV0111: the name of a file without a header is the name of the pipeline.
pub fn unfit_stem(at: Place, stem: &str, why: &str, meant: Option<&str>) -> Diagnostic {
    Diagnostic::error(
        111,
        at,
        format!("Kubernetes does not take the name `{stem}`, which this file gives the pipeline"),
    )
    .saying(why)
    .help(format!("begin the file with a header: `pipeline {}`", meant.unwrap_or("NAME")))
}

/// AEV0114: a name that a constant has, too.
pub fn same_as_constant(at: Place, constant: Place, name: &str) -> Diagnostic {
    Diagnostic::error(114, at, format!("`{name}` is the name of a constant, too"))
        .saying("one name for two things")
        .see(constant, "the constant")
        .help("rename one of them; an event gets another name with `as`")
}

/// The function that other languages call so.
pub fn function_elsewhere(name: &str) -> Option<&'static str> {
    words::for_function(name)
}

/// AEV0112: a call of something below a value.
pub fn no_methods(at: Place, name: Option<&str>) -> Diagnostic {
    let problem = match name {
        Some(name) => Diagnostic::error(112, at, format!("`{name}` is no function"))
            .saying("values have no functions of their own"),
        None => Diagnostic::error(112, at, "this is no function, and cannot be called"),
    };
    if let Some(function) = name.and_then(words::for_function) {
        return problem.help(format!("the function stands before its value: `{function}(…)`"));
    }
    problem.help("compare text with `matches r\"^…\"`, and one of several values with `in [\"a\", \"b\"]`")
}

/// AEV0112: a function that does not exist.
pub fn unknown_function(at: Place, name: &str, meant: Option<&str>, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(112, at, format!("`{name}` is no function"));
    match meant {
        Some(meant) => {
            problem.help(format!("did you mean `{meant}`?")).replaced_by(format!("write `{meant}`"), meant)
        }
        None => problem.help(format!("the functions are {}", list_names(known.iter().copied()))),
    }
}
