//! `calendar`: the clock.

use super::SourceKind;
use super::common::METADATA;
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::calendar::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "calendar",
    event_type: "calendar",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ALL,
    doc: "Makes an event on a schedule or in regular intervals.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new(
            "schedule",
            Shape::Cron,
            "When, as a cron schedule: minute, hour, day of month, month, day of week.",
        ),
        Field::new("interval", Shape::Duration, "How long from one event to the next."),
        Field::new("timezone", Shape::Zone, "The time zone in which the schedule is read.")
            .default("\"UTC\""),
        Field::new(
            "exclusionDates",
            Shape::List(&Shape::ExcludedDays),
            "Days without an event, each as `EXDATE:20260101T000000Z`; the time of day does not matter.",
        ),
        Field::new(
            "persistence",
            Shape::Record(&PERSISTENCE),
            "Remembers the last event, so that missed ones can be made up for.",
        ),
        METADATA,
    ],
    rules: &[Rule::ExactlyOne(&[&["schedule"], &["interval"]]), Rule::OnlyWith("timezone", "schedule")],
};

static PERSISTENCE: Block = Block {
    fields: &[
        Field::new("catchup", Shape::Record(&CATCHUP), "What happens at start with events that were missed."),
        Field::new(
            "configMap",
            Shape::Record(&CONFIG_MAP),
            "Where Argo Events keeps the last event; the aev runtime keeps it on its bus.",
        ),
    ],
    rules: &[Rule::OnlyWith("catchup", "configMap")],
};

static CATCHUP: Block = Block {
    fields: &[
        Field::new("enabled", Shape::Bool, "Whether missed events are made up for.").default("false"),
        Field::new("maxDuration", Shape::Duration, "How far back missed events are made up for."),
    ],
    rules: &[Rule::OnlyWith("maxDuration", "enabled")],
};

static CONFIG_MAP: Block = Block {
    fields: &[
        Field::new("name", Shape::ObjectName, "The name of the ConfigMap.").required(),
        Field::new("createIfNotExist", Shape::Bool, "Whether the ConfigMap is created when there is none.")
            .default("false"),
    ],
    rules: &[],
};
