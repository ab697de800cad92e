//! Events of `minio`, as MinIO's client in Go writes what the server says; but for buckets, other than Amazon S3.

use super::s3::{BUCKET, IDENTITY};
use super::{METADATA, Payload, always, maybe};
use crate::types::Type::{self, Int, List, Map, Null, String, Union};
use crate::types::{Member, Record};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("notification", RECORDS, "What happened, one record for each object."),
    METADATA,
]);

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] =
    &[("minio.Object", Type::Record(&OBJECT)), ("minio.Record", Type::Record(&RECORD))];

/// A notification.
const RECORDS: Type = List(&Type::Record(&RECORD));

/// Text by name, or null.
const NULLABLE_TEXTS: Type = Union(&[Map(&String), Null]);

/// What happened to one object.
static RECORD: Record = Record {
    name: Some("minio.Record"),
    members: &[
        always("eventVersion", String),
        always("eventSource", String),
        always("awsRegion", String),
        always("eventTime", String),
        always("eventName", String),
        always("userIdentity", Type::Record(&IDENTITY)),
        always("requestParameters", NULLABLE_TEXTS),
        always("responseElements", NULLABLE_TEXTS),
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
        always(
            "source",
            Type::Record(&Record {
                name: None,
                members: &[always("host", String), always("port", String), always("userAgent", String)],
                open: false,
            }),
        ),
    ],
    open: false,
};

static OBJECT: Record = Record {
    name: Some("minio.Object"),
    members: &[
        always("key", String),
        maybe("size", Int),
        maybe("eTag", String),
        maybe("contentType", String),
        maybe("userMetadata", Map(&String)),
        maybe("versionId", String),
        always("sequencer", String),
    ],
    open: false,
};
