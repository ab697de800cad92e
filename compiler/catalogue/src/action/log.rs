//! `log`: a line in the log.

use super::{ActionBody, ActionKind};
use crate::field::{Block, Field, Shape};
use crate::target::{Support, Targets};

pub(super) static KIND: ActionKind = ActionKind {
    name: "log",
    argo: "log",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ALL,
    doc: "Writes the events to the log.",
};

/// Argo Events reads it and forgets the time of the last line at once.
const WITHOUT_EFFECT: Support = Support::Ignored("`intervalSeconds` has no effect: every event is logged");

static BLOCK: Block = Block {
    fields: &[Field::new(
        "intervalSeconds",
        Shape::Seconds,
        "The least pause between two lines; it has no effect.",
    )
    .on(Targets { argo: WITHOUT_EFFECT, runtime: WITHOUT_EFFECT })],
    rules: &[],
};
