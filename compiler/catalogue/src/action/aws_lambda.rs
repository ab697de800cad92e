//! `awsLambda`: a call of a function of AWS Lambda.

use super::{ActionBody, ActionKind, SuccessTest};
use crate::field::{Block, Field, Shape, Values};
use crate::source::common::{ACCESS_KEY, KEYS, REGION, ROLE, SECRET_KEY};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "awsLambda",
    argo: "awsLambda",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: Some(SuccessTest::Status),
    targets: Targets::ARGO,
    doc: "Calls a function of AWS Lambda; done when the status of the answer is from 200 to 206, or as `success` says.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("functionName", Shape::Text, "The name or the ARN of the function.")
            .required()
            .takes(Values::Text),
        // Argo Events keeps the first connection of a trigger for good, so all about it is constant.
        REGION,
        Field::new("payload", Shape::Value, "What the function is given, as JSON.")
            .required()
            .takes(Values::Json),
        Field::new(
            "invocationType",
            Shape::Enum(&["RequestResponse", "Event", "DryRun"]),
            "Whether the answer is waited for, the event is only queued, or the call is only tried out.",
        )
        .default("\"RequestResponse\""),
        ACCESS_KEY,
        SECRET_KEY,
        ROLE,
    ],
    rules: &[KEYS],
};
