//! `slack`: a message for Slack.

use super::{ActionBody, ActionKind};
use crate::field::{Block, Field, Rule, Shape, Values};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "slack",
    argo: "slack",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ARGO,
    doc: "Posts a message to a channel of Slack.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("slackToken", Shape::Secret, "The token of a bot that may post to the channel.")
            .required(),
        Field::new("channel", Shape::Text, "The channel, with or without `#`.")
            .required()
            .takes(Values::Text),
        Field::new("message", Shape::Text, "The text of the message.").takes(Values::Text),
        Field::new("attachments", Shape::Text, "Attachments, as a list in JSON.").takes(Values::Text),
        Field::new("blocks", Shape::Text, "Blocks, as a list in JSON.").takes(Values::Text),
        Field::new("thread", Shape::Record(&THREAD), "The thread that the message belongs to."),
        Field::new("sender", Shape::Record(&SENDER), "Under which name and picture the bot posts."),
    ],
    rules: &[Rule::AtLeastOne(&[&["message"], &["attachments"], &["blocks"]])],
};

static THREAD: Block = Block {
    fields: &[
        Field::new("messageAggregationKey", Shape::Text, "Messages with the same key are in one thread.")
            .takes(Values::Text),
        Field::new(
            "broadcastMessageToChannel",
            Shape::Bool,
            "Whether an answer in the thread is shown in the channel, too.",
        )
        .default("false"),
    ],
    rules: &[],
};

static SENDER: Block = Block {
    fields: &[
        Field::new("username", Shape::Text, "The name.").takes(Values::Text),
        Field::new("icon", Shape::Text, "The picture: `:name:` of an emoji, or its address.")
            .takes(Values::Text),
    ],
    rules: &[],
};
