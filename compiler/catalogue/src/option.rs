//! Options in the braces of a trigger.

use crate::field::{Block, Field, Shape, Values};
use crate::target::Targets;

/// An option of a trigger: `name: value`.
#[derive(Debug, PartialEq)]
pub struct TriggerOption {
    /// What may stand there. Of `success` that depends on the action: [`SUCCESS_STATUS`] or [`SUCCESS_LABELS`].
    pub field: Field,
    /// It may stand in an `on-failure` too.
    pub on_failure: bool,
}

/// All options. Words that take no colon are in [`CLAUSES`](crate::CLAUSES).
pub static OPTIONS: &[TriggerOption] = &[
    TriggerOption { field: DELIVER, on_failure: false },
    TriggerOption {
        field: Field::new(
            "retry",
            Shape::Record(&BACKOFF),
            "Tries a failed action again; without it there is one attempt.",
        ),
        on_failure: true,
    },
    TriggerOption {
        field: Field::new(
            "success",
            Shape::Object,
            "When the action counts as done: a status of the answer, or labels of the object.",
        ),
        on_failure: true,
    },
    TriggerOption {
        field: Field::new(
            "rate",
            Shape::Rate,
            "At most so many actions in a span, such as `10/min`; what is more waits on the bus.",
        ),
        on_failure: false,
    },
    TriggerOption {
        field: Field::new(
            "max-running",
            Shape::Int { min: 1, max: 1000 },
            "How many actions may run at a time; the others wait on the bus.",
        )
        .default("32")
        .on(Targets::RUNTIME_ONLY),
        on_failure: false,
    },
    TriggerOption {
        field: Field::new(
            "debounce",
            Shape::Duration,
            "Acts once no further firing has come for so long; only the last of them acts.",
        )
        .on(Targets::RUNTIME_LATER),
        on_failure: false,
    },
    TriggerOption {
        field: Field::new(
            "batch",
            Shape::Record(&BATCH),
            "Collects firings and acts once for all of them; each name is then the list of its events.",
        )
        .on(Targets::RUNTIME_LATER),
        on_failure: false,
    },
    TriggerOption {
        field: Field::new(
            "order-by",
            Shape::Value,
            "Actions with the same value run one after another, in the order of their events.",
        )
        .takes(Values::Json)
        .on(Targets::RUNTIME_LATER),
        on_failure: false,
    },
    TriggerOption {
        field: Field::new("suspend", Shape::Bool, "Takes no events for now; they stay on the bus.")
            .default("false")
            .on(Targets::RUNTIME_ONLY),
        on_failure: false,
    },
];

/// How firings are put together.
static BATCH: Block = Block {
    fields: &[
        Field::new("size", Shape::Int { min: 1, max: 10_000 }, "How many firings become one action.")
            .required(),
        Field::new("wait", Shape::Duration, "How long after the first firing it acts in any case.")
            .required(),
    ],
    rules: &[],
};

/// The block after a trigger's last failed attempt: `on-failure NAME { … }`.
pub static ON_FAILURE: &str = "on-failure";

/// `success` of an action that calls something over HTTP.
pub static SUCCESS_STATUS: Block = Block {
    fields: &[Field::new(
        "status",
        Shape::StatusCodes,
        "The statuses that count as done, or `any` for whatever the answer is.",
    )
    .required()],
    rules: &[],
};

/// The statuses that count as done when `success` is not said.
pub const DONE_STATUSES: [u16; 7] = [200, 201, 202, 203, 204, 205, 206];

/// `success` of an action that makes an object.
pub static SUCCESS_LABELS: Block = Block {
    fields: &[
        Field::new(
            "labels",
            Shape::Map(&Shape::Text),
            "The labels that the object gets when it is done; all must be there.",
        )
        .required(),
        Field::new("backoff", Shape::Record(&BACKOFF), "How often the labels are looked at, and when."),
        Field::new("errorOnBackoffTimeout", Shape::Bool, "Whether labels that never come are a failure.")
            .default("false"),
    ],
    rules: &[],
};

pub(crate) const DELIVER: Field = Field::new(
    "deliver",
    Shape::Enum(&["at-least-once", "at-most-once"]),
    "Whether an event is acknowledged after the action or before it.",
)
.default("\"at-least-once\"");

/// How often something is tried, and when; the same everywhere in Argo Events.
pub(crate) static BACKOFF: Block = Block {
    fields: &[
        Field::new("steps", Shape::Int { min: 1, max: i32::MAX as i64 }, "How many attempts in all.")
            .default("5"),
        Field::new("duration", Shape::Duration, "The pause before the second attempt.").default("1s"),
        Field::new(
            "factor",
            Shape::Number { min: 0.0, max: f64::MAX },
            "By which each pause is longer than the last.",
        )
        .default("1"),
        Field::new(
            "jitter",
            Shape::Number { min: 0.0, max: f64::MAX },
            "The share of a pause that may be added to it by chance.",
        )
        .default("1"),
    ],
    rules: &[],
};

/// The option of that name.
pub fn option(name: &str) -> Option<&'static TriggerOption> {
    OPTIONS.iter().find(|o| o.field.name == name)
}
