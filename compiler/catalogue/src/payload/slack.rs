//! Events of `slack`, as Slack's documentation says in "Events API", "Interaction payloads" and "Slash commands", and its client
//! in Go writes it.

use super::{Payload, always, maybe, text};
use crate::types::Type::{self, Any, Bool, List, Map, String, Union};
use crate::types::{Member, Record};

/// One of three: an event `{type, Data}`, an interaction or a command. Which it is, nothing says in advance.
pub(crate) const PAYLOAD: Payload = Payload {
    open: true,
    ..Payload::of(&[
        Member::optional(
            "type",
            Type::String,
            "What kind of event or interaction it is; a command has none.",
        ),
        Member::optional("Data", Type::Any, "Of an event, what Slack says about it."),
    ])
    .typed(&[&[]])
};

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] = &[
    ("slack.Event", Type::Record(&EVENT)),
    ("slack.Interaction", Type::Record(&INTERACTION)),
    ("slack.SlashCommand", Type::Record(&COMMAND)),
    ("slack.SlashCommandForm", Type::Record(&FORM)),
];

/// Where nothing is said, sorted.
pub(super) static UNKNOWN: &[&str] = &[
    "slack.Event.Data{}",
    "slack.Interaction.message{}",
    "slack.Interaction.original_message{}",
    "slack.Interaction.state{}",
    "slack.Interaction.view{}",
];

/// What `Data` is follows from `type`.
static EVENT: Record = Record {
    name: Some("slack.Event"),
    members: &[always("type", String), always("Data", Map(&Any))],
    open: false,
};

/// What is not said of an interaction is empty and not absent.
static INTERACTION: Record = Record {
    name: Some("slack.Interaction"),
    members: &[
        always(
            "type",
            Union(&[
                text("block_actions"),
                text("block_suggestion"),
                text("dialog_cancellation"),
                text("dialog_submission"),
                text("dialog_suggestion"),
                text("interactive_message"),
                text("message_action"),
                text("shortcut"),
                text("view_closed"),
                text("view_submission"),
                text("workflow_step_edit"),
            ]),
        ),
        always("token", String),
        always("callback_id", String),
        always("response_url", String),
        always("trigger_id", String),
        always("action_ts", String),
        always(
            "team",
            Type::Record(&Record {
                name: None,
                members: &[always("id", String), always("name", String), always("domain", String)],
                open: false,
            }),
        ),
        always("channel", NAMED),
        always("user", NAMED),
        always("enterprise", NAMED),
        always("is_enterprise_install", Bool),
        always("api_app_id", String),
        always("name", String),
        always("value", String),
        always("message_ts", String),
        always("attachment_id", String),
        always("action_id", String),
        always("block_id", String),
        always("actions", List(&ACTION)),
        always("message", Map(&Any)),
        always("original_message", Map(&Any)),
        always("view", Map(&Any)),
        maybe("state", Map(&Any)),
    ],
    open: false,
};

/// Of a block, or of an attachment as they were before blocks.
const ACTION: Type = Type::Record(&Record {
    name: None,
    members: &[
        always("type", String),
        maybe("value", String),
        maybe("action_id", String),
        maybe("block_id", String),
        maybe("action_ts", String),
        maybe("name", String),
        maybe("selected_user", String),
        maybe("selected_channel", String),
        maybe("selected_conversation", String),
        maybe("selected_date", String),
        maybe("selected_time", String),
    ],
    open: false,
});

/// What Slack has a number and a name for.
const NAMED: Type = Type::Record(&Record {
    name: None,
    members: &[always("id", String), always("name", String)],
    open: false,
});

/// As `slack` makes it of the form that Slack posts.
static COMMAND: Record = Record {
    name: Some("slack.SlashCommand"),
    members: &[
        always("token", String),
        always("team_id", String),
        always("team_domain", String),
        maybe("enterprise_id", String),
        maybe("enterprise_name", String),
        always("is_enterprise_install", Bool),
        always("channel_id", String),
        always("channel_name", String),
        always("user_id", String),
        always("user_name", String),
        always("command", String),
        always("text", String),
        always("response_url", String),
        always("trigger_id", String),
        always("api_app_id", String),
    ],
    open: false,
};

const TEXTS: Type = List(&String);

/// The form itself, as a `webhook` takes it.
static FORM: Record = Record {
    name: Some("slack.SlashCommandForm"),
    members: &[
        always("token", TEXTS),
        always("team_id", TEXTS),
        always("team_domain", TEXTS),
        maybe("enterprise_id", TEXTS),
        maybe("enterprise_name", TEXTS),
        maybe("is_enterprise_install", TEXTS),
        always("channel_id", TEXTS),
        always("channel_name", TEXTS),
        always("user_id", TEXTS),
        always("user_name", TEXTS),
        always("command", TEXTS),
        always("text", TEXTS),
        always("response_url", TEXTS),
        always("trigger_id", TEXTS),
        always("api_app_id", TEXTS),
    ],
    open: false,
};
