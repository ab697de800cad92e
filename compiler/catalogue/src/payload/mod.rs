//! What events hold: the roots of each kind's data, and the types that come with the compiler.

pub(crate) mod amqp;
pub(crate) mod azure_events_hub;
pub(crate) mod azure_queue_storage;
pub(crate) mod azure_service_bus;
pub(crate) mod bitbucket;
pub(crate) mod bitbucketserver;
pub(crate) mod calendar;
pub(crate) mod emitter;
pub(crate) mod file;
pub(crate) mod generic;
pub(crate) mod gerrit;
pub mod github;
pub(crate) mod gitlab;
pub(crate) mod hook;
pub(crate) mod k8s;
pub(crate) mod kafka;
pub(crate) mod minio;
pub(crate) mod mns;
pub(crate) mod mqtt;
pub(crate) mod nats;
pub(crate) mod nsq;
pub(crate) mod pub_sub;
pub(crate) mod pulsar;
pub(crate) mod redis;
pub(crate) mod redis_stream;
pub(crate) mod resource;
pub(crate) mod s3;
pub(crate) mod slack;
pub(crate) mod sns;
pub(crate) mod sqs;
pub(crate) mod storage_grid;
pub(crate) mod stripe;
pub(crate) mod webhook;

use crate::types::{Literal, Member, Type};

/// What the events of a kind hold.
#[derive(Debug, PartialEq)]
pub struct Payload {
    /// The members of the data object.
    pub roots: &'static [Member],
    /// The paths that `T` of `KIND<T>` types; none when the kind has no place for a type.
    pub typed: &'static [&'static [&'static str]],
    /// The field of the source without which what `typed` names is no JSON.
    pub json: Option<JsonField>,
    /// A root whose type follows from the events that the source asks for.
    pub by_event: Option<ByEvent>,
    /// What stands for `T` when it is not written.
    pub by_fields: Option<ByFields>,
    /// A root that is not listed may be read too, and is `any`.
    pub open: bool,
}

/// A field of a source that must be `true` for what it takes to be read as JSON.
#[derive(Debug, PartialEq)]
pub struct JsonField {
    /// Its name: `jsonBody`.
    pub name: &'static str,
    /// What there is without it.
    pub without: Type,
}

impl Payload {
    /// Events with these roots, and no place for a type.
    pub(crate) const fn of(roots: &'static [Member]) -> Payload {
        Payload { roots, typed: &[], json: None, by_event: None, by_fields: None, open: false }
    }

    /// `T` of `KIND<T>` is the type of what is at these paths.
    pub(crate) const fn typed(mut self, paths: &'static [&'static [&'static str]]) -> Payload {
        self.typed = paths;
        self
    }

    /// Without `T` its place has the type that follows from these fields.
    pub(crate) const fn by_fields(mut self, by: ByFields) -> Payload {
        self.by_fields = Some(by);
        self
    }

    /// The type of a root follows from the event.
    pub(crate) const fn by_event(mut self, by: ByEvent) -> Payload {
        self.by_event = Some(by);
        self
    }

    /// The body is of that type, and only with `jsonBody: true` JSON.
    pub(crate) const fn without_json(mut self, without: Type) -> Payload {
        self.json = Some(JsonField { name: "jsonBody", without });
        self
    }
}

/// A type that follows from the texts of fields of the source.
#[derive(Debug, PartialEq)]
pub struct ByFields {
    /// The fields, in the order of their texts below; the text of an absent one is empty.
    pub fields: &'static [&'static str],
    /// Type by the texts of the fields with `/` between them, sorted.
    pub types: &'static [(&'static str, Type)],
}

impl ByFields {
    /// The type for these texts, if there is one.
    pub fn of(&self, texts: &[&str]) -> Option<Type> {
        find(self.types, &texts.join("/"))
    }
}

/// A root whose type follows from a field of the source and from what an event says that it is.
#[derive(Debug, PartialEq)]
pub struct ByEvent {
    /// The root: `body`.
    pub root: &'static str,
    /// The field that lists the names of events: `events`.
    pub field: &'static str,
    /// The header that tells which event it is, if one does.
    pub header: Option<EventHeader>,
    /// The member of the root that tells it, if one does.
    pub member: Option<&'static str>,
    /// What is known of each event, sorted by name.
    pub events: &'static [EventType],
    /// The type of all events together, and of one that is not known.
    pub common: Type,
}

/// Where an event says in a header which one it is.
#[derive(Debug, PartialEq)]
pub struct EventHeader {
    /// The root with the headers: `headers`.
    pub root: &'static str,
    /// The header, under its canonical name.
    pub name: &'static str,
}

/// An event that a source can ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventType {
    /// As the source asks for it: `PushEvents`.
    pub name: &'static str,
    /// As the event itself says it: `Push Hook`.
    pub said: &'static str,
    /// The type of its root.
    pub ty: Type,
}

impl EventType {
    /// An event that is called the same everywhere.
    pub(crate) const fn new(name: &'static str, ty: Type) -> EventType {
        EventType { name, said: name, ty }
    }

    /// An event that says something else than the source asks for.
    pub(crate) const fn said(name: &'static str, said: &'static str, ty: Type) -> EventType {
        EventType { name, said, ty }
    }
}

impl ByEvent {
    /// What is known of the event of that name.
    pub fn of(&self, name: &str) -> Option<&'static EventType> {
        let index = self.events.binary_search_by_key(&name, |event| event.name).ok()?;
        self.events.get(index)
    }
}

/// The types of a provider.
struct Provider {
    /// What their names begin with.
    name: &'static str,
    /// The types by name, sorted.
    types: &'static [(&'static str, Type)],
    /// Where nothing is said, sorted.
    unknown: &'static [&'static str],
}

/// All that have types, sorted.
static PROVIDERS: &[Provider] = &[
    Provider { name: "argo", types: k8s::ARGO_TYPES, unknown: k8s::ARGO_UNKNOWN },
    Provider { name: "bitbucket", types: bitbucket::TYPES, unknown: bitbucket::UNKNOWN },
    Provider { name: "bitbucketserver", types: bitbucketserver::TYPES, unknown: bitbucketserver::UNKNOWN },
    Provider { name: "gerrit", types: gerrit::TYPES, unknown: &[] },
    Provider { name: "github", types: github::TYPES, unknown: github::UNKNOWN },
    Provider { name: "gitlab", types: gitlab::TYPES, unknown: gitlab::UNKNOWN },
    Provider { name: "k8s", types: k8s::TYPES, unknown: k8s::UNKNOWN },
    Provider { name: "minio", types: minio::TYPES, unknown: &[] },
    Provider { name: "s3", types: s3::TYPES, unknown: &[] },
    Provider { name: "slack", types: slack::TYPES, unknown: slack::UNKNOWN },
    Provider { name: "sns", types: sns::TYPES, unknown: &[] },
    Provider { name: "storageGrid", types: storage_grid::TYPES, unknown: &[] },
    Provider { name: "stripe", types: stripe::TYPES, unknown: stripe::UNKNOWN },
];

/// The type of that name, such as `github.PullRequestEvent`.
pub fn named_type(name: &str) -> Option<Type> {
    let (provider, _) = name.split_once('.')?;
    let index = PROVIDERS.binary_search_by_key(&provider, |known| known.name).ok()?;
    find(PROVIDERS.get(index)?.types, name)
}

/// The type of that name in a sorted table.
fn find(table: &[(&str, Type)], name: &str) -> Option<Type> {
    let index = table.binary_search_by_key(&name, |(known, _)| known).ok()?;
    table.get(index).map(|(_, ty)| *ty)
}

/// The names of all types that come with the compiler, sorted.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().flat_map(|provider| provider.types.iter().map(|(name, _)| *name))
}

/// The places in these types about which nothing is known, sorted: members from a type that has a name, `[]` for the elements
/// of a list, `{}` for the values of an object whose members are not listed.
pub fn unknown_places() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().flat_map(|provider| provider.unknown.iter().copied())
}

/// A `body` and nothing else takes a type.
const BODY: &[&[&str]] = &[&["body"]];

const METADATA: Member =
    Member::optional("metadata", Type::Map(&Type::String), "What the source's `metadata` says.");

/// The body of a message, for kinds with `jsonBody`.
const MESSAGE: Member =
    Member::new("body", Type::Any, "The message: JSON with `jsonBody: true`, otherwise base64 of its bytes.");

/// Text or null.
const MAYBE_TEXT: Type = Type::Union(&[Type::String, Type::Null]);

/// A member that is always there.
const fn always(name: &'static str, ty: Type) -> Member {
    Member::new(name, ty, "")
}

/// A member that may be absent.
const fn maybe(name: &'static str, ty: Type) -> Member {
    Member::optional(name, ty, "")
}

/// This text alone.
const fn text(value: &'static str) -> Type {
    Type::Literal(Literal::String(value))
}

/// This truth value alone.
const fn truth(value: bool) -> Type {
    Type::Literal(Literal::Bool(value))
}

/// This whole number alone.
const fn whole(value: i64) -> Type {
    Type::Literal(Literal::Int(value))
}
