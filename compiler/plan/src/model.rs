//! What a pipeline consists of once every name is resolved.

mod call;
mod custom;
mod flow;
mod policy;
mod raw;
mod verify;
mod workload;

pub use call::{Call, CallField, Location, Resource};
pub use custom::{Custom, GrpcServer, Patch, SpecEntry};
pub use flow::{After, Batch, Count, Debounce, Flow, KeyPart, Match, OrderBy, Suspend, Within};
pub use policy::{Delivery, LabelPolicy, Retry, Success};
pub use raw::Raw;
pub use verify::{Encoding, HashName, Hmac, Verify};
pub use workload::{Service, Workload};

use crate::argo::{Filters, Template};
use crate::duration::GoDuration;
use crate::expr::Expr;
use crate::json::Json;
use crate::origin::Origin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// Everything that one pipeline is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// Name of the pipeline; fit for a Kubernetes object.
    pub name: String,
    /// The documentation comment of the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Namespace of every object; none means wherever it is applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Labels of every object.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations of every object.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Buses that the file declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buses: Vec<Bus>,
    /// Where events come from, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// What events cause. A file without `sensor` blocks has one, named like the pipeline, if it has a filter or a trigger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensors: Vec<Sensor>,
    /// The files that [`Origin::file`] counts, as the caller named them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// A message bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bus {
    /// Name of the EventBus object.
    pub name: String,
    /// Kind in the catalogue: `embedded`, `jetstream`, `jetstreamExotic`, `nats`.
    pub kind: String,
    /// The kind's own fields, secrets as `{name, key}`.
    pub config: Json,
    /// The documentation comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into the `spec` of the EventBus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// Which bus a source or a sensor uses. Without one it is `default`, as in Argo; locally that is the embedded one.
pub type BusName = String;

/// An event source: one object, one or several events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// Name of the EventSource object.
    pub name: String,
    /// Somebody else's: referred to and never emitted or started.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub external: bool,
    /// The bus it publishes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<BusName>,
    /// In the order of the file.
    pub events: Vec<Event>,
    /// What its object and its pods are to be like.
    #[serde(default, skip_serializing_if = "Workload::is_plain")]
    pub workload: Workload,
    /// The Service before its ports.
    #[serde(default, skip_serializing_if = "Service::is_of_ports")]
    pub service: Service,
    /// The documentation comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into the `spec` of the EventSource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// One event of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// Name within the source. A source with one event calls it like itself.
    pub name: String,
    /// Kind in the catalogue: `webhook`, `github`, `calendar`, …
    pub kind: String,
    /// The kind's own fields in Argo's spelling, secrets as `{name, key}`. Null for an external source.
    #[serde(default)]
    pub config: Json,
    /// How its requests show whom they come from; of kinds that take HTTP requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<Verify>,
    /// Those of its events reach the bus for which this is *true*; all of them without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Expr>,
    /// The documentation comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into its entry in the EventSource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// Streams and triggers that share a consumer identity and a service account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sensor {
    /// Name of the Sensor object.
    pub name: String,
    /// The bus it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<BusName>,
    /// Named by the user; without one the pipeline gets an account of its own with the least rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// Every filter of the file, and every event that a trigger names, each after what it refines.
    pub streams: Vec<Stream>,
    /// In the order of the file.
    pub triggers: Vec<Trigger>,
    /// What its object and its pods are to be like.
    #[serde(default, skip_serializing_if = "Workload::is_plain")]
    pub workload: Workload,
    /// The documentation comment of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into the `spec` of the Sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// A named stream of events: an event itself, or those that pass a filter. Argo calls it a dependency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stream {
    /// The name of the dependency. A grouped event `s.e` that is used without a filter is the stream `s-e`.
    pub name: String,
    /// What it reads.
    pub from: From,
    /// What is made of the data of an event before anything else; an event of which nothing can be made does not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Transform>,
    /// Which of those pass.
    #[serde(default)]
    pub predicate: Predicate,
    /// The user wrote a filter; otherwise the stream stands for the event itself.
    #[serde(default)]
    pub declared: bool,
    /// The documentation comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into the dependency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// What a [`Stream`] reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum From {
    /// An event of a source.
    Event {
        /// Name of the source.
        source: String,
        /// Name of the event within it.
        event: String,
    },
    /// Another stream of the same sensor: both must pass.
    Stream(String),
}

/// How the data of an event become others. The event stays the same in everything else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Transform {
    /// This object, in which what is absent is null. What is moved comes out as jq writes it: numbers in their shortest
    /// form, but integers with all their digits.
    Object(Expr),
    /// What a script gives: of jq the first output, of Lua the table that it returns.
    Script(Script),
}

/// A script over the data of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What it is written in.
    pub language: ScriptLanguage,
    /// The script.
    pub text: String,
    /// Where it was written.
    #[serde(default)]
    pub origin: Origin,
}

/// A language that scripts are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScriptLanguage {
    /// jq 1.7 as gojq understands it.
    Jq,
    /// Lua 5.1 as gopher-lua understands it.
    Lua,
}

impl ScriptLanguage {
    /// As it is written before a script.
    pub fn name(self) -> &'static str {
        match self {
            ScriptLanguage::Jq => "jq",
            ScriptLanguage::Lua => "lua",
        }
    }
}

/// Which events pass.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Predicate {
    /// All of them.
    #[default]
    Always,
    /// Those for which the expression is *true*; false and unknown do not pass.
    Aev(Expr),
    /// The same, and each of the scripts in Lua has to return true.
    Scripted(Box<Scripted>),
    /// As Argo decides.
    Argo(Box<Filters>),
}

/// A condition beside scripts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scripted {
    /// It has to be true; an empty [`Expr::All`] when there are only scripts.
    pub condition: Expr,
    /// Each is [`ScriptLanguage::Lua`].
    pub scripts: Vec<Script>,
}

/// An action and when it happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trigger {
    /// Name of the trigger; part of its consumers' identity.
    pub name: String,
    /// When it fires.
    pub on: Condition,
    /// The names under which the action sees the events.
    pub bindings: Vec<Binding>,
    /// What happens.
    pub action: Action,
    /// How sure it is to happen.
    #[serde(default)]
    pub deliver: Delivery,
    /// When what a join has kept is forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resets: Vec<Reset>,
    /// How many actions there may be in a span of time; without it as many as can be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// How many actions may run at a time, from 1; without it 32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_running: Option<u32>,
    /// Where that is said.
    #[serde(default, skip_serializing_if = "Origin::is_nowhere")]
    pub max_running_origin: Origin,
    /// How its firings are held back and put together; most are not.
    #[serde(default, skip_serializing_if = "Flow::is_plain")]
    pub flow: Flow,
    /// Without it one attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// When the action counts as done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<Success>,
    /// What happens with the same events after the last attempt has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<Box<Fallback>>,
    /// The documentation comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into the trigger of the Sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// The trigger that runs when another has failed for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fallback {
    /// Name of the trigger.
    pub name: String,
    /// What happens.
    pub action: Action,
    /// Without it one attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// When the action counts as done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<Success>,
    /// The documentation comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is merged into the trigger of the Sensor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where it was declared.
    #[serde(default)]
    pub origin: Origin,
}

/// Which streams must have brought an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// One event of this stream.
    Stream(String),
    /// All of these.
    And(Vec<Condition>),
    /// One of these.
    Or(Vec<Condition>),
}

impl Condition {
    /// Whether it joins: then it keeps events, otherwise each event fires by itself.
    ///
    /// As in Argo Events a condition joins as soon as an `and` stands in it.
    pub fn joins(&self) -> bool {
        match self {
            Condition::Stream(_) => false,
            Condition::And(members) => members.len() > 1 || members.iter().any(Condition::joins),
            Condition::Or(members) => members.iter().any(Condition::joins),
        }
    }
}

/// A schedule on which a join forgets: an event that the bus took before such a time joins none that it took after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// Five fields, as [`crate::cron::Cron`] reads them.
    pub cron: String,
    /// A time zone of the IANA database; UTC without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// At most so many actions in a span of time. Each attempt counts; those of an `on-failure` do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many; from 1.
    pub count: NonZeroU32,
    /// In which span.
    pub per: RateUnit,
}

/// The span of a [`Rate`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RateUnit {
    /// One second: Argo's default.
    #[default]
    Second,
    /// Sixty seconds.
    Minute,
    /// Sixty minutes.
    Hour,
}

/// A name in an action and the streams whose event it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// One stream, or with `(a or b) as e` several: the event that fired, and when several have one the newest.
    pub streams: Vec<String>,
}

/// What a trigger does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Creates a Kubernetes object. `workflow.run` is one of these.
    K8sCreate(Expr),
    /// Calls a URL.
    Http(Box<Http>),
    /// Publishes a message on NATS.
    Nats(Box<Nats>),
    /// Has a foreign server do something.
    Custom(Box<Custom>),
    /// Writes the events to the log.
    Log,
    /// What the `raw` of the trigger says, for Argo Events alone.
    Raw,
    /// Does anything else that the catalogue has.
    Call(Box<Call>),
    /// As Argo makes it from a template and parameters.
    Argo(Box<Template>),
}

/// An HTTP call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Http {
    /// Text.
    pub url: Expr,
    /// `POST` unless said.
    pub method: String,
    /// In the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The JSON that is sent; without it the body is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Expr>,
    /// For the whole call. Argo's default is 60 s; whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<GoDuration>,
    /// `username` and `password`, each `{name, key}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic_auth: Option<BasicAuth>,
}

/// One header of an HTTP call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// As written.
    pub name: String,
    /// What is sent.
    pub value: HeaderValue,
}

/// The value of a [`Header`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum HeaderValue {
    /// Text, perhaps from an event.
    Text(Expr),
    /// A secret.
    Secret(SecretRef),
    /// A member of a config map.
    ConfigMap(ConfigMapRef),
}

/// A user with a password.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicAuth {
    /// The user.
    pub username: SecretRef,
    /// The password.
    pub password: SecretRef,
}

/// A message on NATS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Nats {
    /// Addresses of servers, joined by commas; without a scheme it is `nats://`.
    pub url: String,
    /// Text.
    pub subject: Expr,
    /// The JSON that is sent.
    pub payload: Expr,
    /// Without it the connection is in clear text unless its address or the server says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// Without it the client does not say who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<NatsAuth>,
}

/// How a connection of a client is secured, in Argo's fields.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tls {
    /// With the system's certificates, if nothing else is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enabled: bool,
    /// Any certificate is believed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insecure_skip_verify: bool,
    /// The authority's certificate, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_cert_secret: Option<SecretRef>,
    /// The client's certificate, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_cert_secret: Option<SecretRef>,
    /// The key of that certificate, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_key_secret: Option<SecretRef>,
}

impl Tls {
    /// The secrets that it reads.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        [&self.ca_cert_secret, &self.client_cert_secret, &self.client_key_secret].into_iter().flatten()
    }
}

/// How a client of NATS says who it is, in Argo's fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum NatsAuth {
    /// User and password.
    Basic(BasicAuth),
    /// A token.
    Token(SecretRef),
    /// The seed of a key.
    Nkey(SecretRef),
    /// The text of a credentials file.
    Credential(SecretRef),
}

impl NatsAuth {
    /// The secrets that it reads.
    pub fn secrets(&self) -> Vec<&SecretRef> {
        match self {
            NatsAuth::Basic(basic) => vec![&basic.username, &basic.password],
            NatsAuth::Token(secret) | NatsAuth::Nkey(secret) | NatsAuth::Credential(secret) => vec![secret],
        }
    }
}

/// The name of a secret. It may be printed; its value is another type, in the runtime.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct SecretRef {
    /// Name of the Secret object.
    pub name: String,
    /// Key within it.
    pub key: String,
}

/// A member of a ConfigMap.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct ConfigMapRef {
    /// Name of the ConfigMap object.
    pub name: String,
    /// Key within it.
    pub key: String,
}
