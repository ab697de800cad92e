//! AEV0301–AEV0329: kinds, their fields, and the form of constants.

use super::{list_names, quoted, words};
use crate::diagnostics::{Diagnostic, Place, similar};
use aev_catalogue::{Names, meant};

/// AEV0301: a kind that does not exist.
pub fn unknown_kind(at: Place, what: &str, name: &str, meant: &[&str], known: &[&str]) -> Diagnostic {
    let problem = match what {
        "action" => Diagnostic::error(301, at, format!("there is no action `{name}`")),
        _ => Diagnostic::error(301, at, format!("there is no {what} of kind `{name}`")),
    };
    match meant {
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        [] if what == "source" && words::for_source(name).is_some_and(|meant| known.contains(&meant)) => {
            let meant = words::for_source(name).unwrap_or_default();
            problem.help(format!("did you mean `{meant}`?")).replaced_by(format!("write `{meant}`"), meant)
        }
        [] => match (what, words::for_action(name)) {
            ("action", Some(help)) => problem.help(help),
            ("action", None) => {
                problem.help(format!("the actions are {}", list_names(known.iter().copied())))
            }
            _ => problem.help(format!("the kinds are {}", list_names(known.iter().copied()))),
        },
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0302: a field that does not exist. `absent` are those that are not written yet, `missing` is one that must be.
pub fn unknown_field(
    at: Place,
    owner: &str,
    name: &str,
    absent: &[&str],
    missing: Option<&str>,
) -> Diagnostic {
    let problem = Diagnostic::error(302, at, format!("{owner} has no field `{name}`"));
    let known = meant(name).iter().copied().find(|meant| absent.contains(meant));
    let meant = known.map_or_else(|| similar(name, absent.iter().copied()), |known| vec![known]);
    match (meant.as_slice(), missing) {
        ([only], _) => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        ([_, ..], _) => problem.help(format!("did you mean {}?", quoted(&meant))),
        _ if words::for_argo(name).is_some() => problem.help(words::for_argo(name).unwrap_or_default()),
        _ if aev_catalogue::option(name).is_some() => {
            problem.help("it is an option of the trigger, and stands beside the action")
        }
        ([], Some(missing)) => problem.help(format!("`{missing}` must be there")),
        ([], None) if absent.is_empty() => problem.help("remove it"),
        ([], None) => problem.help(format!("it also takes {}", list_names(absent.iter().copied()))),
    }
}

/// AEV0302: a field of the braces in the parentheses.
pub fn argument_is_field(at: Place, owner: &str, name: &str) -> Diagnostic {
    Diagnostic::error(302, at, format!("{owner} has no field `{name}`"))
        .saying("stands in the braces")
        .help(format!("write `{name}: …` into the braces of the action"))
}

/// AEV0302: a field of the object that is another field.
pub fn field_of_inner(at: Place, owner: &str, name: &str, inner: &str) -> Diagnostic {
    Diagnostic::error(302, at, format!("{owner} has no field `{name}`"))
        .saying(format!("a field of `{inner}`"))
        .help(format!("write it into the braces of `{inner}: {{ … }}`"))
}

/// AEV0303: fields that must be there.
pub fn missing_fields(at: Place, owner: &str, missing: &[&str]) -> Diagnostic {
    let names = quoted(missing).replace(" or ", " and ");
    Diagnostic::error(303, at, format!("{owner} needs {names}")).help("add what is missing")
}

/// AEV0303: a Kubernetes object without what every object has.
pub fn incomplete_object(at: Place, missing: &[&str]) -> Diagnostic {
    let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::error(303, at, format!("a Kubernetes object needs {names}")).help("add what is missing")
}

/// AEV0304: a field that is written twice.
pub fn field_twice(at: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::error(304, at, format!("`{name}` is written twice"))
        .saying("written again here")
        .see(first, "written first here")
        .help("remove one of them")
}

/// AEV0305: one of several fields must be there.
pub fn none_of(at: Place, owner: &str, groups: &[&[&str]]) -> Diagnostic {
    let names = groups
        .iter()
        .map(|group| group.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "))
        .collect::<Vec<_>>()
        .join(", or ");
    Diagnostic::error(305, at, format!("{owner} needs {names}"))
}

/// AEV0305: fields that exclude each other.
pub fn both_of(at: Place, first_at: Place, first: &str, second: &str) -> Diagnostic {
    Diagnostic::error(305, at, format!("`{first}` and `{second}` exclude each other"))
        .see(first_at, "the other one")
        .help("keep one of them")
}

/// AEV0305: a field that needs another.
pub fn needs(at: Place, name: &str, other: &str) -> Diagnostic {
    Diagnostic::error(305, at, format!("`{name}` needs `{other}` beside it"))
        .help(format!("add `{other}`, or remove `{name}`"))
}

/// AEV0305: a signature of requests that have no body.
pub fn nothing_signed(at: Place) -> Diagnostic {
    Diagnostic::error(305, at, "a `GET` has no body that could be signed")
        .saying("the signature of nothing fits every request")
        .help("take requests with `method: \"POST\"`, or ask for a token with `authSecret`")
}

/// AEV0306: a text that is none of the possible ones.
pub fn not_one_of(at: Place, value: &str, values: &[&str]) -> Diagnostic {
    let shown: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    let problem = Diagnostic::error(306, at, format!("`\"{value}\"` is not possible here"));
    match (similar(value, values.iter().copied()).as_slice(), shown.as_slice()) {
        (meant @ [_, ..], _) => text_meant(problem, meant),
        ([], [only]) => {
            problem.help(format!("write `{only}`")).replaced_by(format!("write `{only}`"), only.clone())
        }
        ([], shown) => problem.help(format!("write one of {}", list_names(shown.iter().map(String::as_str)))),
    }
}

/// AEV0306: a name that its owner does not have.
pub fn unknown_name(at: Place, name: &str, names: &Names) -> Diagnostic {
    let problem = Diagnostic::error(306, at, format!("{} has no {} `{name}`", names.owner, names.what));
    match similar(name, names.values.iter().copied()).as_slice() {
        [] => problem.help(names.hint),
        meant => text_meant(problem, meant),
    }
}

/// Which text was meant: the correction, when it is one.
fn text_meant(problem: Diagnostic, meant: &[&str]) -> Diagnostic {
    let meant: Vec<String> = meant.iter().map(|meant| format!("\"{meant}\"")).collect();
    let shown: Vec<&str> = meant.iter().map(String::as_str).collect();
    let problem = problem.help(format!("did you mean {}?", quoted(&shown)));
    match shown.as_slice() {
        [only] => problem.replaced_by(format!("write `{only}`"), *only),
        _ => problem,
    }
}

/// AEV0307: a number that is too small or too large.
pub fn out_of_bounds(at: Place, number: f64, min: f64, max: f64) -> Diagnostic {
    let bounds = match (min, max) {
        (min, max) if max >= 2_147_483_647.0 && number < min => format!("at least {min}"),
        (min, max) => format!("from {min} to {max}"),
    };
    Diagnostic::error(307, at, format!("{number} is out of bounds"))
        .saying(format!("expected a number {bounds}"))
}

/// AEV0307: a number within the bounds that does not work.
pub fn unwanted_number(at: Place, name: &str, number: i64, why: &str) -> Diagnostic {
    Diagnostic::error(307, at, format!("`{name}` cannot be {number}")).saying(why)
}

/// AEV0307: a duration of nought.
pub fn no_time(at: Place) -> Diagnostic {
    Diagnostic::error(307, at, "this is no time at all").saying("expected a duration longer than nought")
}

/// AEV0308: a text that has not the form it needs.
pub fn malformed(at: Place, what: &str, text: &str, why: &str, meant: Option<String>) -> Diagnostic {
    let problem = Diagnostic::error(308, at, format!("`{text}` is not {what}")).saying(why);
    match meant {
        Some(meant) => {
            problem.help(format!("write `{meant}`")).replaced_by(format!("write `{meant}`"), meant)
        }
        None => problem,
    }
}

/// AEV0308: a field that must be there, and says nothing.
pub fn empty(at: Place, field: &str) -> Diagnostic {
    Diagnostic::error(308, at, format!("`{field}` is empty"))
        .saying("it must say something")
        .help("write what is meant")
}

/// AEV0309: a duration without its unit.
pub fn duration_without_unit(at: Place) -> Diagnostic {
    Diagnostic::error(309, at, "a duration needs its unit")
        .saying("seconds, minutes or hours")
        .help("write it like `500ms`, `30s`, `5m` or `1h30m`")
}

/// AEV0310: a schedule that Argo Events does not take.
pub fn bad_cron(at: Place, schedule: &str, why: &str, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(310, at, format!("`{schedule}` is no cron schedule")).saying(why);
    match meant {
        Some(meant) => problem
            .help(format!("write `\"{meant}\"`"))
            .replaced_by(format!("write `\"{meant}\"`"), format!("\"{meant}\"")),
        None => problem.help(
            "the fields are minute, hour, day of the month, month and day of the week: `\"0 2 * * *\"`",
        ),
    }
}

/// AEV0310: a schedule without any day.
pub fn schedule_never_comes(at: Place, schedule: &str, why: &str) -> Diagnostic {
    Diagnostic::error(310, at, format!("`{schedule}` never comes"))
        .saying(why)
        .help("the third field is the day of the month, the fourth the month")
}

/// AEV0311: a time zone that does not exist.
pub fn unknown_zone(at: Place, name: &str, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(311, at, format!("there is no time zone `{name}`"));
    match meant {
        Some(meant) => problem
            .help(format!("did you mean `\"{meant}\"`?"))
            .replaced_by(format!("write `\"{meant}\"`"), format!("\"{meant}\"")),
        None => problem.help("zones are called as in the IANA database, such as `\"Europe/Berlin\"`"),
    }
}

/// AEV0314: more than Kubernetes takes.
pub fn past_limit(at: Place, what: &str, bytes: usize, limit: usize) -> Diagnostic {
    Diagnostic::error(314, at, format!("the {what} are too large for Kubernetes"))
        .saying(format!("{bytes} bytes; at most {limit}"))
        .help("keep what is long in a ConfigMap, and name that")
}

/// AEV0312: two endpoints that are one.
pub fn same_endpoint(at: Place, first: Place, endpoint: &str, port: &str) -> Diagnostic {
    Diagnostic::error(312, at, format!("two events share the endpoint `{endpoint}` on port {port}"))
        .saying("a request could not be told apart")
        .see(first, "the other one")
        .help("give one of them another endpoint or port")
}
