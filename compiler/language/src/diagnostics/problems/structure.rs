//! AEV0331–AEV0359: how items are put together.

use super::{list_names, quoted, words};
use crate::diagnostics::{Diagnostic, Place};
use crate::syntax::ast::Span;

/// AEV0331: braces without an action.
pub fn no_action(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(331, at, format!("`{name}` has no action"))
        .saying("nothing would happen")
        .help("add one, such as `workflow.run \"TEMPLATE\" { … }` or `log`")
}

/// AEV0331: more than one action.
pub fn several_actions(at: Place, first: Place, name: &str) -> Diagnostic {
    Diagnostic::error(331, at, format!("`{name}` has more than one action"))
        .saying("the second")
        .see(first, "the first")
        .help("write a trigger for each")
}

/// AEV0332: an option that does not exist.
pub fn unknown_option(at: Place, name: &str, meant: &[&str], known: &[&str], clause: bool) -> Diagnostic {
    let problem = Diagnostic::error(332, at, format!("a trigger has no option `{name}`"));
    match meant {
        _ if name == "template" => {
            problem.help("what is done stands in the braces of the trigger by its name, such as `http { … }`")
        }
        _ if clause => problem.help(format!("`{name}` stands before the braces, without a colon")),
        _ if words::is_action(name) => {
            problem.help(format!("`{name}` is an action, and has no colon behind it"))
        }
        [only] => {
            problem.help(format!("did you mean `{only}`?")).replaced_by(format!("write `{only}`"), *only)
        }
        _ if words::for_argo(name).is_some() => problem.help(words::for_argo(name).unwrap_or_default()),
        [] => problem.help(format!(
            "the options are {}; the fields of an action stand in the action's own braces",
            list_names(known.iter().copied())
        )),
        meant => problem.help(format!("did you mean {}?", quoted(meant))),
    }
}

/// AEV0332: an option in the form of an action.
pub fn option_without_colon(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(332, at, format!("`{name}` is an option, and no action"))
        .saying("an option and its value are separated by `:`")
        .help(format!("write `{name}: …`"))
        .replaced_by("write `:` behind it", format!("{name}:"))
}

/// AEV0333: `success` on an action that has none.
pub fn no_success(at: Place, whole: Span, action: &str) -> Diagnostic {
    Diagnostic::error(333, at, format!("`success` says nothing about `{action}`"))
        .saying("it is done when the call returns")
        .help("remove it")
        .removing(whole)
}

/// AEV0334: something that an action needs.
pub fn action_needs(at: Place, action: &str, what: &str) -> Diagnostic {
    Diagnostic::error(334, at, format!("`{action}` needs {what}"))
}

/// AEV0334: something that an action does not take.
pub fn action_takes_no(at: Place, action: &str, what: &str) -> Diagnostic {
    Diagnostic::error(334, at, format!("`{action}` does not take {what}")).help("remove it").removing(at.span)
}

/// AEV0334: an argument in parentheses without its name.
pub fn argument_without_name(at: Place, action: &str) -> Diagnostic {
    Diagnostic::error(334, at, format!("what stands in the parentheses of `{action}` has a name"))
        .help("write it like `(name: value)`")
}

/// AEV0335: more than one `on-failure`.
pub fn several_on_failure(at: Place, first: Place) -> Diagnostic {
    Diagnostic::error(335, at, "a trigger has one `on-failure`")
        .saying("the second")
        .see(first, "the first")
        .help("remove one of them")
}

/// AEV0335: `on-failure` within another.
pub fn nested_on_failure(at: Place) -> Diagnostic {
    Diagnostic::error(335, at, "an `on-failure` has none of its own").help("remove it")
}

/// AEV0335: an option that only the trigger itself has.
pub fn not_in_on_failure(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(335, at, format!("`{name}` is said by the trigger, not by its `on-failure`"))
        .help("move it to the trigger, or remove it")
}

/// AEV0336: one name for events that come together.
pub fn alias_of_join(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(336, at, format!("`{name}` would be two events at once"))
        .saying("only alternatives can share a name")
        .help("give each event a name of its own: `on a as x and b as y`")
}

/// AEV0337: fields of a source that somebody else runs.
pub fn external_with_fields(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(337, at, format!("`{source}` is somebody else's, and has no fields here"))
        .saying("nothing is made of it")
        .help("remove the braces, or the word `external`")
}

/// AEV0337: `raw` of a source that somebody else runs.
pub fn external_with_raw(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(337, at, format!("`{source}` is somebody else's, and has no `raw` here"))
        .saying("nothing is made of it")
        .help("remove it, or the word `external`")
}

/// AEV0437: `raw` of a header without a sensor.
pub fn raw_without_sensor(at: Place) -> Diagnostic {
    Diagnostic::error(437, at, "this `raw` goes nowhere")
        .saying("it belongs to the sensor of the file, which has none without a trigger")
        .help("remove it, or put it into the source or the bus that is meant")
}

/// AEV0356: a `where` at a source that somebody else runs.
pub fn external_with_filter(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(
        356,
        at,
        format!("`{source}` is somebody else's, and its events cannot be kept from the bus here"),
    )
    .help("move the `where` to a `filter` of the event, or remove the word `external`")
}

/// AEV0357: a Service before a source without ports.
pub fn service_without_ports(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(357, at, format!("`{source}` has no ports that a Service could stand before"))
        .noting("only events of kinds that take HTTP requests have one")
        .help("remove `service`")
}

/// AEV0338: kinds that cannot share an object.
pub fn mixed_strategies(at: Place, first: Place) -> Diagnostic {
    Diagnostic::error(338, at, "these two kinds cannot share a source")
        .saying("one pod at a time may receive the one")
        .see(first, "and every pod the other")
        .help("write a source for each")
}

/// AEV0339: a source whose braces hold neither events nor what belongs beside them.
pub fn no_kind(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(339, at, format!("the source `{source}` has neither a kind nor events"))
        .help(format!("write its kind: `source {source}: webhook {{ … }}`"))
}

/// AEV0339: a source without events.
pub fn no_events(at: Place, source: &str) -> Diagnostic {
    Diagnostic::error(339, at, format!("the source `{source}` has no event"))
        .help("add one, such as `event NAME: webhook { … }`")
}

/// AEV0340: a step of a path that is none.
pub fn patch_step(at: Place, why: &str) -> Diagnostic {
    Diagnostic::error(340, at, "this is no step of a path in `with`").saying(why)
}

/// AEV0340: `old` within what is put there.
pub fn misplaced_old(at: Place) -> Diagnostic {
    Diagnostic::error(340, at, "`old` can only be added to")
        .saying("it stands at one end of a sum")
        .help("write `old + …` or `… + old`")
}

/// AEV0341: arguments of a place that an object comes from.
pub fn place_of_object(at: Place, place: &str, names: &[&str]) -> Diagnostic {
    let arguments =
        names.iter().map(|name| format!("\"{}\"", name.to_uppercase())).collect::<Vec<_>>().join(", ");
    Diagnostic::error(341, at, format!("`{place}` does not say where the object is"))
        .help(format!("write it like `from {place}({arguments})`"))
}

/// AEV0341: text of an object in another language.
pub fn inline_language(at: Place, language: &str) -> Diagnostic {
    Diagnostic::error(341, at, format!("an object is not written in `{language}`"))
        .help("write `from inline yaml \"\"\"…\"\"\"`")
        .replaced_by("write it in YAML", "yaml")
}

/// AEV0341: YAML that is no object.
pub fn no_inline_object(at: Place, why: &str) -> Diagnostic {
    Diagnostic::error(341, at, "this is no Kubernetes object in YAML").saying(why)
}
