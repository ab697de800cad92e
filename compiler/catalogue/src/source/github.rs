//! `github`: webhooks of GitHub.

use super::SourceKind;
use super::common::{DELETE_HOOK, HOOK, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::github::{EVENT, PAYLOAD};
use crate::target::{Support, Targets};

pub(super) static KIND: SourceKind = SourceKind {
    name: "github",
    event_type: "github",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ALL,
    doc: "Takes deliveries of GitHub's webhooks, checks their signature, and registers the hooks.",
};

/// The runtime does not talk to GitHub yet.
const REGISTERS: Targets = Targets {
    argo: Support::Yes,
    runtime: Support::Ignored(
        "the aev runtime does not register hooks at GitHub yet: create the hook in the settings of the repository or the organization",
    ),
};

const NO_HOOK: &str = "no hook is registered";

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "repositories",
            Shape::List(&Shape::Record(&REPOSITORY)),
            "The repositories whose events are wanted.",
        ),
        Field::new("organizations", Shape::List(&Shape::Text), "The organizations whose events are wanted."),
        Field::new("owner", Shape::Text, "The owner of one repository; the older form of `repositories`."),
        Field::new(
            "repository",
            Shape::Text,
            "The name of one repository; the older form of `repositories`.",
        ),
        Field::new(
            "events",
            Shape::List(&Shape::Names(&EVENT)),
            "The events that are wanted, by their `X-GitHub-Event`, or `\"*\"` for all.",
        ),
        HOOK,
        Field::new(
            "webhookSecret",
            Shape::Secret,
            "The secret that signs deliveries; one with another signature is refused.",
        ),
        Field::new(
            "apiToken",
            Shape::Secret,
            "A token that may register hooks; with `webhook.url` they are registered.",
        )
        .on(REGISTERS),
        Field::new(
            "githubApp",
            Shape::Record(&APP),
            "A GitHub App that may register hooks, instead of `apiToken`.",
        )
        .on(REGISTERS),
        Field::new(
            "contentType",
            Shape::Enum(&["json", "form"]),
            "How a registered hook encodes its deliveries.",
        ),
        Field::new("active", Shape::Bool, "Whether a registered hook is switched on.").default("false"),
        Field::new("insecure", Shape::Bool, "Whether GitHub may deliver over TLS that it cannot verify.")
            .default("false"),
        DELETE_HOOK,
        Field::new(
            "githubBaseURL",
            Shape::Url(&["http", "https"]),
            "The address of the API of a GitHub Enterprise server; ends with a slash.",
        ),
        Field::new(
            "githubUploadURL",
            Shape::Url(&["http", "https"]),
            "The upload address of a GitHub Enterprise server.",
        ),
        Field::new(
            "id",
            Shape::Int { min: 0, max: i64::MAX },
            "The number of the webhook; no longer used by Argo Events.",
        ),
        METADATA,
    ],
    rules: &[
        Rule::ExactlyOne(&[&["repositories"], &["organizations"], &["owner", "repository"]]),
        Rule::AllOrNone(&["owner", "repository"]),
        Rule::AllOrNone(&["githubBaseURL", "githubUploadURL"]),
        Rule::Requires(&["apiToken"], "events"),
        Rule::Requires(&["githubApp"], "events"),
        Rule::IdleWithout("apiToken", "webhook", "url", NO_HOOK),
        Rule::IdleWithout("githubApp", "webhook", "url", NO_HOOK),
    ],
};

static REPOSITORY: Block = Block {
    fields: &[
        Field::new("owner", Shape::Text, "The user or organization that owns the repositories.").required(),
        Field::new("names", Shape::List(&Shape::Text), "The names of the repositories.").required(),
    ],
    rules: &[],
};

/// A GitHub app, as whatever reads from GitHub names it.
pub(crate) static APP: Block = Block {
    fields: &[
        Field::new("privateKey", Shape::Secret, "The private key of the app, in PEM.").required(),
        Field::new("appID", Shape::Int { min: 1, max: i64::MAX }, "The number of the app.").required(),
        Field::new(
            "installationID",
            Shape::Int { min: 1, max: i64::MAX },
            "The number of the app's installation.",
        )
        .required(),
    ],
    rules: &[],
};
