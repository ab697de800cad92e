//! `sftp`: files of a server.

use super::SourceKind;
use super::common::{METADATA, WATCHED};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::file::PAYLOAD;
use crate::target::{Support, Targets};

pub(super) static KIND: SourceKind = SourceKind {
    name: "sftp",
    event_type: "sftp",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Watches files in a directory of a server, over SFTP.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("address", Shape::Secret, "Where the server listens, as `host:port`.").required(),
        Field::new("username", Shape::Secret, "The user.").required(),
        Field::new("password", Shape::Secret, "The password."),
        Field::new("sshKeySecret", Shape::Secret, "The private key."),
        Field::new("watchPathConfig", Shape::Record(&WATCHED), "Which files are watched.").required(),
        Field::new(
            "eventType",
            Shape::Enum(&["CREATE", "REMOVE"]),
            "What must happen to a file; a change counts as `CREATE`.",
        )
        .required(),
        Field::new("pollIntervalDuration", Shape::Duration, "How often the directory is looked at.")
            .default("10s")
            .on(IGNORED),
        METADATA,
    ],
    rules: &[Rule::ExactlyOne(&[&["password"], &["sshKeySecret"]])],
};

/// Argo Events turns it the wrong way round.
const IGNORED: Targets = Targets {
    argo: Support::Ignored(
        "Argo Events goes by it only when it is no duration, and then does not pause at all; it looks every ten seconds",
    ),
    runtime: Support::NotYet,
};
