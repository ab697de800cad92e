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
    ("http", Object(HTTP)),
    ("log", Object(&[("intervalSeconds", Int)])),
    ("nats", Object(NATS)),
    ("custom", Object(CUSTOM)),
    ("argoWorkflow", Any),
    ("awsLambda", Any),
    ("kafka", Any),
    ("slack", Any),
    ("openWhisk", Any),
    ("azureEventHubs", Any),
    ("azureServiceBus", Any),
    ("pulsar", Any),
    ("email", Any),
];

/// Kinds of triggers that decoding does not look into yet.
pub(super) const TRIGGERS_LATER: [&str; 9] = [
    "argoWorkflow",
    "awsLambda",
    "kafka",
    "slack",
    "openWhisk",
    "azureEventHubs",
    "azureServiceBus",
    "pulsar",
    "email",
];

const PARAMETERS: Type = List(&Object(&[("src", Object(SRC)), ("dest", Text), ("operation", Text)]));

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

const ARTIFACT: &[Field] = &[
    ("s3", Any),
    ("inline", Text),
    ("file", Object(&[("path", Text)])),
    ("url", Object(&[("path", Text), ("verifyCert", Bool)])),
    ("configmap", Object(SECRET)),
    ("git", Any),
    ("resource", Any),
];

const HTTP: &[Field] = &[
    ("url", Text),
    ("payload", PARAMETERS),
    ("tls", Any),
    ("method", Text),
    ("parameters", PARAMETERS),
    ("timeout", Int),
    ("basicAuth", Object(&[("username", Object(SECRET)), ("password", Object(SECRET))])),
    ("headers", Map(&Text)),
    ("secureHeaders", List(&Object(&[("name", Text), ("valueFrom", Object(VALUE_FROM))]))),
    ("dynamicHeaders", PARAMETERS),
    ("host", Text),
];

const NATS: &[Field] = &[
    ("url", Text),
    ("subject", Text),
    ("payload", PARAMETERS),
    ("parameters", PARAMETERS),
    ("tls", Object(TLS)),
    ("auth", Object(NATS_AUTH)),
];

const CUSTOM: &[Field] = &[
    ("serverURL", Text),
    ("secure", Bool),
    ("certSecret", Object(SECRET)),
    ("serverNameOverride", Text),
    ("spec", Map(&Text)),
    ("parameters", PARAMETERS),
    ("payload", PARAMETERS),
];

const TLS: &[Field] = &[
    ("caCertSecret", Object(SECRET)),
    ("clientCertSecret", Object(SECRET)),
    ("clientKeySecret", Object(SECRET)),
    ("insecureSkipVerify", Bool),
    ("enabled", Bool),
];

const NATS_AUTH: &[Field] = &[
    ("basic", Object(&[("username", Object(SECRET)), ("password", Object(SECRET))])),
    ("token", Object(SECRET)),
    ("nkey", Object(SECRET)),
    ("credential", Object(SECRET)),
];

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
