//! Bitbucket Server and Data Center. An event is called the same in a source, in its header and in its body.

use super::{Archive, Event, PLAYGROUND, Provider};

static RECEIVER: Archive = Archive { module: PLAYGROUND, folder: "testdata/bitbucket-server" };

pub static PROVIDER: Provider = Provider {
    name: "bitbucketserver",
    source: "source s: bitbucketserver {\n  repositories: [{ projectKey: \"P\", repositorySlug: \"r\" }]\n  \
             events: [\"EVENT\"]\n  bitbucketserverBaseURL: \"https://b.example.com/rest\"\n  \
             webhook: { endpoint: \"/b\", port: 12000, method: \"POST\" }\n}",
    events: &EVENTS,
    says: Some("eventKey"),
    says_also: &[],
    parts: &[
        ("actor", "User"),
        ("author", "User"),
        ("owner", "User"),
        ("user", "User"),
        ("addedReviewers[]", "User"),
        ("removedReviewers[]", "User"),
        ("Pull-Request.author", "Participant"),
        ("participant", "Participant"),
        ("reviewers[]", "Participant"),
        ("repository", "Repository"),
        ("origin", "Origin"),
        ("new", "Repository"),
        ("old", "Repository"),
        ("project", "Project"),
        ("pullRequest", "Pull-Request"),
        ("fromRef", "Ref"),
        ("toRef", "Ref"),
        ("comment", "Comment"),
    ],
    alike: &[&["reviewers", "participants"], &["addedReviewers", "removedReviewers"]],
    sparse: &[],
    absent: &[
        // A comment that is no answer has no parent.
        ("pr_comment_added$event", "commentParentId"),
        ("pr_comment_deleted$event", "commentParentId"),
        // Nobody owns a project but that of a user.
        ("Project", "owner"),
        // It is left out when it is empty.
        ("Pull-Request", "description"),
        ("pr_modified$event", "previousDescription"),
        // A service has none.
        ("User", "emailAddress"),
    ],
    null: &[],
    shared: &[("eventKey", "string"), ("date", "string"), ("actor", "User"), ("repository", "Repository")],
};

static EVENTS: [Event; 18] = [
    Event {
        stem: "pr_comment_added",
        asked: &[("pr:comment:added", "pr:comment:added")],
        recorded: &[(&RECEIVER, &["pr-comment-added"])],
    },
    Event {
        stem: "pr_comment_deleted",
        asked: &[("pr:comment:deleted", "pr:comment:deleted")],
        recorded: &[(&RECEIVER, &["pr-comment-deleted"])],
    },
    Event {
        stem: "pr_comment_edited",
        asked: &[("pr:comment:edited", "pr:comment:edited")],
        recorded: &[(&RECEIVER, &["pr-comment-edited"])],
    },
    Event {
        stem: "pr_declined",
        asked: &[("pr:declined", "pr:declined")],
        recorded: &[(&RECEIVER, &["pr-declined"])],
    },
    Event {
        stem: "pr_deleted",
        asked: &[("pr:deleted", "pr:deleted")],
        recorded: &[(&RECEIVER, &["pr-deleted"])],
    },
    Event {
        stem: "pr_merged",
        asked: &[("pr:merged", "pr:merged")],
        recorded: &[(&RECEIVER, &["pr-merged"])],
    },
    Event {
        stem: "pr_modified",
        asked: &[("pr:modified", "pr:modified")],
        recorded: &[(&RECEIVER, &["pr-modified"])],
    },
    Event {
        stem: "pr_opened",
        asked: &[("pr:opened", "pr:opened")],
        recorded: &[(&RECEIVER, &["pr-opened"])],
    },
    Event {
        stem: "pr_reviewer_approved",
        asked: &[("pr:reviewer:approved", "pr:reviewer:approved")],
        recorded: &[(&RECEIVER, &["pr-reviewer-approved"])],
    },
    Event {
        stem: "pr_reviewer_needs_work",
        asked: &[("pr:reviewer:needs_work", "pr:reviewer:needs_work")],
        recorded: &[(&RECEIVER, &["pr-reviewer-needs-work"])],
    },
    Event {
        stem: "pr_reviewer_unapproved",
        asked: &[("pr:reviewer:unapproved", "pr:reviewer:unapproved")],
        recorded: &[(&RECEIVER, &["pr-reviewer-unapproved"])],
    },
    Event {
        stem: "pr_reviewer_updated",
        asked: &[("pr:reviewer:updated", "pr:reviewer:updated")],
        recorded: &[(&RECEIVER, &["pr-reviewer-updated"])],
    },
    Event {
        stem: "repo_comment_added",
        asked: &[("repo:comment:added", "repo:comment:added")],
        recorded: &[(&RECEIVER, &["repo-comment-added"])],
    },
    Event {
        stem: "repo_comment_deleted",
        asked: &[("repo:comment:deleted", "repo:comment:deleted")],
        recorded: &[(&RECEIVER, &["repo-comment-deleted"])],
    },
    Event {
        stem: "repo_comment_edited",
        asked: &[("repo:comment:edited", "repo:comment:edited")],
        recorded: &[(&RECEIVER, &["repo-comment-edited"])],
    },
    Event {
        stem: "repo_forked",
        asked: &[("repo:forked", "repo:forked")],
        recorded: &[(&RECEIVER, &["repo-forked"])],
    },
    Event {
        stem: "repo_modified",
        asked: &[("repo:modified", "repo:modified")],
        recorded: &[(&RECEIVER, &["repo-modified"])],
    },
    Event {
        stem: "repo_refs_changed",
        asked: &[("repo:refs_changed", "repo:refs_changed")],
        recorded: &[(&RECEIVER, &["repo-refs-changed"])],
    },
];
