//! Events of `sns`, as Amazon SNS' documentation says in "Parsing Amazon SNS message formats", "HTTP/HTTPS notification JSON
//! format". Nothing but notifications becomes an event. A queue that subscribes to a topic without raw delivery has the same.

use super::{BODY, METADATA, Payload, always, maybe, text};
use crate::types::Type::{self, Map, String};
use crate::types::{Member, Record};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("header", Type::Headers, "The headers of the request."),
    Member::new("body", BODY_TYPE, "What SNS sends: the message is the text in its `Message`."),
    METADATA,
])
.typed(BODY);

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] =
    &[("sns.Attribute", Type::Record(&ATTRIBUTE)), ("sns.Message", Type::Record(&MESSAGE))];

/// What a notification is.
const BODY_TYPE: Type = Type::Record(&MESSAGE);

static MESSAGE: Record = Record {
    name: Some("sns.Message"),
    members: &[
        always("Type", text("Notification")),
        always("MessageId", String),
        always("TopicArn", String),
        maybe("Subject", String),
        always("Message", String),
        always("Timestamp", String),
        always("SignatureVersion", String),
        always("Signature", String),
        always("SigningCertURL", String),
        always("UnsubscribeURL", String),
        maybe("MessageAttributes", Map(&Type::Record(&ATTRIBUTE))),
        // Of a topic that is first in, first out.
        maybe("SequenceNumber", String),
    ],
    open: false,
};

static ATTRIBUTE: Record = Record {
    name: Some("sns.Attribute"),
    members: &[always("Type", String), always("Value", String)],
    open: false,
};
