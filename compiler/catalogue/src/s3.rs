//! What stores that speak S3 have in common.

use crate::field::{Block, Field, Names, Shape};

/// What can happen to an object, as MinIO calls it.
pub(crate) static EVENT: Names = Names {
    owner: "S3",
    what: "event",
    values: &[
        "s3:BucketCreated:*",
        "s3:BucketRemoved:*",
        "s3:LifecycleDelMarkerExpiration:Delete",
        "s3:ObjectAccessed:*",
        "s3:ObjectAccessed:Get",
        "s3:ObjectAccessed:GetLegalHold",
        "s3:ObjectAccessed:GetRetention",
        "s3:ObjectAccessed:Head",
        "s3:ObjectCreated:*",
        "s3:ObjectCreated:CompleteMultipartUpload",
        "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:DeleteTagging",
        "s3:ObjectCreated:Post",
        "s3:ObjectCreated:Put",
        "s3:ObjectCreated:PutLegalHold",
        "s3:ObjectCreated:PutRetention",
        "s3:ObjectCreated:PutTagging",
        "s3:ObjectRemoved:*",
        "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated",
        "s3:ObjectRestore:*",
        "s3:ObjectRestore:Completed",
        "s3:ObjectRestore:Post",
        "s3:ObjectTransition:*",
        "s3:ObjectTransition:Complete",
        "s3:ObjectTransition:Failed",
        "s3:ReducedRedundancyLostObject",
        "s3:Replication:*",
        "s3:Replication:OperationCompletedReplication",
        "s3:Replication:OperationFailedReplication",
        "s3:Replication:OperationMissedThreshold",
        "s3:Replication:OperationNotTracked",
        "s3:Replication:OperationReplicatedAfterThreshold",
        "s3:Scanner:*",
        "s3:Scanner:BigPrefix",
        "s3:Scanner:ManyVersions",
    ],
    all: None,
    hint: "events are called as in `s3:ObjectCreated:Put`, and `s3:ObjectCreated:*` is all of such",
};

/// Which objects, by their key.
pub(crate) static NAMES: Block = Block {
    fields: &[
        Field::new("prefix", Shape::Text, "How the object's key begins."),
        Field::new("suffix", Shape::Text, "How the object's key ends."),
    ],
    rules: &[],
};
