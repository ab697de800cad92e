//! The fields of Argo Events' objects, for strict decoding.

use aev_catalogue::{Block, Shape};

/// What may stand in a field.
#[derive(Clone, Copy)]
pub(super) enum Type {
    Text,
    Bool,
    Int,
    Number,
    /// Text with a unit, or a number of nanoseconds.
    Duration,
    List(&'static Type),
    Map(&'static Type),
    Object(&'static [Field]),
    /// A kind's own fields, and those that every event may have.
    Event(&'static Block),
    /// A block of the catalogue.
    Block(&'static Block),
    /// The fields of an action, and the lists of parameters that Argo has beside them.
    Call(&'static str),
    /// Where an object comes from.
    Location(&'static str),
    /// A list or a map of the catalogue.
    Shape(&'static Shape),
    /// Known to Argo Events, and nothing that is looked into.
    Any,
}

/// The name of a field and what may stand there.
pub(super) type Field = (&'static str, Type);

use Type::{Any, Bool, Duration, Int, List, Map, Number, Object, Text};

const TEXTS: Type = List(&Text);

pub(super) const METADATA: &[Field] = &[
    ("name", Text),
    ("generateName", Text),
    ("namespace", Text),
    ("labels", Map(&Text)),
    ("annotations", Map(&Text)),
    ("uid", Any),
    ("resourceVersion", Any),
    ("generation", Any),
    ("creationTimestamp", Any),
    ("managedFields", Any),
    ("finalizers", Any),
    ("ownerReferences", Any),
];

const SECRET: &[Field] = &[("name", Text), ("key", Text), ("optional", Bool)];

const TEMPLATE: &[Field] = &[
    ("metadata", Any),
    ("serviceAccountName", Text),
    ("container", Any),
    ("volumes", Any),
    ("securityContext", Any),
    ("nodeSelector", Any),
    ("tolerations", Any),
    ("imagePullSecrets", Any),
    ("priorityClassName", Text),
    ("priority", Int),
    ("affinity", Any),
];

/// What an EventSource has beside its events.
pub(super) const EVENT_SOURCE: &[Field] =
    &[("eventBusName", Text), ("template", Object(TEMPLATE)), ("service", Any), ("replicas", Int)];

pub(super) const SENSOR: &[Field] = &[
    ("dependencies", List(&Object(DEPENDENCY))),
    ("triggers", List(&Object(TRIGGER))),
    ("template", Object(TEMPLATE)),
    ("errorOnFailedRound", Bool),
    ("eventBusName", Text),
    ("replicas", Int),
    ("revisionHistoryLimit", Int),
    ("loggingFields", Map(&Text)),
];

const DEPENDENCY: &[Field] = &[
    ("name", Text),
    ("eventSourceName", Text),
    ("eventName", Text),
    ("filters", Object(FILTERS)),
    ("transform", Object(&[("jq", Text), ("script", Text)])),
    ("filtersLogicalOperator", Text),
];

const FILTERS: &[Field] = &[
    ("time", Object(&[("start", Text), ("stop", Text), ("timezone", Text)])),
    ("context", Object(CONTEXT)),
    ("data", List(&Object(DATA))),
    ("exprs", List(&Object(EXPRS))),
    ("dataLogicalOperator", Text),
    ("exprLogicalOperator", Text),
    ("script", Text),
];

const CONTEXT: &[Field] = &[
    ("id", Text),
    ("source", Text),
    ("specversion", Text),
    ("type", Text),
    ("datacontenttype", Text),
    ("subject", Text),
    ("time", Text),
];

const DATA: &[Field] =
    &[("path", Text), ("type", Text), ("value", TEXTS), ("comparator", Text), ("template", Text)];

const EXPRS: &[Field] = &[("expr", Text), ("fields", List(&Object(&[("path", Text), ("name", Text)])))];

const TRIGGER: &[Field] = &[
    ("template", Object(TRIGGER_TEMPLATE)),
    ("parameters", PARAMETERS),
    ("policy", Object(POLICY)),
    ("retryStrategy", Object(BACKOFF)),
    ("rateLimit", Object(&[("unit", Text), ("requestsPerUnit", Int)])),
    ("atLeastOnce", Bool),
    // The same fields again; decoding follows it where it is met.
    ("dlqTrigger", Any),
];

/// A trigger, also as `dlqTrigger`.
pub(super) const TRIGGER_TYPE: Type = Object(TRIGGER);

const BACKOFF: &[Field] = &[("duration", Duration), ("factor", Number), ("jitter", Number), ("steps", Int)];

const POLICY: &[Field] = &[
    ("k8s", Object(&[("labels", Map(&Text)), ("backoff", Object(BACKOFF)), ("errorOnBackoffTimeout", Bool)])),
    ("status", Object(&[("allow", List(&Int))])),
];

const TRIGGER_TEMPLATE: &[Field] = &[
    ("name", Text),
    ("conditions", Text),
    ("conditionsReset", List(&Object(&[("byTime", Object(&[("cron", Text), ("timezone", Text)]))]))),
    ("k8s", Object(K8S)),
    ("argoWorkflow", Object(ARGO_WORKFLOW)),
    ("awsLambda", Type::Call("awsLambda")),
    ("azureEventHubs", Type::Call("azureEventHubs")),
    ("azureServiceBus", Type::Call("azureServiceBus")),
    ("custom", Type::Call("custom")),
    ("email", Type::Call("email")),
    ("http", Type::Call("http")),
    ("kafka", Type::Call("kafka")),
    ("log", Type::Call("log")),
    ("nats", Type::Call("nats")),
    ("openWhisk", Type::Call("openWhisk")),
    ("pulsar", Type::Call("pulsar")),
    ("slack", Type::Call("slack")),
];

pub(super) const PARAMETERS: Type =
    List(&Object(&[("src", Object(SRC)), ("dest", Text), ("operation", Text)]));

const SRC: &[Field] = &[
    ("dependencyName", Text),
    ("contextKey", Text),
    ("contextTemplate", Text),
    ("dataKey", Text),
    ("dataTemplate", Text),
    ("value", Text),
    ("useRawData", Bool),
];

const K8S: &[Field] = &[
    ("source", Object(ARTIFACT)),
    ("operation", Text),
    ("parameters", PARAMETERS),
    ("patchStrategy", Text),
    ("liveObject", Bool),
];

const ARGO_WORKFLOW: &[Field] =
    &[("source", Object(ARTIFACT)), ("operation", Text), ("parameters", PARAMETERS), ("args", TEXTS)];

const ARTIFACT: &[Field] = &[
    ("s3", Type::Location("s3")),
    ("inline", Text),
    ("file", Type::Location("file")),
    ("url", Type::Location("url")),
    ("configmap", Object(SECRET)),
    ("git", Type::Location("git")),
    ("resource", Any),
];

pub(super) const SECURE_HEADERS: Type = List(&Object(&[("name", Text), ("valueFrom", Object(VALUE_FROM))]));

const VALUE_FROM: &[Field] = &[("secretKeyRef", Object(SECRET)), ("configMapKeyRef", Object(SECRET))];

/// What a field of the catalogue is in Argo's own types. Lists and maps of the catalogue are looked into by their shape.
pub(super) fn of_shape(shape: &'static Shape) -> Type {
    match shape {
        Shape::Bool => Bool,
        Shape::Int { .. } | Shape::Seconds | Shape::Bytes => Int,
        Shape::Number { .. } => Number,
        Shape::Port
        | Shape::Endpoint
        | Shape::Url(_)
        | Shape::Servers(_)
        | Shape::GrpcServer
        | Shape::Subject { .. }
        | Shape::Text
        | Shape::Enum(_)
        | Shape::Names(_)
        | Shape::Joined(_) => Text,
        Shape::QuotedInt { .. }
        | Shape::HostPort { .. }
        | Shape::Pattern
        | Shape::AbsolutePath
        | Shape::RelativePath
        | Shape::Moment => Text,
        Shape::ObjectName
        | Shape::Namespace
        | Shape::Bus
        | Shape::Duration
        | Shape::Cron
        | Shape::Rate
        | Shape::Zone
        | Shape::ExcludedDays => Text,
        Shape::Secret | Shape::ConfigMap => Object(SECRET),
        Shape::Record(block) => Type::Block(block),
        Shape::List(_) | Shape::Map(_) => Type::Shape(shape),
        Shape::Size | Shape::Headers | Shape::StatusCodes | Shape::Value | Shape::Object => Any,
    }
}
