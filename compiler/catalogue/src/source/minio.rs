//! `minio`: objects of a bucket of MinIO.

use super::SourceKind;
use super::common::METADATA;
use crate::field::{Block, Field, Shape};
use crate::payload::minio::PAYLOAD;
use crate::s3::{EVENT, NAMES};
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "minio",
    event_type: "minio",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: false,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes what happens to the objects of a bucket of MinIO, or of another store that tells as MinIO does.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("endpoint", Shape::HostPort { several: false }, "Where the server listens.").required(),
        Field::new("bucket", Shape::Record(&BUCKET), "The bucket; Argo Events crashes without it.")
            .required(),
        Field::new("events", Shape::List(&Shape::Names(&EVENT)), "What must happen to an object."),
        Field::new("filter", Shape::Record(&NAMES), "Which objects it must happen to."),
        Field::new("accessKey", Shape::Secret, "The access key.").required(),
        Field::new("secretKey", Shape::Secret, "The secret key.").required(),
        Field::new("insecure", Shape::Bool, "Whether the connection is plain HTTP.").default("false"),
        Field::new("region", Shape::Text, "The region of the bucket."),
        Field::new("caCertificate", Shape::Secret, "The certificate of the authority, in PEM."),
        METADATA,
    ],
    rules: &[],
};

static BUCKET: Block = Block {
    fields: &[
        Field::new("name", Shape::Text, "The name of the bucket.").required(),
        Field::new("key", Shape::Text, "The key of an object; of no use here."),
    ],
    rules: &[],
};
