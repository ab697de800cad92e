//! GitLab. What a source asks for is called as in `AddProjectHookOptions` of GitLab's client in Go.

use super::{Archive, Event, Module, PLAYGROUND, Provider};

/// GitLab's own client in Go.
static CLIENT: Archive = Archive {
    module: Module {
        path: "gitlab.com/gitlab-org/api/client-go",
        version: "v1.46.0",
        sum: "h1:YxBWFZIFYKcGESCb9fpkwzouo+apyB9pr/XTWzNoL24=",
    },
    folder: "testdata/webhooks",
};

static RECEIVER: Archive = Archive { module: PLAYGROUND, folder: "testdata/gitlab" };

pub static PROVIDER: Provider = Provider {
    name: "gitlab",
    source: "source s: gitlab {\n  projects: [\"p\"]\n  events: [\"EVENT\"]\n  gitlabBaseURL: \"https://gitlab.example.com\"\n  \
             accessToken: secret(\"gitlab\", \"token\")\n  webhook: { endpoint: \"/g\", port: 12000, method: \"POST\" }\n}",
    events: &EVENTS,
    says: Some("object_kind"),
    // Of late a work item is an event of an issue, too.
    says_also: &[("issue", "work_item")],
    parts: &[
        ("assignee", "User"),
        ("assignees[]", "User"),
        ("reviewers[]", "User"),
        ("user", "User"),
        ("project", "Project"),
        ("Source-Pipeline.project", ""),
        ("Merge-Request.source", "Project"),
        ("Merge-Request.target", "Project"),
        ("object_attributes.source", "Project"),
        ("object_attributes.target", "Project"),
        ("repository", "Repository"),
        ("push.repository", "Pushed-Repository"),
        ("tag_push.repository", "Pushed-Repository"),
        ("job.repository", "Pushed-Repository"),
        ("commit", "Commit"),
        ("last_commit", "Commit"),
        ("job.commit", ""),
        ("commits[]", "Pushed-Commit"),
        ("Commit.author", "Author"),
        ("Pushed-Commit.author", "Author"),
        ("labels[]", "Label"),
        ("labels.previous[]", "Label"),
        ("labels.current[]", "Label"),
        ("issue", "Issue"),
        ("note.merge_request", "Merge-Request"),
        ("emoji.merge_request", "Merge-Request"),
        ("snippet", "Snippet"),
        ("project_snippet", "Snippet"),
        ("position", "Position"),
        ("original_position", "Position"),
        ("change_position", "Position"),
        ("runner", "Runner"),
        ("environment", "Environment"),
        ("source_pipeline", "Source-Pipeline"),
        ("group", "Group"),
    ],
    alike: &[&["added", "modified", "removed"], &["previous", "current"], &["assignee_ids", "reviewer_ids"]],
    sparse: &["changes"],
    absent: &[
        // Nobody has been given it.
        ("issue$event", "assignee"),
    ],
    null: &[
        // Nothing is checked out where a branch or a tag was deleted.
        ("push$event", "checkout_sha"),
        ("tag_push$event", "checkout_sha"),
        // A pipeline or a job that has not ended, or that belongs to no merge request.
        ("pipeline$event", "merge_request"),
        ("PIPELINE_EVENT_OBJECT_ATTRIBUTES", "duration"),
        ("PIPELINE_EVENT_OBJECT_ATTRIBUTES", "finished_at"),
        ("PIPELINE_EVENT_OBJECT_ATTRIBUTES", "name"),
        ("PIPELINE_EVENT_OBJECT_ATTRIBUTES", "queued_duration"),
        ("PIPELINE_EVENT_BUILDS", "duration"),
        ("PIPELINE_EVENT_BUILDS", "environment"),
        ("PIPELINE_EVENT_BUILDS", "failure_reason"),
        ("PIPELINE_EVENT_BUILDS", "queued_duration"),
        ("job$event", "build_queued_duration"),
        ("job$event", "runner"),
        // What nobody has set or done.
        ("ISSUE_EVENT_OBJECT_ATTRIBUTES", "assignee_id"),
        ("ISSUE_EVENT_OBJECT_ATTRIBUTES", "description"),
        ("ISSUE_EVENT_OBJECT_ATTRIBUTES", "discussion_locked"),
        ("ISSUE_EVENT_OBJECT_ATTRIBUTES", "weight"),
        ("MERGE_REQUEST_EVENT_OBJECT_ATTRIBUTES", "assignee_id"),
        ("MERGE_REQUEST_EVENT_OBJECT_ATTRIBUTES", "description"),
        ("Issue", "description"),
        ("Merge-Request", "assignee_id"),
        ("Merge-Request", "description"),
        ("Project", "description"),
        ("VULNERABILITY_EVENT_OBJECT_ATTRIBUTES", "confirmed_at"),
        ("VULNERABILITY_EVENT_OBJECT_ATTRIBUTES", "confirmed_by_id"),
        ("VULNERABILITY_EVENT_OBJECT_ATTRIBUTES", "dismissed_at"),
        ("VULNERABILITY_EVENT_OBJECT_ATTRIBUTES", "dismissed_by_id"),
        ("VULNERABILITY_EVENT_OBJECT_ATTRIBUTES", "resolved_at"),
        ("VULNERABILITY_EVENT_OBJECT_ATTRIBUTES", "resolved_by_id"),
    ],
    shared: &[("object_kind", "string"), ("event_name", "string"), ("project", "Project"), ("user", "User")],
};

static EVENTS: [Event; 18] = [
    Event {
        stem: "deployment",
        asked: &[("DeploymentEvents", "Deployment Hook")],
        recorded: &[(&CLIENT, &["deployment"]), (&RECEIVER, &["deployment-event"])],
    },
    Event {
        stem: "emoji",
        asked: &[("EmojiEvents", "Emoji Hook")],
        recorded: &[(
            &CLIENT,
            &[
                "emoji_issue",
                "emoji_merge_request",
                "emoji_note_commit",
                "emoji_note_issue",
                "emoji_note_merge_request",
                "emoji_note_snippet",
                "emoji_snippet",
            ],
        )],
    },
    Event { stem: "feature_flag", asked: &[], recorded: &[(&CLIENT, &["feature_flag"])] },
    Event {
        stem: "issue",
        asked: &[("ConfidentialIssuesEvents", "Confidential Issue Hook"), ("IssuesEvents", "Issue Hook")],
        recorded: &[(&CLIENT, &["issue"]), (&RECEIVER, &["issue-event", "confidential-issue-event"])],
    },
    Event {
        stem: "job",
        asked: &[("JobEvents", "Job Hook")],
        recorded: &[(&CLIENT, &["job", "build"]), (&RECEIVER, &["job-event", "build-event"])],
    },
    Event { stem: "member", asked: &[], recorded: &[(&CLIENT, &["member"])] },
    Event {
        stem: "merge_request",
        asked: &[("MergeRequestsEvents", "Merge Request Hook")],
        // Another one has names that end with a blank, which no server sends.
        recorded: &[(&CLIENT, &["merge_request"]), (&RECEIVER, &["merge-request-event"])],
    },
    Event {
        stem: "milestone",
        asked: &[],
        recorded: &[(&CLIENT, &["milestone_group", "milestone_project"])],
    },
    Event {
        stem: "note",
        asked: &[("ConfidentialNoteEvents", "Confidential Note Hook"), ("NoteEvents", "Note Hook")],
        recorded: &[
            (&CLIENT, &["note_commit", "note_issue", "note_merge_request", "note_snippet"]),
            (
                &RECEIVER,
                &[
                    "comment-commit-event",
                    "comment-issue-event",
                    "comment-merge-request-event",
                    "comment-snippet-event",
                    "confidential-comment-event",
                ],
            ),
        ],
    },
    Event {
        stem: "pipeline",
        asked: &[("PipelineEvents", "Pipeline Hook")],
        recorded: &[(&CLIENT, &["pipeline"]), (&RECEIVER, &["pipeline-event"])],
    },
    Event { stem: "project", asked: &[], recorded: &[(&CLIENT, &["project"])] },
    Event {
        stem: "push",
        asked: &[("PushEvents", "Push Hook")],
        recorded: &[(&CLIENT, &["push"]), (&RECEIVER, &["push-event"])],
    },
    Event {
        stem: "release",
        asked: &[("ReleasesEvents", "Release Hook")],
        recorded: &[(&CLIENT, &["release"]), (&RECEIVER, &["release-event"])],
    },
    Event {
        stem: "resource_access_token",
        asked: &[("ResourceAccessTokenEvents", "Resource Access Token Hook")],
        recorded: &[(&CLIENT, &["resource_access_token_group", "resource_access_token_project"])],
    },
    Event { stem: "subgroup", asked: &[], recorded: &[(&CLIENT, &["subgroup"])] },
    Event {
        stem: "tag_push",
        asked: &[("TagPushEvents", "Tag Push Hook")],
        recorded: &[(&CLIENT, &["tag_push"]), (&RECEIVER, &["tag-event"])],
    },
    Event {
        stem: "vulnerability",
        asked: &[("VulnerabilityEvents", "Vulnerability Hook")],
        recorded: &[(&CLIENT, &["vulnerability"])],
    },
    Event {
        stem: "wiki_page",
        asked: &[("WikiPageEvents", "Wiki Page Hook")],
        recorded: &[(&CLIENT, &["wiki_page"]), (&RECEIVER, &["wikipage-event"])],
    },
];
