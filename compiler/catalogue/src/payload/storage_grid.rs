//! Events of `storageGrid`, as Argo Events writes what the grid sends: what NetApp's documentation says in "Event notification
//! messages", as far as Argo Events knows it.

use super::s3::{BUCKET, IDENTITY};
use super::{METADATA, Payload, always};
use crate::types::Type::{self, Int, List, String};
use crate::types::{Member, Record};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[Member::new("notification", NOTIFIED, "What the grid sends."), METADATA]);

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] = &[
    ("storageGrid.Notification", Type::Record(&NOTIFICATION)),
    ("storageGrid.Record", Type::Record(&RECORD)),
];

const NOTIFIED: Type = Type::Record(&NOTIFICATION);

static NOTIFICATION: Record = Record {
    name: Some("storageGrid.Notification"),
    members: &[
        always("Action", String),
        always(
            "Message",
            Type::Record(&Record {
                name: None,
                members: &[always("Records", List(&Type::Record(&RECORD)))],
                open: false,
            }),
        ),
        always("TopicArn", String),
        always("Version", String),
    ],
    open: false,
};

/// What happened to one object.
static RECORD: Record = Record {
    name: Some("storageGrid.Record"),
    members: &[
        always("eventVersion", String),
        always("storageGridEventSource", String),
        always("eventTime", String),
        always("eventName", String),
        always("userIdentity", Type::Record(&IDENTITY)),
        always(
            "requestParameters",
            Type::Record(&Record { name: None, members: &[always("sourceIPAddress", String)], open: false }),
        ),
        always(
            "responseElements",
            Type::Record(&Record { name: None, members: &[always("x-amz-request-id", String)], open: false }),
        ),
        always(
            "s3",
            Type::Record(&Record {
                name: None,
                members: &[
                    always("s3SchemaVersion", String),
                    always("configurationId", String),
                    always("bucket", Type::Record(&BUCKET)),
                    always(
                        "object",
                        Type::Record(&Record {
                            name: None,
                            members: &[
                                always("key", String),
                                always("size", Int),
                                always("eTag", String),
                                always("sequencer", String),
                            ],
                            open: false,
                        }),
                    ),
                ],
                open: false,
            }),
        ),
    ],
    open: false,
};
