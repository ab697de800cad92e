//! The types of the events of providers: which one it is follows from what a source asks for and from what an event says.

use crate::check::compiled;

/// No errors.
const FINE: [u16; 0] = [];

/// The numbers of the errors of a program.
fn codes(text: &str) -> Vec<u16> {
    let compiled = compiled(text, None);
    compiled.diagnostics.iter().filter(|found| found.is_error()).map(|found| found.code.number()).collect()
}

#[test]
fn the_header_tells_the_events_of_github_apart() {
    let source = "source g: github { organizations: [\"a\"], events: [\"pull_request\", \"push\"], webhook: { endpoint: \"/g\", port: 12000 } }\n";
    assert_eq!(
        codes(&format!(
            "{source}filter f from g where g.headers[\"X-GitHub-Event\"] == \"push\"\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.after }} }}"
        )),
        FINE
    );
    assert_eq!(
        codes(&format!(
            "{source}filter f from g where g.headers[\"X-GitHub-Event\"] == \"push\"\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.pull_request.number }} }}"
        )),
        [201]
    );
    assert_eq!(
        codes(&format!(
            "{source}filter f from g where g.headers[\"x-github-event\"] == \"pusch\"\ntrigger t on f {{ log }}"
        )),
        [211]
    );
    assert_eq!(
        codes(&format!(
            "{source}filter f from g where g.body.pull_reqest.number == 1\ntrigger t on f {{ log }}"
        )),
        [201]
    );
}

const GITLAB: &str = "source g: gitlab { projects: [\"p\"], gitlabBaseURL: \"https://gitlab.example.com\", \
     accessToken: secret(\"gitlab\", \"token\"), webhook: { endpoint: \"/g\", port: 12000, method: \"POST\" }, events: ";

/// What is said about a filter on events of GitLab, and a trigger on it that uses a value.
fn gitlab(events: &str, condition: &str, value: &str) -> Vec<u16> {
    codes(&format!(
        "{GITLAB}{events} }}\nfilter f from g where {condition}\n\
         trigger t on f {{ workflow.run \"t\" {{ a: f.body.{value} }} }}\n"
    ))
}

#[test]
fn gitlab_says_otherwise_than_it_is_asked_which_event_it_is() {
    let both = "[\"PushEvents\", \"MergeRequestsEvents\"]";
    let push = "g.headers[\"X-Gitlab-Event\"] == \"Push Hook\"";
    assert_eq!(gitlab(both, push, "after"), FINE);
    assert_eq!(gitlab(both, push, "object_attributes.title"), [201]);
    // What it is asked for is never in the header.
    assert_eq!(gitlab(both, "g.headers[\"X-Gitlab-Event\"] == \"PushEvents\"", "after"), [211]);
    // The body says it in its own words.
    assert_eq!(gitlab(both, "g.body.object_kind == \"merge_request\"", "object_attributes.title"), FINE);
    assert_eq!(gitlab(both, "g.body.object_kind == \"merge_request\"", "after"), [201]);
}

#[test]
fn one_event_of_gitlab_needs_no_test() {
    assert_eq!(gitlab("[\"PushEvents\"]", "g.body.ref == \"refs/heads/main\"", "ref_protected"), [210]);
    assert_eq!(gitlab("[\"PushEvents\"]", "g.body.ref == \"refs/heads/main\"", "user_name"), FINE);
    assert_eq!(gitlab("[\"PushEvents\"]", "g.body.reff == \"refs/heads/main\"", "user_name"), [201]);
    // Confidential notes are what notes are.
    let both = "[\"NoteEvents\", \"ConfidentialNoteEvents\"]";
    assert_eq!(gitlab(both, "exists(g.body.user.name)", "object_attributes.note"), FINE);
}

#[test]
fn bitbucket_calls_an_event_the_same_everywhere() {
    let source = "source b: bitbucketserver { repositories: [{ projectKey: \"P\", repositorySlug: \"r\" }], \
         bitbucketserverBaseURL: \"https://b.example.com/rest\", webhook: { endpoint: \"/b\", port: 12000, method: \"POST\" }, \
         events: [\"pr:opened\", \"repo:refs_changed\", \"diagnostics:ping\"] }\n";
    let with = |condition: &str, value: &str| {
        codes(&format!(
            "{source}filter f from b where {condition}\ntrigger t on f {{ workflow.run \"t\" {{ a: f.body.{value} }} }}\n"
        ))
    };
    for opened in ["b.headers[\"X-Event-Key\"] == \"pr:opened\"", "b.body.eventKey == \"pr:opened\""] {
        assert_eq!(with(opened, "pullRequest.fromRef.displayId"), FINE);
        assert_eq!(with(opened, "changes"), [201]);
    }
    // Of an event that was not recorded nothing is known but what it says it is.
    for ping in
        ["b.headers[\"X-Event-Key\"] == \"diagnostics:ping\"", "b.body.eventKey == \"diagnostics:ping\""]
    {
        assert_eq!(with(ping, "test"), FINE);
    }
    assert_eq!(with("b.body.eventKey == \"pr:open\"", "actor.name"), [211]);
    let cloud = "source b: bitbucket { repositories: [{ owner: \"o\", repositorySlug: \"r\" }], events: [\"repo:push\"], \
         auth: { oauthToken: secret(\"b\", \"token\") }, \
         webhook: { endpoint: \"/b\", port: 12000, method: \"POST\", url: \"https://example.com\" } }\n";
    let filter = |path: &str| {
        codes(&format!("{cloud}filter f from b where {path} == \"main\"\ntrigger t on f {{ log }}\n"))
    };
    assert_eq!(filter("b.body.push.changes[0].new.name"), FINE);
    assert_eq!(filter("b.body.push.changes[0].new.nam"), [201]);
}

#[test]
fn gerrit_says_in_the_body_which_event_it_is() {
    let source = "source g: gerrit { projects: [\"p\"], hookName: \"h\", gerritBaseURL: \"https://g.example.com/\", \
         events: [\"patchset-created\", \"ref-updated\"], webhook: { endpoint: \"/g\", port: 12000, method: \"POST\" }, \
         auth: { username: secret(\"g\", \"u\"), password: secret(\"g\", \"p\") } }\n";
    let with = |kind: &str, value: &str| {
        codes(&format!(
            "{source}filter f from g where g.body.type == \"{kind}\"\n\
             trigger t on f {{ workflow.run \"t\" {{ a: f.body.{value} }} }}\n"
        ))
    };
    assert_eq!(with("patchset-created", "change.number"), FINE);
    assert_eq!(with("ref-updated", "refUpdate.refName"), FINE);
    assert_eq!(with("ref-updated", "change.number"), [201]);
    assert_eq!(with("ref-update", "eventCreatedOn"), [211]);
}

#[test]
fn a_kind_with_one_type_has_it_by_itself() {
    let codes_of = |source: &str, value: &str| {
        codes(&format!(
            "external source s: {source}\ntrigger t on s {{ workflow.run \"t\" {{ a: s.{value} }} }}\n"
        ))
    };
    for (source, value, wrong) in [
        ("sns", "body.Message", "body.message"),
        ("stripe", "event.type", "event.kind"),
        ("slack<slack.SlashCommand>", "command", "comand"),
        ("slack<slack.Interaction>", "team.domain", "team.domian"),
        ("slack<slack.Event>", "type", "data"),
        ("webhook<slack.SlashCommandForm>", "body.text", "body.txt"),
        ("webhook<s3.Notification>", "body.Records", "body.records"),
    ] {
        assert_eq!(codes_of(source, value), FINE, "{source}");
        assert_eq!(codes_of(source, wrong), [201], "{source}");
    }
}

#[test]
fn a_type_of_a_provider_can_be_written() {
    let source = "external source s: webhook<gitlab.PushEvent | bitbucket.RepoPushEvent>\n";
    assert_eq!(
        codes(&format!("{source}trigger t on s {{ workflow.run \"t\" {{ a: s.body.repository.name }} }}\n")),
        FINE
    );
    let source = "type Commit { by: gitlab.Author }\nexternal source s: webhook<Commit>\n";
    assert_eq!(
        codes(&format!("{source}trigger t on s {{ workflow.run \"t\" {{ a: s.body.by.email }} }}\n")),
        FINE
    );
    assert_eq!(
        codes(&format!("{source}trigger t on s {{ workflow.run \"t\" {{ a: s.body.by.mail }} }}\n")),
        [201]
    );
}
