//! AEV0241–AEV0249: constants, and what is made of them before events come.

use super::{list_names, quoted};
use crate::diagnostics::{Diagnostic, Place, similar};

/// AEV0241: division by nought.
pub fn division_by_nought(at: Place) -> Diagnostic {
    Diagnostic::error(241, at, "nothing can be divided by nought").saying("has no value")
}

/// AEV0241: a result that no number holds.
pub fn too_large_number(at: Place) -> Diagnostic {
    Diagnostic::error(241, at, "the result is larger than any number").saying("has no value")
}

/// AEV0242: an operator with a constant that it does not take.
pub fn unfit(at: Place, sign: &str, wanted: &str, got: &str) -> Diagnostic {
    let problem = Diagnostic::error(242, at, format!("`{sign}` takes {wanted}, and this is {got}"));
    match (sign, got) {
        ("+", "text") => problem.help("text is put together with `${…}`, such as `\"${a}-${b}\"`"),
        _ => problem,
    }
}

/// AEV0242: constants of different kinds.
pub fn not_compared(at: Place, left: &str, right: &str) -> Diagnostic {
    Diagnostic::error(242, at, format!("{left} and {right} cannot be compared so"))
}

/// AEV0243: constants that are made of each other. The first place is where the circle is entered.
pub fn circular(circle: &[(Place, &str)]) -> Diagnostic {
    let (at, name) = circle.first().copied().unwrap_or((Place::new(0, Default::default()), ""));
    let message = match circle {
        [_] => format!("the constant `{name}` is made of itself"),
        _ => format!("the constant `{name}` is made of itself, through others"),
    };
    let problem = Diagnostic::error(243, at, message).saying("has no value");
    let rest = circle.iter().skip(1);
    rest.fold(problem, |problem, (at, name)| problem.see(*at, format!("`{name}` is part of the circle")))
        .help("give one of them a value of its own")
}

/// AEV0244: constants that would fill the memory.
pub fn too_large(at: Place) -> Diagnostic {
    Diagnostic::error(244, at, "written out, the constants of this file are too large")
        .saying("made of too much")
        .help("use fewer constants that are made of each other")
}

/// AEV0245: a field that a constant does not have.
pub fn no_member(at: Place, name: &str, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(245, at, format!("this constant has no field `{name}`"));
    match similar(name, known.iter().copied()).as_slice() {
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        [] if known.is_empty() => problem,
        [] => problem.help(format!("it has {}", list_names(known.iter().copied()))),
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0245: an element behind the end.
pub fn no_element(at: Place, index: i64, length: usize) -> Diagnostic {
    Diagnostic::error(245, at, format!("this constant has no element `[{index}]`")).saying(if length == 1 {
        "a list of 1".to_owned()
    } else {
        format!("a list of {length}")
    })
}

/// AEV0245: a part of something that has none.
pub fn no_part(at: Place, kind: &str, part: &str) -> Diagnostic {
    Diagnostic::error(245, at, format!("this constant is {kind}, and has no `{part}`"))
}

/// AEV0246: `...` of something else; `constant` says what it is, when that is known.
pub fn not_spread(at: Place, wanted: &str, constant: Option<&str>) -> Diagnostic {
    match constant {
        Some(kind) => Diagnostic::error(
            246,
            at,
            format!("only a list or an object can be taken in here with `...`, and this is {kind}"),
        )
        .saying(format!("expected a constant {wanted}")),
        None => Diagnostic::error(246, at, "only a constant can be taken in with `...`")
            .saying(format!("expected a constant {wanted}")),
    }
}

/// AEV0247: a condition of an `if` or a `for` that is neither true nor false.
pub fn no_condition(at: Place, kind: &str) -> Diagnostic {
    let message = match kind {
        "no constant" => "only a constant can decide here".to_owned(),
        kind => format!("this is {kind}, and decides nothing"),
    };
    Diagnostic::error(247, at, message).saying("expected `true` or `false`, or a comparison of constants")
}

/// AEV0247: `[for …]` over something that is no constant list.
pub fn no_list(at: Place, constant: Option<&str>) -> Diagnostic {
    let message = match constant {
        Some(kind) => format!("this is {kind}, and has no elements"),
        None => "a list with `for` is made of a constant list".to_owned(),
    };
    Diagnostic::error(247, at, message).saying("expected a constant list")
}

/// AEV0248: something in a constant that is known only when events come.
pub fn not_constant(at: Place) -> Diagnostic {
    Diagnostic::error(248, at, "a constant is made of constants only").saying("is no constant")
}

/// AEV0248: a name that is no constant.
pub fn unknown(at: Place, name: &str, meant: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(248, at, format!("there is no constant `{name}`"));
    match meant {
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        [] => problem.help(format!("declare it: `let {name} = …`; text is written in quotes")),
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}
