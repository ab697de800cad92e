//! Events of `storageGrid`.

use super::{METADATA, Payload};
use crate::types::{Member, Record, Type};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[Member::new("notification", NOTIFICATION, "What the grid sends."), METADATA]);

const NOTIFICATION: Type = Type::Record(&Record {
    name: None,
    members: &[
        Member::new("Action", Type::String, ""),
        Member::new(
            "Message",
            Type::Record(&Record {
                name: None,
                members: &[Member::new("Records", Type::List(&RECORD), "")],
                open: false,
            }),
            "",
        ),
        Member::new("TopicArn", Type::String, ""),
        Member::new("Version", Type::String, ""),
    ],
    open: false,
});

/// What happened to one object.
const RECORD: Type = Type::Record(&Record {
    name: None,
    members: &[
        Member::new("eventVersion", Type::String, ""),
        Member::new("storageGridEventSource", Type::String, ""),
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
        Member::new(
            "requestParameters",
            Type::Record(&Record {
                name: None,
                members: &[Member::new("sourceIPAddress", Type::String, "")],
                open: false,
            }),
            "",
        ),
        Member::new(
            "responseElements",
            Type::Record(&Record {
                name: None,
                members: &[Member::new("x-amz-request-id", Type::String, "")],
                open: false,
            }),
            "",
        ),
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
                                Member::new("size", Type::Int, ""),
                                Member::new("eTag", Type::String, ""),
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
    ],
    open: false,
});
