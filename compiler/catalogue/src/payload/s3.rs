//! Notifications of stores that speak S3, as Amazon S3's documentation says in "Event message structure" (versions 2.x). A
//! source of messages that carry them can name [`TYPES`]; `minio` and `storageGrid` have what they send of it.

use super::{always, maybe};
use crate::types::Record;
use crate::types::Type::{self, Int, List, String};

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] = &[
    ("s3.Bucket", Type::Record(&BUCKET)),
    ("s3.Identity", Type::Record(&IDENTITY)),
    ("s3.Notification", Type::Record(&NOTIFICATION)),
    ("s3.Object", Type::Record(&OBJECT)),
    ("s3.Record", Type::Record(&RECORD)),
];

static NOTIFICATION: Record = Record {
    name: Some("s3.Notification"),
    members: &[always("Records", List(&Type::Record(&RECORD)))],
    open: false,
};

/// What happened to one object.
static RECORD: Record = Record {
    name: Some("s3.Record"),
    members: &[
        always("eventVersion", String),
        always("eventSource", String),
        always("awsRegion", String),
        always("eventTime", String),
        always("eventName", String),
        always("userIdentity", Type::Record(&IDENTITY)),
        always(
            "requestParameters",
            Type::Record(&Record { name: None, members: &[always("sourceIPAddress", String)], open: false }),
        ),
        always(
            "responseElements",
            Type::Record(&Record {
                name: None,
                members: &[always("x-amz-request-id", String), maybe("x-amz-id-2", String)],
                open: false,
            }),
        ),
        always(
            "s3",
            Type::Record(&Record {
                name: None,
                members: &[
                    always("s3SchemaVersion", String),
                    always("configurationId", String),
                    always("bucket", Type::Record(&BUCKET)),
                    always("object", Type::Record(&OBJECT)),
                ],
                open: false,
            }),
        ),
        // What the event is of has one of these.
        maybe(
            "glacierEventData",
            Type::Record(&Record {
                name: None,
                members: &[always("restoreEventData", Type::Record(&RESTORED))],
                open: false,
            }),
        ),
        maybe("restoreEventData", Type::Record(&RESTORED)),
        maybe(
            "replicationEventData",
            Type::Record(&Record {
                name: None,
                members: &[
                    always("replicationRuleId", String),
                    always("destinationBucket", String),
                    always("s3Operation", String),
                    always("requestTime", String),
                    maybe("failureReason", String),
                    maybe("threshold", String),
                    maybe("replicationTime", String),
                ],
                open: false,
            }),
        ),
        maybe(
            "intelligentTieringEventData",
            Type::Record(&Record {
                name: None,
                members: &[always("destinationAccessTier", String)],
                open: false,
            }),
        ),
        maybe(
            "lifecycleEventData",
            Type::Record(&Record {
                name: None,
                members: &[always(
                    "transitionEventData",
                    Type::Record(&Record {
                        name: None,
                        members: &[always("destinationStorageClass", String)],
                        open: false,
                    }),
                )],
                open: false,
            }),
        ),
    ],
    open: false,
};

/// An object that was brought back from an archive.
static RESTORED: Record = Record {
    name: None,
    members: &[
        always("lifecycleRestorationExpiryTime", String),
        always("lifecycleRestoreStorageClass", String),
    ],
    open: false,
};

/// Who did it, or whom a bucket belongs to.
pub(super) static IDENTITY: Record =
    Record { name: Some("s3.Identity"), members: &[always("principalId", String)], open: false };

/// The bucket that the object is in.
pub(super) static BUCKET: Record = Record {
    name: Some("s3.Bucket"),
    members: &[
        always("name", String),
        always("ownerIdentity", Type::Record(&IDENTITY)),
        always("arn", String),
    ],
    open: false,
};

/// One that was deleted has neither size nor tag; only in a bucket with versions has it one.
static OBJECT: Record = Record {
    name: Some("s3.Object"),
    members: &[
        always("key", String),
        maybe("urlDecodedKey", String),
        maybe("size", Int),
        maybe("versionId", String),
        maybe("eTag", String),
        maybe("sequencer", String),
    ],
    open: false,
};
