//! `bitbucket`: webhooks of Bitbucket Cloud.

use super::SourceKind;
use super::common::{DELETE_HOOK, HOOK, METADATA};
use crate::basic::BASIC;
use crate::field::{Block, Field, Names, Rule, Shape};
use crate::payload::bitbucket::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "bitbucket",
    event_type: "bitbucket",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes webhooks of Bitbucket Cloud, and registers them; their signature is not checked.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "repositories",
            Shape::List(&Shape::Record(&REPOSITORY)),
            "The repositories whose events are wanted.",
        ),
        Field::new("owner", Shape::Text, "The owner of one repository; the older form of `repositories`."),
        Field::new(
            "repositorySlug",
            Shape::Text,
            "The name of one repository in addresses; the older form of `repositories`.",
        ),
        Field::new(
            "projectKey",
            Shape::Text,
            "The project of one repository; no longer used by Argo Events.",
        ),
        Field::new(
            "events",
            Shape::List(&Shape::Names(&EVENT)),
            "The events that are wanted, by the names that Bitbucket sends in `X-Event-Key`.",
        )
        .required(),
        HOOK,
        Field::new("auth", Shape::Record(&WAYS), "Who registers the hooks.").required(),
        DELETE_HOOK,
        METADATA,
    ],
    rules: &[
        Rule::ExactlyOne(&[&["repositories"], &["owner", "repositorySlug"]]),
        Rule::AllOrNone(&["owner", "repositorySlug"]),
        Rule::OnlyWith("projectKey", "owner"),
        Rule::IdleWithout("auth", "webhook", "url", "no hook is registered"),
    ],
};

static REPOSITORY: Block = Block {
    fields: &[
        Field::new("owner", Shape::Text, "The user or workspace that owns the repository.").required(),
        Field::new("repositorySlug", Shape::Text, "The name of the repository in addresses.").required(),
    ],
    rules: &[],
};

static WAYS: Block = Block {
    fields: &[
        Field::new("basic", Shape::Record(&BASIC), "User and password."),
        Field::new("oauthToken", Shape::Secret, "A token."),
    ],
    rules: &[Rule::ExactlyOne(&[&["basic"], &["oauthToken"]])],
};

static EVENT: Names = Names {
    owner: "Bitbucket",
    what: "event",
    values: &[
        "issue:comment_created",
        "issue:created",
        "issue:updated",
        "project:updated",
        "pullrequest:approved",
        "pullrequest:changes_request_created",
        "pullrequest:changes_request_removed",
        "pullrequest:comment_created",
        "pullrequest:comment_deleted",
        "pullrequest:comment_reopened",
        "pullrequest:comment_resolved",
        "pullrequest:comment_updated",
        "pullrequest:created",
        "pullrequest:fulfilled",
        "pullrequest:push",
        "pullrequest:rejected",
        "pullrequest:unapproved",
        "pullrequest:updated",
        "repo:commit_comment_created",
        "repo:commit_status_created",
        "repo:commit_status_updated",
        "repo:created",
        "repo:deleted",
        "repo:fork",
        "repo:imported",
        "repo:push",
        "repo:transfer",
        "repo:updated",
    ],
    all: None,
    hint: "events are called as in the header `X-Event-Key`, such as `repo:push`",
};
