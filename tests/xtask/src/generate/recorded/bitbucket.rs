//! Bitbucket Cloud. An event is called the same in a source and in its header.

use super::{Archive, Event, PLAYGROUND, Provider};

static RECEIVER: Archive = Archive { module: PLAYGROUND, folder: "testdata/bitbucket" };

pub static PROVIDER: Provider = Provider {
    name: "bitbucket",
    source: "source s: bitbucket {\n  repositories: [{ owner: \"o\", repositorySlug: \"r\" }]\n  events: [\"EVENT\"]\n  \
             auth: { oauthToken: secret(\"bitbucket\", \"token\") }\n  \
             webhook: { endpoint: \"/b\", port: 12000, method: \"POST\", url: \"https://b.example.com\" }\n}",
    events: &EVENTS,
    says: None,
    says_also: &[],
    parts: &[
        ("actor", "User"),
        ("author", "User"),
        ("closed_by", "User"),
        ("owner", "User"),
        ("participants[]", "User"),
        ("reviewers[]", "User"),
        ("Approval.user", "User"),
        ("repository", "Repository"),
        ("fork", "Repository"),
        ("pullrequest", "Pull-Request"),
        ("Pull-Request.source", "Pull-Request-Endpoint"),
        ("Pull-Request.destination", "Pull-Request-Endpoint"),
        ("approval", "Approval"),
        ("comment", "Comment"),
        ("issue", "Issue"),
        ("content", "Content"),
        ("commit_status", "Commit-Status"),
        ("changes[].new", "Ref"),
        ("changes[].old", "Ref"),
        ("target", "Commit"),
    ],
    alike: &[&["new", "old"]],
    sparse: &["changes"],
    absent: &[
        // A comment that is no answer, or that belongs to no line of a file.
        ("Comment", "inline"),
        ("Comment", "parent"),
        // An issue is changed without a comment, too.
        ("issue_updated$event", "comment"),
        // Teams and users whose profile is hidden have less.
        ("User", "account_id"),
        ("User", "nickname"),
    ],
    null: &[
        // A branch or a tag that was made has no old one, one that was deleted no new one.
        ("REPO_PUSH_EVENT_PUSH_CHANGES", "new"),
        ("REPO_PUSH_EVENT_PUSH_CHANGES", "old"),
        // What nobody has set or done.
        ("Issue", "component"),
        ("Issue", "milestone"),
        ("Issue", "version"),
        ("Pull-Request", "closed_by"),
        ("Pull-Request", "merge_commit"),
    ],
    shared: &[("actor", "User"), ("repository", "Repository")],
};

static EVENTS: [Event; 18] = [
    Event {
        stem: "issue_comment_created",
        asked: &[("issue:comment_created", "issue:comment_created")],
        recorded: &[(&RECEIVER, &["issue-comment-created"])],
    },
    Event {
        stem: "issue_created",
        asked: &[("issue:created", "issue:created")],
        recorded: &[(&RECEIVER, &["issue-created"])],
    },
    Event {
        stem: "issue_updated",
        asked: &[("issue:updated", "issue:updated")],
        recorded: &[(&RECEIVER, &["issue-updated"])],
    },
    Event {
        stem: "pull_request_approved",
        asked: &[("pullrequest:approved", "pullrequest:approved")],
        recorded: &[(&RECEIVER, &["pull-request-approved"])],
    },
    Event {
        stem: "pull_request_comment_created",
        asked: &[("pullrequest:comment_created", "pullrequest:comment_created")],
        recorded: &[(&RECEIVER, &["pull-request-comment-created"])],
    },
    Event {
        stem: "pull_request_comment_deleted",
        asked: &[("pullrequest:comment_deleted", "pullrequest:comment_deleted")],
        recorded: &[(&RECEIVER, &["pull-request-comment-deleted"])],
    },
    Event {
        stem: "pull_request_comment_updated",
        asked: &[("pullrequest:comment_updated", "pullrequest:comment_updated")],
        recorded: &[(&RECEIVER, &["pull-request-comment-updated"])],
    },
    Event {
        stem: "pull_request_created",
        asked: &[("pullrequest:created", "pullrequest:created")],
        recorded: &[(&RECEIVER, &["pull-request-created"])],
    },
    Event {
        stem: "pull_request_fulfilled",
        asked: &[("pullrequest:fulfilled", "pullrequest:fulfilled")],
        recorded: &[(&RECEIVER, &["pull-request-merged"])],
    },
    Event {
        stem: "pull_request_rejected",
        asked: &[("pullrequest:rejected", "pullrequest:rejected")],
        recorded: &[(&RECEIVER, &["pull-request-declined"])],
    },
    Event {
        stem: "pull_request_unapproved",
        asked: &[("pullrequest:unapproved", "pullrequest:unapproved")],
        recorded: &[(&RECEIVER, &["pull-request-approval-removed"])],
    },
    Event {
        stem: "pull_request_updated",
        asked: &[("pullrequest:updated", "pullrequest:updated")],
        recorded: &[(&RECEIVER, &["pull-request-updated"])],
    },
    Event {
        stem: "repo_commit_comment_created",
        asked: &[("repo:commit_comment_created", "repo:commit_comment_created")],
        recorded: &[(&RECEIVER, &["commit-comment-created"])],
    },
    Event {
        stem: "repo_commit_status_created",
        asked: &[("repo:commit_status_created", "repo:commit_status_created")],
        recorded: &[(&RECEIVER, &["repo-commit-status-created"])],
    },
    Event {
        stem: "repo_commit_status_updated",
        asked: &[("repo:commit_status_updated", "repo:commit_status_updated")],
        recorded: &[(&RECEIVER, &["repo-commit-status-updated"])],
    },
    Event {
        stem: "repo_fork",
        asked: &[("repo:fork", "repo:fork")],
        recorded: &[(&RECEIVER, &["repo-fork"])],
    },
    Event {
        stem: "repo_push",
        asked: &[("repo:push", "repo:push")],
        recorded: &[(&RECEIVER, &["repo-push"])],
    },
    Event {
        stem: "repo_updated",
        asked: &[("repo:updated", "repo:updated")],
        recorded: &[(&RECEIVER, &["repo-updated"])],
    },
];
