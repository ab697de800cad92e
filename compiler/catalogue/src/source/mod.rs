//! Kinds of event sources.

mod calendar;
mod common;
mod generic;
mod github;
mod nats;
mod webhook;

use crate::field::Block;
use crate::payload::Payload;
use crate::target::Targets;

/// A kind of event source.
#[derive(Debug, PartialEq)]
pub struct SourceKind {
    /// As written, which is the key in Argo's `spec`.
    pub name: &'static str,
    /// The `type` of its CloudEvents; mostly the name in another case.
    pub event_type: &'static str,
    /// It takes HTTP requests.
    pub http: bool,
    /// The field that its port and endpoint stand in; none when they stand beside the others, or when it takes no requests.
    pub http_block: Option<&'static str>,
    /// One pod at a time receives; kinds that differ in this cannot share an EventSource object.
    pub elects_leader: bool,
    /// It has a `where` of its own, decided before the bus.
    pub filters: bool,
    /// Its fields.
    pub block: &'static Block,
    /// What its events hold.
    pub payload: Payload,
    /// Which target can do it.
    pub targets: Targets,
    /// A plain sentence.
    pub doc: &'static str,
}

/// The kinds that are built.
pub static SOURCES: &[&SourceKind] =
    &[&webhook::KIND, &github::KIND, &calendar::KIND, &nats::KIND, &generic::KIND];

/// The kinds that the language has and that are not built yet.
pub static SOURCES_LATER: &[&str] = &[
    "amqp",
    "azureEventsHub",
    "azureQueueStorage",
    "azureServiceBus",
    "bitbucket",
    "bitbucketserver",
    "emitter",
    "file",
    "gerrit",
    "gitlab",
    "hdfs",
    "kafka",
    "minio",
    "mns",
    "mqtt",
    "nsq",
    "pubSub",
    "pulsar",
    "redis",
    "redisStream",
    "resource",
    "sftp",
    "slack",
    "sns",
    "sqs",
    "storageGrid",
    "stripe",
];

/// The kind of that name, if it is built.
pub fn source(name: &str) -> Option<&'static SourceKind> {
    SOURCES.iter().copied().find(|kind| kind.name == name)
}
