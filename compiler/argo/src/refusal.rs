//! What cannot be said in Argo Events, as data. The words are made where all diagnostics are.

use crate::validate::Violation;
use aev_plan::origin::Origin;

/// A construct that has no exact equivalent in Argo Events.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The construct.
    pub origin: Origin,
}

/// Why something cannot be emitted. Each variant states the message that it should give.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// "The bus `{bus}` is `embedded`, which is part of the aev runtime; Argo Events has no such bus. Give the bus a kind
    /// like `jetstream`, leave it out to use the bus `default` of the namespace, or build with `--target plan`."
    EmbeddedBus {
        /// Name of the bus.
        bus: String,
    },
    /// What Argo Events cannot do for want of `{word}`, and "build with `--target plan`".
    RuntimeOnly {
        /// A clause or an option of a trigger, or a field of a source.
        word: &'static str,
    },
    /// "Argo Events cannot do `{kind}`; only the aev runtime can. Build with `--target plan`."
    RuntimeAction {
        /// The action.
        kind: String,
    },
    /// "A JSON Patch is a list of steps, and Argo Events sends the object as it is. Use `strategy: \"merge\"` or
    /// `\"strategic\"`."
    JsonPatch,
    /// "What comes from outside is not known here, and so neither are the rights that are needed for it. Name a service
    /// account with `serviceAccount`."
    UnknownObject,
    /// "Argo Events looks up the live object before values of events are put in, and needs its `{field}` for that. Write
    /// a constant."
    LiveObject {
        /// `metadata.name` or `metadata.namespace`.
        field: &'static str,
    },
    /// "Argo Events has no {what} of kind `{kind}`, or aev cannot build it yet."
    UnknownKind {
        /// `bus`, `source`, `action`, `place` or `field`.
        what: &'static str,
        /// The kind in the plan.
        kind: String,
    },
    /// "Argo Events would misread a dependency called `{name}` and silently drop its triggers, because `{name}` is a
    /// word of its condition language. Call it `{suggestion}`."
    ReservedName {
        /// Name of the filter or event.
        name: String,
        /// A name that works.
        suggestion: String,
    },
    /// "Argo Events cannot use `{name}` in a condition: a name there begins with a letter or `_` and has only letters,
    /// digits, `_` and `-`. Call it `{suggestion}`."
    UnfitName {
        /// Name of the filter or event.
        name: String,
        /// A name that works.
        suggestion: String,
    },
    /// "Argo Events takes `{name}` and `{other}` for one name in a condition, because `-` and `_` are the same there.
    /// Rename one of them."
    NamesCollide {
        /// The later name.
        name: String,
        /// The earlier name.
        other: String,
    },
    /// "On a `nats` bus a sensor may use the event `{source}.{event}` once, and both `{other}` and `{name}` do. Write one
    /// filter with `or`, put one of them into a `sensor` block, or use a `jetstream` bus."
    TwoFiltersOnNats {
        /// The later filter.
        name: String,
        /// The earlier filter.
        other: String,
        /// The source.
        source: String,
        /// Its event.
        event: String,
    },
    /// "`{name}` refines a filter that is in Argo's own form; the two cannot be put together." Comes only from a plan
    /// that was put together from both languages.
    MixedFilter {
        /// Name of the filter.
        name: String,
    },
    /// "A filter of Argo Events cannot {what}. {way_out}"
    NoFilterForm(NoFilterForm),
    /// "The filter of a source of Argo Events cannot {what}. Move it to a `filter`, or build with `--target plan`."
    NoSourceForm(NoFilterForm),
    /// "Argo Events cannot filter events of kind `{kind}` at their source. Move the `where` to a `filter`."
    NoSourceFilter {
        /// The kind of the event.
        kind: String,
    },
    /// "Argo Events transforms an event once and then filters it, and so cannot {what}. {way_out}"
    NoTransform(NoTransform),
    /// "As alternatives that can each be decided alone, this `where` has {count} of them; a filter of Argo Events is
    /// built from at most {limit}. Split it into filters that refine each other, or build with `--target plan`."
    TooManyAlternatives {
        /// How many there are; the greatest number when they cannot be counted.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// "`{event}` may be absent when this trigger fires, and Argo Events would leave the value out or stop the pod. Give
    /// a default with `??`, or name both events with `on (a or b) as e`."
    MayBeAbsent {
        /// The name of the event in the trigger.
        event: String,
    },
    /// "When both `{first}` and `{second}` have an event, Argo Events cannot take the newer. Write a trigger for each, or
    /// build with `--target plan`."
    EitherInJoin {
        /// One stream.
        first: String,
        /// Another stream that the same name stands for.
        second: String,
    },
    /// "Argo Events takes the second value only when the whole event is absent, and this path may be missing in an event
    /// that is there. Test it with `exists(…)` in the filter, or write a trigger for each event."
    UncertainPath {
        /// The name of the event in the trigger.
        event: String,
    },
    /// "A trigger of Argo Events cannot {what}. {way_out}"
    NoValueForm(NoValueForm),
    /// "The `{field}` of an object that Argo Events creates cannot come from an event: the rights of the sensor depend on
    /// it. Write a constant, or name a service account with `serviceAccount`" (the latter only for `metadata.namespace`).
    DynamicIdentity {
        /// `apiVersion`, `kind` or `metadata.namespace`.
        field: &'static str,
    },
    /// "A `{kind}` belongs to no namespace, and the rights to create one are a matter for whoever runs the cluster. Name
    /// a service account that has them with `serviceAccount`."
    ClusterScoped {
        /// The kind of the object.
        kind: String,
    },
    /// "To reach objects in `{namespace}` the account must be known there by its own namespace: say
    /// `namespace: …` in the header, or name a service account with `serviceAccount`."
    ForeignNamespace {
        /// Namespace of the object.
        namespace: String,
    },
    /// "`on-failure` needs at-least-once delivery in Argo Events. Remove `deliver: \"at-most-once\"` or the `on-failure`."
    FallbackAtMostOnce {
        /// Name of the trigger.
        trigger: String,
    },
    /// "The timeout of an HTTP call is a number of whole seconds in Argo Events; this is `{timeout}`."
    FractionalTimeout {
        /// As Go prints it.
        timeout: String,
    },
    /// "The {kind} `{name}` is {bytes} bytes long as Argo Events hands it to its pod, and the pod does not start above
    /// {limit}. The largest parts are {largest}. Put some triggers into a `sensor` block, or take the objects from
    /// elsewhere."
    TooLarge {
        /// `EventSource` or `Sensor`.
        kind: &'static str,
        /// Name of the object.
        name: String,
        /// Its length in base64.
        bytes: usize,
        /// The greatest length.
        limit: usize,
        /// Names of triggers or events with the length of their JSON, the longest first, at most three.
        largest: Vec<(String, usize)>,
    },
    /// "Argo Events would refuse this: {violation}". A rule of its admission webhook that no check before found.
    Invalid(Violation),
    /// "`raw` says {keys}, and so does aev. Say it in one place."
    RawCollides {
        /// Paths of members, such as `template.name`; at least one.
        keys: Vec<String>,
    },
    /// "The filter `{name}` is part of the filters that refine it, and becomes no dependency that `raw` could be merged into.
    /// Put it behind those that triggers name."
    RawNowhere {
        /// Name of the filter.
        name: String,
    },
    /// "This plan names `{name}`, which it does not contain." A plan that was changed by hand.
    Dangling {
        /// The name.
        name: String,
    },
}

/// What a filter of Argo Events cannot do: the continuation of "a filter of Argo Events cannot …", and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoFilterForm {
    /// "… read `::{attribute}`. Only `::source`, `::type`, `::subject` and `::datacontenttype` are known to it."
    Attribute {
        /// As it is written after `::`.
        attribute: &'static str,
    },
    /// "… compare a value that is worked out. Compare the value itself, or build with `--target plan`."
    Computed,
    /// "… ask for the time beside other conditions under `or`, within `any` or before a `map`. Make it a condition of its own,
    /// joined by `and`."
    Time,
    /// "… ask for the time twice. Write one range."
    Times,
    /// "… call `{function}` here. Compare the value itself, or build with `--target plan`."
    Call {
        /// Its name.
        function: String,
    },
    /// "… use a list or an object with values of the event in it. Compare its parts."
    Structure,
    /// "… use this as a condition. Compare it with something."
    NoCondition,
    /// "… read a member whose name is empty."
    EmptyKey,
    /// "… read the root `{key}`: at a source it has another name."
    Root {
        /// Its name.
        key: String,
    },
    /// "… decide the opposite of what govaluate says. Write the opposite in govaluate."
    Negated,
    /// "… decide with govaluate and something else beside an `or`. Put it into a filter of its own, or write all of it in
    /// govaluate."
    Beside,
    /// "… decide so much at once."
    TooLong,
}

/// What has no form where Argo Events transforms an event once, with jq or with Lua, and then filters it: the continuation
/// of "Argo Events cannot …", and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTransform {
    /// "… transform with Lua what a `where` or another `map` has been before. Write it with jq."
    LuaBehind,
    /// "… transform what Lua has transformed. Write the one in Lua with jq."
    BehindLua,
    /// "… decide with Lua before a `map`. Put the `where` behind it."
    LuaBefore,
    /// "… decide with two scripts in Lua. Write them as one."
    TwoScripts,
    /// "… ask about elements of what Lua has made. Write the `map` with jq."
    ElementsBehindLua,
    /// "… make this value in a `map`. Put it together where it is used."
    Value,
}

/// What a trigger of Argo Events cannot do: the continuation of "a trigger of Argo Events cannot …", and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoValueForm {
    /// "… use the outcome of a condition as a value. Write two triggers with filters."
    Condition,
    /// "… call `{function}`. Build with `--target plan`."
    Call {
        /// Its name.
        function: String,
    },
    /// "… reckon, choose, or read a value that is worked out. Build with `--target plan`."
    Computed,
    /// "… make text of a list or an object with values of the event in it. Put it into a place that takes JSON, or put
    /// the text together with `"… ${…}"`."
    Structure,
    /// "… choose between these values. Only paths and one constant at the end can stand around `??`."
    Alternatives,
    /// "… put the whole event, which is text here, into a place that takes JSON. Write `text(e::envelope)`."
    Envelope,
    /// "… put text together under the key `{key}`, which is a number. Choose another key."
    NumericKey {
        /// The key.
        key: String,
    },
    /// "… put together a value where `[+]` or `[name == \"x\"]` leads. Write one value or a constant there, or build with
    /// `--target plan`."
    FoundElement,
    /// "… read a member whose name is empty."
    EmptyKey,
    /// "… take a name with `{{` in it here."
    Braces,
}
