//! AEV0410–AEV0449: what Argo Events cannot do, in words for each [`Reason`] of the emitter.

use super::list_names;
use crate::diagnostics::{Diagnostic, Place};
use crate::syntax::ast::Span;
use aev_argo::Refusal;
use aev_argo::refusal::{NoFilterForm, NoTransform, NoValueForm, Reason};

/// A refusal of the emitter, at its place.
pub fn refused(refusal: &Refusal) -> Diagnostic {
    let origin = refusal.origin;
    let at = Place::new(origin.file, Span { start: origin.start, end: origin.end });
    match &refusal.reason {
        Reason::EmbeddedBus { bus } => {
            Diagnostic::error(410, at, format!("Argo Events has no embedded bus; `{bus}` is part of the aev runtime"))
                .saying("only the aev runtime can do this")
                .help("give the bus a kind like `jetstream`, or leave it out to use the bus `default` of the namespace")
        }
        Reason::RuntimeOnly { word } => runtime_only(at, word),
        Reason::RuntimeAction { kind } => {
            Diagnostic::error(403, at, format!("Argo Events cannot do `{kind}`"))
                .saying("only the aev runtime can do this")
                .help("build with `--target plan`")
        }
        Reason::JsonPatch => Diagnostic::error(432, at, "Argo Events cannot send a JSON Patch")
            .noting("a JSON Patch is a list of steps, and Argo Events sends the object as it is written")
            .help("use `strategy: \"merge\"` or `strategy: \"strategic\"`"),
        Reason::UnknownObject => {
            Diagnostic::error(433, at, "which rights this needs is not known")
                .noting("nobody knows them of an object that comes from outside, and of what `raw` says")
                .help("name a service account that has them with `serviceAccount` in the header")
        }
        Reason::LiveObject { field } => {
            Diagnostic::error(434, at, format!("to look up the live object, Argo Events needs its `{field}` as a constant"))
                .noting("it is looked up before values of events are put in, and in no namespace but the one that is written")
                .help(format!("write `{field}` as a constant, or leave `live: true` out"))
        }
        Reason::UnknownKind { what, kind } => {
            Diagnostic::error(411, at, format!("no {what} of kind `{kind}` can be built for Argo Events"))
        }
        Reason::ReservedName { name, suggestion } => {
            Diagnostic::error(412, at, format!("Argo Events misreads the name `{name}`"))
                .saying("its triggers would be dropped without a word")
                .noting(format!("`{name}` is a word of the language of its conditions"))
                .help(format!("call it `{suggestion}`"))
        }
        Reason::UnfitName { name, suggestion } => {
            Diagnostic::error(412, at, format!("Argo Events misreads the name `{name}`"))
                .noting("in a condition a name begins with a letter or `_`, and has only letters, digits, `_` and `-`")
                .help(format!("call it `{suggestion}`"))
        }
        Reason::NamesCollide { name, other } => {
            Diagnostic::error(413, at, format!("Argo Events takes `{name}` and `{other}` for one name"))
                .noting("`-` and `_` are the same in its conditions")
                .help("rename one of them")
        }
        Reason::TwoFiltersOnNats { name, other, source, event } => Diagnostic::error(
            414,
            at,
            format!("on a `nats` bus a sensor may use the event `{source}.{event}` once, and `{other}` and `{name}` both do"),
        )
        .help("write one filter with `or`, or use a `jetstream` bus"),
        Reason::MixedFilter { name } => Diagnostic::error(
            415,
            at,
            format!("`{name}` refines a filter that is in Argo's own form, and the two cannot be put together"),
        ),
        Reason::RawCollides { keys } => {
            let keys = list_names(keys.iter().map(String::as_str));
            Diagnostic::error(435, at, format!("`raw` says {keys}, and so does aev"))
                .saying("which of the two is meant is not known")
                .help("say it in aev or in `raw`, and not in both")
        }
        Reason::RawNowhere { name } => Diagnostic::error(437, at, "this `raw` goes nowhere")
            .saying(format!("no trigger names `{name}`, so it becomes no dependency of its own"))
            .help("put it behind the filters that triggers name"),
        Reason::NoFilterForm(form) => filter_form(at, form),
        Reason::NoSourceForm(form) => {
            let (cannot, _) = filter_cannot(form);
            Diagnostic::error(439, at, format!("the filter of a source of Argo Events cannot {cannot}"))
                .help("move the condition to a `filter` of the event, or build with `--target plan`")
        }
        Reason::NoSourceFilter { kind } => {
            Diagnostic::error(438, at, format!("Argo Events cannot filter events of kind `{kind}` at their source"))
                .help("move the `where` to a `filter` of the event")
        }
        Reason::NoTransform(form) => transform(at, form),
        Reason::TooManyAlternatives { count, limit } => {
            let count = if *count == usize::MAX { "too many".to_owned() } else { count.to_string() };
            Diagnostic::error(417, at, format!("this `where` has {count} alternatives, and Argo Events takes {limit}"))
                .noting("an alternative is a part that can be decided alone: `(a or b) and (c or d)` has four")
                .help("split it into filters that refine each other, or build with `--target plan`")
        }
        Reason::MayBeAbsent { event } => {
            Diagnostic::error(418, at, format!("`{event}` may be absent when this trigger fires"))
                .noting("Argo Events would leave the value out, or stop the pod")
                .help("give a default with `??`, or name both events with `on (a or b) as e`")
        }
        Reason::EitherInJoin { first, second } => Diagnostic::error(
            419,
            at,
            format!("when both `{first}` and `{second}` have an event, Argo Events cannot take the newer"),
        )
        .help("write a trigger for each, or build with `--target plan`"),
        Reason::UncertainPath { event } => {
            Diagnostic::error(420, at, format!("this path may be missing in an event `{event}` that is there"))
                .noting("Argo Events takes the second value only when the whole event is absent")
                .help("test it with `exists(…)` in the filter, or write a trigger for each event")
        }
        Reason::NoValueForm(form) => value_form(at, form),
        Reason::DynamicIdentity { field } => {
            Diagnostic::error(422, at, format!("the `{field}` of a created object cannot come from an event"))
                .noting("the rights of the sensor depend on it")
                .help("write a constant, or name an account with `serviceAccount` in the header")
        }
        Reason::ClusterScoped { kind } => Diagnostic::error(
            423,
            at,
            format!("a `{kind}` belongs to no namespace, and the right to create one is not given by a pipeline"),
        )
        .help("name an account that has it with `serviceAccount` in the header"),
        Reason::ForeignNamespace { namespace } => Diagnostic::error(
            424,
            at,
            format!("to reach objects in `{namespace}`, the account must be known there by its own namespace"),
        )
        .help("say `namespace: \"…\"` in the header, or name an account with `serviceAccount`"),
        Reason::FallbackAtMostOnce { trigger } => Diagnostic::error(
            425,
            at,
            format!("`on-failure` of `{trigger}` needs at-least-once delivery in Argo Events"),
        )
        .help("remove `deliver: \"at-most-once\"`, or the `on-failure`"),
        Reason::FractionalTimeout { timeout } => Diagnostic::error(
            426,
            at,
            format!("the timeout of a call is a number of whole seconds in Argo Events, and this is `{timeout}`"),
        ),
        Reason::TooLarge { kind, name, bytes, limit, largest } => {
            let largest: Vec<String> =
                largest.iter().map(|(part, bytes)| format!("`{part}` ({bytes} bytes)")).collect();
            Diagnostic::error(427, at, format!("the {kind} `{name}` is too large for the pod that reads it"))
                .saying(format!("{bytes} bytes in base64; at most {limit}"))
                .noting(format!("the largest parts are {}", largest.join(", ")))
                .help("split the pipeline into several files")
        }
        Reason::Invalid(violation) => {
            Diagnostic::error(428, at, format!("Argo Events would refuse this: {}", violation.message))
        }
        Reason::Dangling { name } => {
            Diagnostic::error(429, at, format!("this plan names `{name}`, which it does not contain"))
        }
    }
}

/// AEV0403: a clause, an option or a field that only the runtime has.
fn runtime_only(at: Place, word: &str) -> Diagnostic {
    let (cannot, instead) = match word {
        "match" => ("tell the events of a condition apart by a key", None),
        "within" => (
            "limit a join to a time window",
            Some("reset the join on a schedule: `reset cron \"0 * * * *\"`"),
        ),
        "count" => ("count firings", None),
        "after" => ("wait for an event that does not come", None),
        "debounce" => ("wait until no further event has come", None),
        "batch" => ("put several firings together into one action", None),
        "order-by" => ("order actions by a value", None),
        "max-running" => ("limit how many actions run at a time", Some("act more slowly: `rate: 4/s`")),
        "suspend" => ("suspend a trigger", Some("remove the trigger, and lose the events of that time")),
        "verify" => ("verify the signature of a request", Some("ask for a token with `authSecret`")),
        other => return Diagnostic::error(403, at, format!("Argo Events cannot do `{other}`")),
    };
    let instead = instead.map(|instead| format!(", or {instead}")).unwrap_or_default();
    Diagnostic::error(403, at, format!("Argo Events cannot {cannot}"))
        .saying("only the aev runtime can do this")
        .help(format!("build for the runtime with `--target plan`{instead}"))
}

/// What the filter of a dependency cannot do.
fn filter_form(at: Place, form: &NoFilterForm) -> Diagnostic {
    let (cannot, help) = filter_cannot(form);
    Diagnostic::error(416, at, format!("a filter of Argo Events cannot {cannot}")).help(help)
}

/// What a filter cannot do, and what helps in a dependency.
fn filter_cannot(form: &NoFilterForm) -> (String, &'static str) {
    match form {
        NoFilterForm::Attribute { attribute } => (
            format!("read `::{attribute}`"),
            "only `::source`, `::type`, `::subject` and `::datacontenttype` are known to it",
        ),
        NoFilterForm::Computed => (
            "compare a value that is worked out".to_owned(),
            "compare the value itself, or build with `--target plan`",
        ),
        NoFilterForm::Time => (
            "ask for the time under `or`, within `any` or `all`, or before a `map`".to_owned(),
            "ask in a condition of its own that is joined by `and`, or build with `--target plan`",
        ),
        NoFilterForm::Times => ("ask for the time twice".to_owned(), "write one range"),
        NoFilterForm::Call { function } => {
            (format!("call `{function}` here"), "compare the value itself, or build with `--target plan`")
        }
        NoFilterForm::Structure => {
            ("use a list or an object with values of the event in it".to_owned(), "compare its parts")
        }
        NoFilterForm::NoCondition => ("use this as a condition".to_owned(), "compare it with something"),
        NoFilterForm::EmptyKey => {
            ("read a member whose name is empty".to_owned(), "build with `--target plan`")
        }
        NoFilterForm::Root { key } => {
            (format!("read `{key}`, which it knows under another name"), "build with `--target plan`")
        }
        NoFilterForm::Negated => (
            "decide the opposite of what govaluate says".to_owned(),
            "write the opposite in govaluate, or build with `--target plan`",
        ),
        NoFilterForm::Beside => (
            "join `govaluate` and an `or` that stands beside it, or something else within an `or`".to_owned(),
            "write all of it in govaluate, or build with `--target plan`",
        ),
        NoFilterForm::TooLong => {
            ("decide so much at once".to_owned(), "split it, or build with `--target plan`")
        }
    }
}

/// What a `map` cannot do.
fn transform(at: Place, form: &NoTransform) -> Diagnostic {
    let (cannot, help) = match form {
        NoTransform::LuaBehind => {
            ("transform with Lua behind a `where` or another `map`", "write the `map` with jq")
        }
        NoTransform::BehindLua => ("transform what Lua has made", "write the first `map` with jq"),
        NoTransform::LuaBefore => ("decide with Lua before a `map`", "put the `where` behind the `map`"),
        NoTransform::TwoScripts => ("decide with two scripts in Lua", "write them as one"),
        NoTransform::ElementsBehindLua => {
            ("ask about elements of what Lua has made", "write the `map` with jq")
        }
        NoTransform::Value => (
            "make this value in a `map`",
            "use paths, constants and `??` there, and put text together where it is used",
        ),
    };
    Diagnostic::error(430, at, format!("Argo Events cannot {cannot}"))
        .noting("it transforms an event once, with jq or with Lua, and then filters it")
        .help(format!("{help}, or build with `--target plan`"))
}

/// What a trigger cannot do.
fn value_form(at: Place, form: &NoValueForm) -> Diagnostic {
    let (cannot, help) = match form {
        NoValueForm::Condition => {
            ("use the outcome of a condition as a value".to_owned(), "write two triggers with filters")
        }
        NoValueForm::Call { function } => (format!("call `{function}`"), "build with `--target plan`"),
        NoValueForm::Computed => {
            ("reckon, choose, or read a value that is worked out".to_owned(), "build with `--target plan`")
        }
        NoValueForm::Alternatives => (
            "choose between these values".to_owned(),
            "only paths, and one constant at the end, can stand around `??`",
        ),
        NoValueForm::Envelope => (
            "put the whole event, which is text there, into a place that takes JSON".to_owned(),
            "build with `--target plan`",
        ),
        NoValueForm::Structure => (
            "use a list or an object with values of events as one text".to_owned(),
            "put it into a place that takes JSON",
        ),
        NoValueForm::NumericKey { key } => {
            (format!("put text together under the key `{key}`, which is a number"), "choose another key")
        }
        NoValueForm::FoundElement => (
            "put together a value where `[+]` or `[… == …]` leads".to_owned(),
            "write one value or a constant there, or build with `--target plan`",
        ),
        NoValueForm::EmptyKey => {
            ("read a member whose name is empty".to_owned(), "build with `--target plan`")
        }
        NoValueForm::Braces => ("take a name with `{{` in it here".to_owned(), "choose another name"),
    };
    Diagnostic::error(421, at, format!("a trigger of Argo Events cannot {cannot}")).help(help)
}
