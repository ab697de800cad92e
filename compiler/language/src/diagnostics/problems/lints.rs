//! AEV0501–AEV0599: legal, and probably not meant.

use crate::diagnostics::{Diagnostic, Place};
use crate::syntax::ast::Span;

/// AEV0501: nothing refers to it.
pub fn unused(at: Place, what: &str, name: &str) -> Diagnostic {
    let problem = Diagnostic::warning(501, at, format!("the {what} `{name}` is never used"));
    match what {
        "constant" => problem.help("remove it, or write its name where its value is meant"),
        "bus" => {
            problem.help("remove it, or write `bus: NAME` in the header or beside the events of a source")
        }
        "type" => problem.help("remove it, or give it to a source: `KIND<NAME>`"),
        _ => problem.help("remove it, or name it after `on` of a trigger"),
    }
}

/// AEV0501: a name for an event that nothing reads. `whole` begins before the `as`.
pub fn unused_alias(at: Place, whole: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(501, at, format!("the event is called `{name}`, and nothing reads it"))
        .help("remove the name, or read the event by it")
        .removing(whole)
}

/// AEV0502: a condition with one answer.
pub fn constant_condition(at: Place, always: bool) -> Diagnostic {
    let outcome = if always { "every event passes" } else { "no event ever passes" };
    Diagnostic::warning(502, at, format!("this `where` is always {always}")).saying(outcome)
}

/// AEV0502: a part of a condition with one answer.
pub fn constant_part(at: Place, always: bool) -> Diagnostic {
    Diagnostic::warning(502, at, format!("this part of the `where` is always {always}"))
        .saying("decides nothing")
        .help("remove it, or compare something that differs from event to event")
}

/// AEV0503: a comparison that is not true when the path is absent, although it reads so.
pub fn kleene_trap(at: Place, path: Place) -> Diagnostic {
    Diagnostic::warning(503, at, "an event without this field does not pass")
        .saying("unknown, not true, when it is absent")
        .see(path, "may be absent")
        .help("give a default, such as `(… ?? \"\") != …`, or say `exists(…) and …`")
}

/// AEV0504: a default for what is always there.
pub fn default_never_used(at: Place, null: bool) -> Diagnostic {
    // `at` begins with the `??`.
    let problem =
        Diagnostic::warning(504, at, "this default is never used").saying("the value is always there");
    match null {
        true => problem.noting("in a `where`, null is a value: `??` stands in only for what is absent"),
        false => problem.help("remove it").removing(at.span),
    }
}

/// AEV0505: a template that nothing renders.
pub fn template_in_text(at: Place) -> Diagnostic {
    Diagnostic::warning(505, at, "nothing renders `{{ … }}` here")
        .saying("it is sent as it stands")
        .help("values of events are written `${…}`")
}

/// AEV0505: a path of an event in a text that is sent as it stands.
pub fn path_in_text(at: Place) -> Diagnostic {
    Diagnostic::warning(505, at, "this text names a value of an event, and is sent as it stands")
        .help("write the path without quotes, or in text as `${…}`")
}

/// AEV0506: a retry that never happens.
pub fn retry_at_most_once(at: Place) -> Diagnostic {
    Diagnostic::warning(506, at, "under at-most-once delivery nothing is retried")
        .saying("never happens")
        .help("remove it, or write `deliver: \"at-least-once\"`")
}

/// AEV0513: a rate that holds nothing back.
pub fn rate_at_most_once(at: Place) -> Diagnostic {
    Diagnostic::warning(513, at, "under at-most-once delivery a rate holds back no events in Argo Events")
        .saying("what is too fast piles up, already acknowledged, and is lost with the process")
        .help("remove it, or write `deliver: \"at-least-once\"`")
}

/// AEV0514: a reset where nothing is kept.
pub fn reset_without_join(at: Place) -> Diagnostic {
    Diagnostic::warning(514, at, "this trigger keeps no events, so there is nothing to forget")
        .saying("does nothing")
        .help("remove it, or join events with `and`")
        .removing(at.span)
}

/// AEV0507: two filters of one event as alternatives.
pub fn filters_of_one_event(at: Place, first: Place) -> Diagnostic {
    Diagnostic::warning(
        507,
        at,
        "both filters read the same event, and the trigger fires once for each that passes",
    )
    .see(first, "the other one")
    .help("write one filter with `or`")
}

/// AEV0517: two conditions that no event meets together.
pub fn never_both(at: Place, first: Place) -> Diagnostic {
    Diagnostic::warning(517, at, "no event passes this: it excludes what is asked for before")
        .saying("excludes the other")
        .see(first, "the other one")
        .help("join them with `or`, or remove one of them")
}

/// AEV0518: something that looks like a secret, in the open.
pub fn secret_written_out(at: Place) -> Diagnostic {
    Diagnostic::warning(518, at, "this looks like a secret, and stands here for everybody to read")
        .saying("part of the file, of the manifest and of what is sent")
        .help("put it into a Secret of Kubernetes; a header takes it with `secret(\"name\", \"key\")`")
}

/// AEV0519: who sent an event proves who they are, and somebody else is told how.
pub fn credential_sent_on(at: Place, header: &str) -> Diagnostic {
    Diagnostic::warning(519, at, format!("the header `{header}` is a credential of whoever sent the event"))
        .saying("sent on to somebody else")
        .help("send a secret of your own: `secret(\"name\", \"key\")`")
}

/// AEV0508: a name for the last of several alternatives.
pub fn alias_of_last(at: Place, name: &str) -> Diagnostic {
    Diagnostic::warning(508, at, format!("`{name}` names only the last of these events"))
        .help(format!("to name whichever fired write `on (… or …) as {name}`"))
}

/// AEV0509: a file without anything that could happen.
pub fn does_nothing(at: Place) -> Diagnostic {
    Diagnostic::warning(509, at, "this pipeline does nothing")
        .saying("it has neither source nor trigger")
        .help("begin with a `source` and a `trigger`, or let `aev init --from PAYLOAD.json` write them")
}

/// AEV0510: a value is compared with itself; `holds` when that is true for every value.
pub fn compared_with_itself(at: Place, holds: bool) -> Diagnostic {
    let (outcome, help) = match holds {
        true => ("true whenever it is there", "to ask whether it is there write `exists(…)`"),
        false => ("never true", "compare it with something else"),
    };
    Diagnostic::warning(510, at, "a value is compared with itself").saying(outcome).help(help)
}

/// AEV0511: a value that a list already has. `before` is the value that stands before it.
pub fn repeated_value(at: Place, first: Place, before: Span) -> Diagnostic {
    Diagnostic::warning(511, at, "this list has the same value twice")
        .saying("written again here")
        .see(first, "written first here")
        .help("remove one of them")
        .removing(Span { start: before.end, end: at.span.end })
}

/// AEV0512: an argument of a workflow that looks like an option of the trigger.
pub fn option_as_argument(at: Place, name: &str) -> Diagnostic {
    Diagnostic::warning(
        512,
        at,
        format!("this `{name}` is an argument of the workflow, and no option of the trigger"),
    )
    .help("move it behind the closing `}` of the action; an argument of that name is better called otherwise")
}

/// AEV0515: a field that does nothing without a member of another.
pub fn idle_field(at: Place, name: &str, object: &str, member: &str, effect: &str) -> Diagnostic {
    Diagnostic::warning(515, at, format!("`{name}` does nothing without `{member}` in `{object}`"))
        .saying(effect)
        .help(format!("add `{member}` to `{object}`, or remove `{name}`"))
}

/// AEV0516: an integer that has become a double.
pub fn large_integer(at: Place, key: &str, lua: bool) -> Diagnostic {
    let problem = Diagnostic::warning(
        516,
        at,
        format!("if `{key}` is a large integer, it has lost its last digits here"),
    );
    match lua {
        true => problem.noting("to Lua every number is a double, exact up to 9007199254740992"),
        false => problem
            .noting("in Argo Events every number in a `map` is a double, exact up to 9007199254740992")
            .help("read it from the event before the `map`, or build with `--target plan`"),
    }
}

/// AEV0342: a list in an object that is merged.
pub fn list_in_merge(at: Place) -> Diagnostic {
    Diagnostic::warning(342, at, "this list replaces the whole list of the object")
        .noting("without `strategy` a patch is a merge patch, which merges objects and replaces lists")
        .help("write `k8s.patch(strategy: \"strategic\")` to merge it, or `strategy: \"merge\"` to say that it is meant")
}

/// AEV0343: a change to an element that may not be there.
pub fn element_by_name(at: Place) -> Diagnostic {
    Diagnostic::warning(343, at, "nothing is changed when no element has this name")
        .saying("the object comes from outside, so nobody can know")
        .help("write its index, such as `[0]`, or add one with `[+]`")
}

/// AEV0344: an object from a server that nobody looks at.
pub fn unverified_address(at: Place) -> Diagnostic {
    Diagnostic::warning(344, at, "the certificate of this server is not checked")
        .noting("Argo Events checks it only with `verifyCert: true`")
        .help("write `verifyCert: true`, or `verifyCert: false` to say that it is meant")
}

/// AEV0520: a source and a sensor that have no bus in common.
pub fn other_bus(at: Place, source: Place, name: &str, own: &str, other: &str) -> Diagnostic {
    Diagnostic::warning(520, at, format!("events of `{name}` do not get here"))
        .saying(format!("this sensor reads the bus `{own}`"))
        .see(source, format!("this source publishes on the bus `{other}`"))
        .help("give both the same `bus`")
}
