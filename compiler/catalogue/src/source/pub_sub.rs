//! `pubSub`: messages of Google Cloud Pub/Sub.

use super::SourceKind;
use super::common::{JSON_BODY, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::pub_sub::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "pubSub",
    event_type: "pubsub",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of a subscription at Google Cloud Pub/Sub, and makes what is missing of topic and subscription.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "projectID",
            Shape::Text,
            "The project of the subscription; without it that of the credentials.",
        ),
        Field::new("topicProjectID", Shape::Text, "The project of the topic, when it is another."),
        Field::new("topic", Shape::Text, "The topic; needed where the subscription is made."),
        Field::new(
            "subscriptionID",
            Shape::Text,
            "The subscription; without it there is one with a name made of that of the event.",
        ),
        Field::new(
            "credentialSecret",
            Shape::Secret,
            "The credentials, in JSON; without them the pod's own identity is used.",
        ),
        Field::new(
            "deleteSubscriptionOnFinish",
            Shape::Bool,
            "Whether the subscription is removed when the source stops.",
        )
        .default("false"),
        JSON_BODY,
        METADATA,
    ],
    rules: &[Rule::AtLeastOne(&[&["topic"], &["subscriptionID"]]), Rule::OnlyWith("topicProjectID", "topic")],
};
