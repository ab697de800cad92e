//! Tests in the language.

use super::{Expr, Patch, Ref, Span, Text};

/// `test`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What it shows.
    pub name: Text,
    /// In order.
    pub steps: Vec<TestStep>,
}

/// A step of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Which step.
    pub kind: StepKind,
    /// The whole.
    pub span: Span,
}

/// The steps of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `send x data with { … }`
    Send {
        /// The event.
        event: Ref,
        /// Its data.
        data: Expr,
        /// `with { … }`
        with: Option<Patch>,
    },
    /// `expect no x`
    ExpectNo(Ref),
    /// `expect x once { … }`
    Expect {
        /// The trigger.
        trigger: Ref,
        /// `once` is 1.
        times: Option<u32>,
        /// `{ … }`
        patch: Option<Patch>,
    },
    /// `advance 5m`
    Advance(Expr),
    /// `fail x 2 times`
    Fail {
        /// The trigger.
        trigger: Ref,
        /// How often.
        times: u32,
    },
    /// It could not be parsed, and has a diagnostic.
    Hole,
}
