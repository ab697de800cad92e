//! Kinds of event sources.

mod amqp;
mod azure_events_hub;
mod azure_queue_storage;
mod azure_service_bus;
mod bitbucket;
mod bitbucketserver;
mod calendar;
pub(crate) mod common;
mod emitter;
mod file;
mod generic;
mod gerrit;
pub(crate) mod github;
mod gitlab;
mod hdfs;
mod kafka;
mod minio;
mod mns;
mod mqtt;
mod nats;
mod nsq;
mod pub_sub;
mod pulsar;
mod redis;
mod redis_stream;
mod resource;
mod sftp;
mod slack;
mod sns;
mod sqs;
mod storage_grid;
mod stripe;
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

/// All kinds.
pub static SOURCES: &[&SourceKind] = &[
    &amqp::KIND,
    &azure_events_hub::KIND,
    &azure_queue_storage::KIND,
    &azure_service_bus::KIND,
    &bitbucket::KIND,
    &bitbucketserver::KIND,
    &calendar::KIND,
    &emitter::KIND,
    &file::KIND,
    &generic::KIND,
    &gerrit::KIND,
    &github::KIND,
    &gitlab::KIND,
    &hdfs::KIND,
    &kafka::KIND,
    &minio::KIND,
    &mns::KIND,
    &mqtt::KIND,
    &nats::KIND,
    &nsq::KIND,
    &pub_sub::KIND,
    &pulsar::KIND,
    &redis::KIND,
    &redis_stream::KIND,
    &resource::KIND,
    &sftp::KIND,
    &slack::KIND,
    &sns::KIND,
    &sqs::KIND,
    &storage_grid::KIND,
    &stripe::KIND,
    &webhook::KIND,
];

/// The kind of that name.
pub fn source(name: &str) -> Option<&'static SourceKind> {
    SOURCES.iter().copied().find(|kind| kind.name == name)
}
