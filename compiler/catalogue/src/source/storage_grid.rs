//! `storageGrid`: objects of a bucket of NetApp StorageGRID.

use super::SourceKind;
use super::common::{METADATA, PAIRED, hook_fields};
use crate::field::{Block, Field, Shape};
use crate::payload::storage_grid::PAYLOAD;
use crate::s3::{EVENT, NAMES};
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "storageGrid",
    event_type: "storagegrid",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: false,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes what happens to the objects of a bucket of NetApp StorageGRID, and registers for it.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("topicArn", Shape::Text, "The ARN of the endpoint for notifications.").required(),
        Field::new("bucket", Shape::Text, "The bucket.").required(),
        Field::new("events", Shape::List(&Shape::Names(&EVENT)), "What must happen to an object.").required(),
        Field::new("filter", Shape::Record(&NAMES), "Which objects it must happen to."),
        Field::new("webhook", Shape::Record(&ARRIVES), "Where notifications arrive.").required(),
        Field::new("apiURL", Shape::Text, "The address of the management API.").required(),
        Field::new("authToken", Shape::Secret, "The token for that API.").required(),
        Field::new("region", Shape::Text, "The region of the bucket."),
        SECURED,
        METADATA,
    ],
    rules: &[],
};

static ARRIVES: Block = Block { fields: &ARRIVES_FIELDS, rules: PAIRED };

/// The address is an endpoint of the grid's own, and need not be one of the web.
static ARRIVES_FIELDS: [Field; 9] = hook_fields(Shape::Text);
