//! Events of `gerrit`, as Gerrit's documentation says in "gerrit stream-events" and "Gerrit Code Review - JSON Data": its plugin
//! for webhooks sends the same. Times are seconds since 1970.

use super::hook::HEADERS;
use super::{BODY, ByEvent, EventType, METADATA, Payload, always, maybe, text};
use crate::types::Type::{self, Bool, Int, List, Record, String, Union};
use crate::types::{self, Member};

pub(crate) const PAYLOAD: Payload =
    Payload::of(&[HEADERS, Member::new("body", COMMON, "What Gerrit sends."), METADATA])
        .typed(BODY)
        .by_event(ByEvent {
            root: "body",
            field: "events",
            header: None,
            member: Some("type"),
            events: EVENTS,
            common: COMMON,
        });

static EVENTS: &[EventType] = &[
    EventType::new("change-abandoned", Record(&CHANGE_ABANDONED_EVENT)),
    EventType::new("change-deleted", Record(&CHANGE_DELETED_EVENT)),
    EventType::new("change-merged", Record(&CHANGE_MERGED_EVENT)),
    EventType::new("change-restored", Record(&CHANGE_RESTORED_EVENT)),
    EventType::new("comment-added", Record(&COMMENT_ADDED_EVENT)),
    EventType::new("hashtags-changed", Record(&HASHTAGS_CHANGED_EVENT)),
    EventType::new("patchset-created", Record(&PATCHSET_CREATED_EVENT)),
    EventType::new("private-state-changed", Record(&PRIVATE_STATE_CHANGED_EVENT)),
    EventType::new("project-created", Record(&PROJECT_CREATED_EVENT)),
    EventType::new("project-head-updated", Record(&PROJECT_HEAD_UPDATED_EVENT)),
    EventType::new("ref-updated", Record(&REF_UPDATED_EVENT)),
    EventType::new("reviewer-added", Record(&REVIEWER_ADDED_EVENT)),
    EventType::new("reviewer-deleted", Record(&REVIEWER_DELETED_EVENT)),
    EventType::new("topic-changed", Record(&TOPIC_CHANGED_EVENT)),
    EventType::new("vote-deleted", Record(&VOTE_DELETED_EVENT)),
    EventType::new("wip-state-changed", Record(&WIP_STATE_CHANGED_EVENT)),
];

/// The types that a file can write, by name, sorted.
pub(super) static TYPES: &[(&str, Type)] = &[
    ("gerrit.Account", Record(&ACCOUNT_RECORD)),
    ("gerrit.Approval", Record(&APPROVAL)),
    ("gerrit.Change", Record(&CHANGE)),
    ("gerrit.ChangeAbandonedEvent", Record(&CHANGE_ABANDONED_EVENT)),
    ("gerrit.ChangeDeletedEvent", Record(&CHANGE_DELETED_EVENT)),
    ("gerrit.ChangeMergedEvent", Record(&CHANGE_MERGED_EVENT)),
    ("gerrit.ChangeRestoredEvent", Record(&CHANGE_RESTORED_EVENT)),
    ("gerrit.CommentAddedEvent", Record(&COMMENT_ADDED_EVENT)),
    ("gerrit.Event", Record(&ANY_EVENT)),
    ("gerrit.HashtagsChangedEvent", Record(&HASHTAGS_CHANGED_EVENT)),
    ("gerrit.PatchSet", Record(&PATCH_SET)),
    ("gerrit.PatchsetCreatedEvent", Record(&PATCHSET_CREATED_EVENT)),
    ("gerrit.PrivateStateChangedEvent", Record(&PRIVATE_STATE_CHANGED_EVENT)),
    ("gerrit.ProjectCreatedEvent", Record(&PROJECT_CREATED_EVENT)),
    ("gerrit.ProjectHeadUpdatedEvent", Record(&PROJECT_HEAD_UPDATED_EVENT)),
    ("gerrit.RefUpdate", Record(&REF_UPDATE)),
    ("gerrit.RefUpdatedEvent", Record(&REF_UPDATED_EVENT)),
    ("gerrit.ReviewerAddedEvent", Record(&REVIEWER_ADDED_EVENT)),
    ("gerrit.ReviewerDeletedEvent", Record(&REVIEWER_DELETED_EVENT)),
    ("gerrit.TopicChangedEvent", Record(&TOPIC_CHANGED_EVENT)),
    ("gerrit.VoteDeletedEvent", Record(&VOTE_DELETED_EVENT)),
    ("gerrit.WipStateChangedEvent", Record(&WIP_STATE_CHANGED_EVENT)),
];

/// What an event has that is not known.
const COMMON: Type = Record(&ANY_EVENT);

static ANY_EVENT: types::Record = types::Record {
    name: Some("gerrit.Event"),
    open: true,
    members: &[always("type", String), always("eventCreatedOn", Int), maybe("change", Record(&CHANGE))],
};

const ACCOUNT: Type = Record(&ACCOUNT_RECORD);
const APPROVALS: Type = List(&Record(&APPROVAL));
const TEXTS: Type = List(&String);
/// When it happened.
const CREATED: Member = always("eventCreatedOn", Int);

/// What is not known of a user is left out.
static ACCOUNT_RECORD: types::Record = types::Record {
    name: Some("gerrit.Account"),
    open: false,
    members: &[maybe("name", String), maybe("email", String), maybe("username", String)],
};

static CHANGE: types::Record = types::Record {
    name: Some("gerrit.Change"),
    open: false,
    members: &[
        always("project", String),
        always("branch", String),
        maybe("topic", String),
        always("id", String),
        always("number", Int),
        always("subject", String),
        always("owner", ACCOUNT),
        maybe("url", String),
        maybe("commitMessage", String),
        maybe("hashtags", TEXTS),
        maybe("createdOn", Int),
        maybe("lastUpdated", Int),
        maybe("open", Bool),
        always("status", Union(&[text("NEW"), text("MERGED"), text("ABANDONED")])),
        maybe("private", Bool),
        maybe("wip", Bool),
        maybe("cherryPickOfChange", Int),
        maybe("cherryPickOfPatchSet", Int),
    ],
};

static PATCH_SET: types::Record = types::Record {
    name: Some("gerrit.PatchSet"),
    open: false,
    members: &[
        always("number", Int),
        always("revision", String),
        always("parents", TEXTS),
        always("ref", String),
        always("uploader", ACCOUNT),
        always("author", ACCOUNT),
        always("createdOn", Int),
        always(
            "kind",
            Union(&[
                text("REWORK"),
                text("TRIVIAL_REBASE"),
                text("TRIVIAL_REBASE_WITH_MESSAGE_UPDATE"),
                text("MERGE_FIRST_PARENT_UPDATE"),
                text("NO_CODE_CHANGE"),
                text("NO_CHANGE"),
            ]),
        ),
        maybe("approvals", APPROVALS),
        always("sizeInsertions", Int),
        always("sizeDeletions", Int),
    ],
};

static APPROVAL: types::Record = types::Record {
    name: Some("gerrit.Approval"),
    open: false,
    members: &[
        always("type", String),
        maybe("description", String),
        always("value", String),
        maybe("oldValue", String),
        maybe("grantedOn", Int),
        maybe("by", ACCOUNT),
    ],
};

static REF_UPDATE: types::Record = types::Record {
    name: Some("gerrit.RefUpdate"),
    open: false,
    members: &[
        always("oldRev", String),
        always("newRev", String),
        always("refName", String),
        always("project", String),
    ],
};

static CHANGE_ABANDONED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ChangeAbandonedEvent"),
    open: false,
    members: &[
        always("type", text("change-abandoned")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("abandoner", ACCOUNT),
        maybe("reason", String),
        CREATED,
    ],
};

static CHANGE_DELETED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ChangeDeletedEvent"),
    open: false,
    members: &[
        always("type", text("change-deleted")),
        always("change", Record(&CHANGE)),
        always("deleter", ACCOUNT),
        CREATED,
    ],
};

static CHANGE_MERGED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ChangeMergedEvent"),
    open: false,
    members: &[
        always("type", text("change-merged")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("submitter", ACCOUNT),
        always("newRev", String),
        CREATED,
    ],
};

static CHANGE_RESTORED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ChangeRestoredEvent"),
    open: false,
    members: &[
        always("type", text("change-restored")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("restorer", ACCOUNT),
        maybe("reason", String),
        CREATED,
    ],
};

static COMMENT_ADDED_EVENT: types::Record = types::Record {
    name: Some("gerrit.CommentAddedEvent"),
    open: false,
    members: &[
        always("type", text("comment-added")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("author", ACCOUNT),
        maybe("approvals", APPROVALS),
        maybe("comment", String),
        CREATED,
    ],
};

static HASHTAGS_CHANGED_EVENT: types::Record = types::Record {
    name: Some("gerrit.HashtagsChangedEvent"),
    open: false,
    members: &[
        always("type", text("hashtags-changed")),
        always("change", Record(&CHANGE)),
        always("editor", ACCOUNT),
        maybe("added", TEXTS),
        maybe("removed", TEXTS),
        maybe("hashtags", TEXTS),
        CREATED,
    ],
};

static PATCHSET_CREATED_EVENT: types::Record = types::Record {
    name: Some("gerrit.PatchsetCreatedEvent"),
    open: false,
    members: &[
        always("type", text("patchset-created")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("uploader", ACCOUNT),
        CREATED,
    ],
};

static PRIVATE_STATE_CHANGED_EVENT: types::Record = types::Record {
    name: Some("gerrit.PrivateStateChangedEvent"),
    open: false,
    members: &[
        always("type", text("private-state-changed")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("changer", ACCOUNT),
        CREATED,
    ],
};

static PROJECT_CREATED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ProjectCreatedEvent"),
    open: false,
    members: &[
        always("type", text("project-created")),
        always("projectName", String),
        always("projectHead", String),
        CREATED,
    ],
};

static PROJECT_HEAD_UPDATED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ProjectHeadUpdatedEvent"),
    open: false,
    members: &[
        always("type", text("project-head-updated")),
        always("projectName", String),
        always("oldHead", String),
        always("newHead", String),
        CREATED,
    ],
};

static REF_UPDATED_EVENT: types::Record = types::Record {
    name: Some("gerrit.RefUpdatedEvent"),
    open: false,
    members: &[
        always("type", text("ref-updated")),
        maybe("submitter", ACCOUNT),
        always("refUpdate", Record(&REF_UPDATE)),
        CREATED,
    ],
};

static REVIEWER_ADDED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ReviewerAddedEvent"),
    open: false,
    members: &[
        always("type", text("reviewer-added")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("reviewer", ACCOUNT),
        maybe("adder", ACCOUNT),
        CREATED,
    ],
};

static REVIEWER_DELETED_EVENT: types::Record = types::Record {
    name: Some("gerrit.ReviewerDeletedEvent"),
    open: false,
    members: &[
        always("type", text("reviewer-deleted")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("reviewer", ACCOUNT),
        always("remover", ACCOUNT),
        maybe("approvals", APPROVALS),
        maybe("comment", String),
        CREATED,
    ],
};

static TOPIC_CHANGED_EVENT: types::Record = types::Record {
    name: Some("gerrit.TopicChangedEvent"),
    open: false,
    members: &[
        always("type", text("topic-changed")),
        always("change", Record(&CHANGE)),
        always("changer", ACCOUNT),
        maybe("oldTopic", String),
        CREATED,
    ],
};

static VOTE_DELETED_EVENT: types::Record = types::Record {
    name: Some("gerrit.VoteDeletedEvent"),
    open: false,
    members: &[
        always("type", text("vote-deleted")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("reviewer", ACCOUNT),
        always("remover", ACCOUNT),
        maybe("approvals", APPROVALS),
        maybe("comment", String),
        CREATED,
    ],
};

static WIP_STATE_CHANGED_EVENT: types::Record = types::Record {
    name: Some("gerrit.WipStateChangedEvent"),
    open: false,
    members: &[
        always("type", text("wip-state-changed")),
        always("change", Record(&CHANGE)),
        always("patchSet", Record(&PATCH_SET)),
        always("changer", ACCOUNT),
        CREATED,
    ],
};
