//! `bitbucketserver`: webhooks of Bitbucket Server and Data Center.

use super::SourceKind;
use super::common::{DELETE_HOOK, HOOK, METADATA, WEB_ADDRESS};
use crate::field::{Block, Field, Names, Rule, Shape};
use crate::payload::bitbucketserver::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "bitbucketserver",
    event_type: "bitbucketserver",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes webhooks of Bitbucket Server and Data Center, checks their signature, and registers them.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "repositories",
            Shape::List(&Shape::Record(&REPOSITORY)),
            "The repositories whose events are wanted.",
        ),
        Field::new(
            "projects",
            Shape::List(&Shape::Text),
            "The keys of projects; the events of all their repositories are wanted.",
        ),
        Field::new(
            "projectKey",
            Shape::Text,
            "The project of one repository; the older form of `repositories`.",
        ),
        Field::new(
            "repositorySlug",
            Shape::Text,
            "The name of one repository in addresses; the older form of `repositories`.",
        ),
        Field::new(
            "events",
            Shape::List(&Shape::Names(&EVENT)),
            "The events that are wanted, by the names that Bitbucket sends in `X-Event-Key`.",
        ),
        HOOK,
        Field::new(
            "bitbucketserverBaseURL",
            WEB_ADDRESS,
            "The address of the server's API; ends with `/rest`.",
        )
        .required(),
        Field::new(
            "accessToken",
            Shape::Secret,
            "A token that may register hooks; with `webhook.url` they are registered.",
        ),
        Field::new(
            "webhookSecret",
            Shape::Secret,
            "The secret that signs requests; one with another signature is refused.",
        ),
        Field::new(
            "skipBranchRefsChangedOnOpenPR",
            Shape::Bool,
            "Whether a push to a branch with an open pull request is no event of its own.",
        )
        .default("false"),
        Field::new(
            "oneEventPerChange",
            Shape::Bool,
            "Whether a push of several branches or tags is one event for each.",
        )
        .default("false"),
        Field::new(
            "checkInterval",
            Shape::Duration,
            "How often it is looked at that the hooks are still there.",
        )
        .default("1m"),
        DELETE_HOOK,
        SECURED,
        METADATA,
    ],
    rules: &[
        Rule::AllOrNone(&["projectKey", "repositorySlug"]),
        Rule::Requires(&["accessToken"], "events"),
        Rule::IdleWithout("accessToken", "webhook", "url", "no hook is registered"),
    ],
};

static REPOSITORY: Block = Block {
    fields: &[
        Field::new("projectKey", Shape::Text, "The key of the project that the repository is in.").required(),
        Field::new("repositorySlug", Shape::Text, "The name of the repository in addresses.").required(),
    ],
    rules: &[],
};

static EVENT: Names = Names {
    owner: "Bitbucket Server",
    what: "event",
    values: &[
        "diagnostics:ping",
        "mirror:repo_synchronized",
        "pr:comment:added",
        "pr:comment:deleted",
        "pr:comment:edited",
        "pr:declined",
        "pr:deleted",
        "pr:from_ref_updated",
        "pr:merged",
        "pr:modified",
        "pr:opened",
        "pr:reviewer:approved",
        "pr:reviewer:changes_requested",
        "pr:reviewer:needs_work",
        "pr:reviewer:unapproved",
        "pr:reviewer:updated",
        "project:modified",
        "repo:comment:added",
        "repo:comment:deleted",
        "repo:comment:edited",
        "repo:forked",
        "repo:modified",
        "repo:refs_changed",
        "repo:secret_detected",
    ],
    all: None,
    hint: "events are called as in the header `X-Event-Key`, such as `repo:refs_changed`",
};
