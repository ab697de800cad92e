//! `gitlab`: webhooks of GitLab.

use super::SourceKind;
use super::common::{DELETE_HOOK, HOOK, METADATA, WEB_ADDRESS};
use crate::field::{Block, Field, Names, Rule, Shape};
use crate::payload::gitlab::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "gitlab",
    event_type: "gitlab",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes webhooks of GitLab, compares their token, and registers them.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "projects",
            Shape::List(&Shape::Text),
            "The projects whose events are wanted, by their path or number.",
        ),
        Field::new(
            "groups",
            Shape::List(&Shape::Text),
            "The groups whose events are wanted, by their path or number.",
        ),
        Field::new("projectID", Shape::Text, "The number of one project; the older form of `projects`."),
        Field::new(
            "events",
            Shape::List(&Shape::Names(&EVENT)),
            "The events that are wanted, by the names of GitLab's API for hooks.",
        )
        .required(),
        HOOK,
        Field::new("gitlabBaseURL", WEB_ADDRESS, "The address of the server.").required(),
        Field::new("accessToken", Shape::Secret, "A token that may register hooks.").required(),
        Field::new("secretToken", Shape::Secret, "The token that a request must bring as `X-Gitlab-Token`."),
        Field::new(
            "enableSSLVerification",
            Shape::Bool,
            "Whether GitLab verifies the certificate of the endpoint.",
        )
        .default("false"),
        DELETE_HOOK,
        METADATA,
    ],
    rules: &[Rule::AtMostOne(&[&["projectID"], &["projects"]])],
};

static EVENT: Names = Names {
    owner: "GitLab",
    what: "event",
    values: &[
        "ConfidentialIssuesEvents",
        "ConfidentialNoteEvents",
        "DeploymentEvents",
        "EmojiEvents",
        "IssuesEvents",
        "JobEvents",
        "MergeRequestsEvents",
        "NoteEvents",
        "PipelineEvents",
        "PushEvents",
        "ReleasesEvents",
        "ResourceAccessTokenEvents",
        "TagPushEvents",
        "VulnerabilityEvents",
        "WikiPageEvents",
    ],
    all: None,
    hint: "events are called as in `AddProjectHookOptions` of GitLab's client in Go, such as `PushEvents`",
};
