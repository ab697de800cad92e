//! Events of `minio`.

use super::{METADATA, Payload};
use crate::types::{Member, Record, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("notification", Type::List(&RECORD), "What happened, one record for each object."),
    METADATA,
]);

/// Text by name, or null.
const NULLABLE_TEXTS: Type = Type::Union(&[Type::Map(&Type::String), Type::Null]);

/// What happened to one object.
const RECORD: Type = Type::Record(&Record {
    name: None,
    members: &[
        Member::new("eventVersion", Type::String, ""),
        Member::new("eventSource", Type::String, ""),
        Member::new("awsRegion", Type::String, ""),
        Member::new("eventTime", Type::String, ""),
        Member::new("eventName", Type::String, ""),
        Member::new(
            "userIdentity",
            Type::Record(&Record {
                name: None,
                members: &[Member::new("principalId", Type::String, "")],
                open: false,
            }),
            "",
        ),
        Member::new("requestParameters", NULLABLE_TEXTS, ""),
        Member::new("responseElements", NULLABLE_TEXTS, ""),
        Member::new(
            "s3",
            Type::Record(&Record {
                name: None,
                members: &[
                    Member::new("s3SchemaVersion", Type::String, ""),
                    Member::new("configurationId", Type::String, ""),
                    Member::new(
                        "bucket",
                        Type::Record(&Record {
                            name: None,
                            members: &[
                                Member::new("name", Type::String, ""),
                                Member::new(
                                    "ownerIdentity",
                                    Type::Record(&Record {
                                        name: None,
                                        members: &[Member::new("principalId", Type::String, "")],
                                        open: false,
                                    }),
                                    "",
                                ),
                                Member::new("arn", Type::String, ""),
                            ],
                            open: false,
                        }),
                        "",
                    ),
                    Member::new(
                        "object",
                        Type::Record(&Record {
                            name: None,
                            members: &[
                                Member::new("key", Type::String, ""),
                                Member::optional("size", Type::Int, ""),
                                Member::optional("eTag", Type::String, ""),
                                Member::optional("contentType", Type::String, ""),
                                Member::optional("userMetadata", Type::Map(&Type::String), ""),
                                Member::optional("versionId", Type::String, ""),
                                Member::new("sequencer", Type::String, ""),
                            ],
                            open: false,
                        }),
                        "",
                    ),
                ],
                open: false,
            }),
            "",
        ),
        Member::new(
            "source",
            Type::Record(&Record {
                name: None,
                members: &[
                    Member::new("host", Type::String, ""),
                    Member::new("port", Type::String, ""),
                    Member::new("userAgent", Type::String, ""),
                ],
                open: false,
            }),
            "",
        ),
    ],
    open: false,
});
