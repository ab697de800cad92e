//! `resource`: objects of Kubernetes.

use super::SourceKind;
use super::common::METADATA;
use crate::field::{Block, Field, Shape};
use crate::payload::resource::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "resource",
    event_type: "resource",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: false,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Watches objects of Kubernetes.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("group", Shape::Text, "The API group, such as `argoproj.io`; nothing for the core."),
        Field::new("version", Shape::Text, "The version of the API, such as `v1`.").required(),
        Field::new(
            "resource",
            Shape::Text,
            "What is watched, in the plural and in lower case, such as `workflows`.",
        )
        .required(),
        Field::new(
            "namespace",
            Shape::Namespace,
            "The namespace that is watched; without it all of them are, for which the pod needs an account of your own.",
        ),
        Field::new(
            "eventTypes",
            Shape::List(&Shape::Enum(&["ADD", "UPDATE", "DELETE"])),
            "What must happen to an object.",
        )
        .required(),
        Field::new("filter", Shape::Record(&WHICH), "Which objects it must happen to."),
        METADATA,
    ],
    rules: &[],
};

static WHICH: Block = Block {
    fields: &[
        Field::new("prefix", Shape::Text, "How the object's name begins."),
        Field::new("labels", Shape::List(&Shape::Record(&LABEL)), "What must hold of its labels; all of it."),
        Field::new("fields", Shape::List(&Shape::Record(&FIELD)), "What must hold of its fields; all of it."),
        Field::new("afterStart", Shape::Bool, "Whether only what happens after the source started counts.")
            .default("false"),
        Field::new("createdBy", Shape::Moment, "The latest moment at which the object may have been made."),
    ],
    rules: &[],
};

static LABEL: Block = Block {
    fields: &[
        Field::new("key", Shape::Text, "The label.").required(),
        Field::new(
            "operation",
            Shape::Enum(&["=", "==", "!=", "in", "notin", "exists", "!", "gt", "lt"]),
            "How it is compared.",
        )
        .default("\"==\""),
        Field::new(
            "value",
            Shape::Text,
            "What it is compared with; several for `in` and `notin`, joined by commas.",
        ),
    ],
    rules: &[],
};

static FIELD: Block = Block {
    fields: &[
        Field::new("key", Shape::Text, "The path of the field, as in `metadata.name`.").required(),
        Field::new("operation", Shape::Enum(&["=", "==", "!="]), "Whether it must match.").default("\"==\""),
        Field::new(
            "value",
            Shape::Pattern,
            "What its text must match, anywhere in it; what is no text counts as empty.",
        )
        .required(),
    ],
    rules: &[],
};
